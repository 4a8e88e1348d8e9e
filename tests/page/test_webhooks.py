"""What webhooks were told, as a person reads it."""

import json
from collections.abc import Iterator
from time import sleep

import pytest

from mockserver.providers.emma.schemas.webhooks import EVENTS
from tests.page.reader import STRANGE, Reader
from tests.providers.emma.client import Emma
from tests.providers.emma.hooks import NOWHERE, hook
from tests.receiver import Answer, Receiver

_PATIENCE = 1000
"""Looks, a hundredth of a second apart: an answered attempt is written down a moment later."""
NOON = "2030-01-01T12:00:00Z"


@pytest.fixture
def emma(reader: Reader) -> Emma:
    reader.workspace.freeze(NOON)
    return Emma(reader.workspace)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver(Answer(500, f"<b>{STRANGE}</b>".encode()), Answer(200, b"thanks"))
    yield receiver
    receiver.close()


def wait(emma: Emma, state: str, **wanted: str) -> None:
    query = {"workspace": emma.workspace.name, "state": state, "timeout": "20", **wanted}
    answer = emma.workspace.server.get("/_mock/webhooks/wait", params=query)

    assert answer.is_success, answer.text


@pytest.fixture
def told(emma: Emma) -> Emma:
    """Three deliveries, each refused: two additions and an update."""
    hook(emma, "member_add")
    hook(emma, "member_update")
    for number in (1, 2):
        emma.add(f"new.{number}@example.com")
    emma.add("emma@myemma.com", fields={"first_name": "Em"})
    wait(emma, "refused", event="member_update")
    return emma


@pytest.fixture
def answered(emma: Emma, receiver: Receiver) -> Emma:
    """One delivery, whose first attempt was answered with a 500."""
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    receiver.wait(1)
    for _ in range(_PATIENCE):
        if emma.workspace.control("GET", "webhooks/1")["attempts"]:
            return emma
        sleep(0.01)
    pytest.fail("the attempt was never written down")


def test_an_empty_list_tells_which_events_there_are_and_how_to_be_told(reader: Reader) -> None:
    page = reader.get("webhooks")

    assert "No webhook was told anything yet." in page.text
    assert f"Emma tells webhooks of {len(EVENTS)} events: " in page.text
    assert set(EVENTS) <= set(page.texts("p code"))
    assert "POST /{account_id}/webhooks" in page.texts("p code")


@pytest.mark.usefixtures("told")
def test_deliveries_are_listed_the_newest_first(reader: Reader) -> None:
    page = reader.get("webhooks")

    assert ["delivery-3", "delivery-2", "delivery-1"] == page.ids("tbody tr")
    assert page.texts("#delivery-3 td")[:5] == [
        "refused",
        "member_update #3 emma",
        f"POST {NOWHERE} 169.254.1.1 is link-local: webhooks never go there",
        "1",
        "2030-01-01 12:00:00",
    ]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"event": "member_add"}, ["delivery-2", "delivery-1"]),
        ({"state": "delivered"}, []),
        ({"state": "refused", "provider": "emma"}, ["delivery-3", "delivery-2", "delivery-1"]),
        ({"provider": "emfluence"}, []),
    ],
    ids=["event", "state", "both", "provider"],
)
@pytest.mark.usefixtures("told")
def test_deliveries_are_chosen(reader: Reader, chosen: dict[str, str], found: list[str]) -> None:
    page = reader.press(reader.get("webhooks"), "Show", **chosen)

    assert found == page.ids("tbody tr")
    assert found or "No delivery fits." in page.text


@pytest.mark.usefixtures("told")
def test_deliveries_of_one_webhook_are_a_link_away(reader: Reader) -> None:
    link = reader.get("webhooks/1").one("dd a")
    page = reader.get(str(link["href"]))

    assert ["delivery-2", "delivery-1"] == page.ids("tbody tr")
    assert page.one("[name=hook]")["value"] == "1024"


def test_a_long_list_is_read_page_by_page(emma: Emma, reader: Reader) -> None:
    hook(emma, "member_add")
    for number in range(60):
        emma.add(f"n{number}@example.com")

    first = reader.get("webhooks")
    second = reader.follow(first, "Older")

    assert (50, ["Older"]) == (len(first.texts("tbody tr")), first.texts(".pager a"))
    assert (10, ["Newer"]) == (len(second.texts("tbody tr")), second.texts(".pager a"))
    assert "delivery-10" == second.ids("tbody tr")[0]
    assert first.ids("tbody tr") == reader.follow(second, "Newer").ids("tbody tr")


@pytest.mark.usefixtures("answered")
def test_a_delivery_shows_request_and_attempts(reader: Reader) -> None:
    page = reader.get("webhooks/1")
    attempt = page.texts("#attempt-1 td")

    assert ["1", "500 the answer has the status 500"] == attempt[:2]
    assert attempt[2].endswith(" ms")
    assert ["2030-01-01 12:00:00", f"<b>{STRANGE}</b>"] == attempt[3:]
    assert "waiting the answer has the status 500" in page.text
    assert "Next attempt 2030-01-01 12:01:00" in page.text
    assert json.loads(page.one("pre").get_text())["event_name"] == "member_add"
    assert page.one("pre").get_text().startswith('{\n  "event_name"')


@pytest.mark.usefixtures("answered")
def test_what_the_receiver_answered_is_only_a_text(reader: Reader) -> None:
    assert STRANGE not in reader.get("webhooks/1").source


@pytest.mark.usefixtures("answered")
def test_a_delivery_is_made_again_at_the_press_of_a_button(receiver: Receiver, reader: Reader) -> None:
    page = reader.press(reader.get("webhooks/1"), "Redeliver now")

    assert "Made attempt 2." == page.said
    assert ["2", "200 delivered"] == page.texts("#attempt-2 td")[:2]
    assert 2 == len(receiver.received)


@pytest.mark.usefixtures("answered")
def test_a_delivery_is_made_again_from_the_list(reader: Reader) -> None:
    page = reader.press(reader.get("webhooks"), "Redeliver")

    assert "Made attempt 2 at delivery 1." == page.said
    assert ["delivered"] == page.texts("#delivery-1 .tag")


@pytest.mark.usefixtures("told")
def test_all_deliveries_are_forgotten(reader: Reader) -> None:
    page = reader.press(reader.get("webhooks"), "Forget all")

    assert page.said.startswith("Forgot 3 deliveries;")
    assert "No webhook was told anything yet." in page.text


def test_credentials_in_an_address_are_blacked_out(emma: Emma, reader: Reader) -> None:
    hook(emma, "member_add", NOWHERE.replace("//", "//user:hunter2@"))
    emma.add("new@example.com")

    assert "hunter2" not in reader.get("webhooks").source + reader.get("webhooks/1").source


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"provider": "ema"}, 404, 'did you mean "emma"?'),
        ({"event": "member_added"}, 400, 'did you mean "member_add"?'),
        ({"event": STRANGE}, 400, "no event is called"),
        ({"state": "sent"}, 400, "state"),
        ({"offset": "9" * 30}, 400, "offset"),
        ({"offset": "-1"}, 400, "offset"),
        ({"hook": "\x00' OR 1=1"}, 200, "No delivery fits."),
    ],
    ids=["provider", "event", "markup", "state", "huge", "negative", "hostile"],
)
def test_a_hostile_address_is_answered_with_a_sentence(
    reader: Reader, query: dict[str, str], status: int, said: str
) -> None:
    page = reader.get("webhooks", status=status, **query)

    assert said in page.text
    assert STRANGE not in page.source


@pytest.mark.parametrize(
    ("delivery", "status"), [("9", 404), ("0", 400), ("x", 400), (str(2**63), 400), ("9" * 30, 400), ("%00", 400)]
)
def test_a_delivery_that_does_not_exist(reader: Reader, delivery: str, status: int) -> None:
    reader.get(f"webhooks/{delivery}", status=status)
