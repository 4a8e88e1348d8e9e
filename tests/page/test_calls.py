"""The calls: what the program asked, what it was answered, and why."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.errors import NoConnectionToDrop
from mockserver.core.limits import Limits
from mockserver.settings import Settings
from tests.page.reader import STRANGE, Page, Reader
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace


def calls(page: Page) -> list[str]:
    """The ids of the calls that are listed."""
    return page.texts("#calls tbody td:first-child")


def asked(query: dict[str, str]) -> str:
    """The list with a query string as only hostile clients write it."""
    return f"calls?{urlencode({name: value.encode('utf-8', 'surrogatepass') for name, value in query.items()})}"


def call_page(ether: EtherMailer) -> Page:
    """The page of the newest call."""
    return Reader(ether.workspace).get(f"calls/{ether.workspace.calls()[0]['id']}")


# The list


def test_an_empty_journal_says_how_to_fill_it(reader: Reader) -> None:
    page = reader.get("calls")

    assert "No call yet." in page.text
    assert [] == page.tree.select("svg")


def test_calls_are_listed_the_newest_first(reader: Reader, ether: EtherMailer) -> None:
    ether.get("/user?trace=7")
    Emma(ether.workspace).get("/groups")

    page = reader.get("calls")

    assert ["2", "1"] == calls(page)
    assert ["list_groups emma GET /100/groups", "get_user ethermailer GET /user?trace=7"] == page.texts("td.what")


def test_a_refusal_is_told_in_the_sense_of_the_provider(reader: Reader) -> None:
    Emfluence(reader.workspace).get("contacts/nothing")

    page = reader.get("calls")

    assert ["200 refused"] == page.texts("#calls tbody td:nth-child(4)")
    assert ["emf.code.101"] == page.texts("#calls tbody td:nth-child(5)")


def test_throttled_calls_are_marked_and_so_are_those_that_only_would_be(reader: Reader, ether: EtherMailer) -> None:
    reader.workspace.freeze()
    for mode in ("observe", "enforce"):
        reader.workspace.throttle(mode)
        for _ in range(4):
            ether.get("/user")

    answers = reader.get("calls").texts("#calls tbody td:nth-child(4)")

    assert "429 throttled" == answers[0]
    assert "200 over the limit" == answers[4]
    assert "200" == answers[-1]


def test_a_fault_and_a_lost_answer_are_marked(reader: Reader, ether: EtherMailer) -> None:
    fault = {"match": {"operation": "get_user"}, "act": {"kind": "lose_answer"}}
    armed = reader.workspace.control("POST", "faults", json=fault)
    with suppress(NoConnectionToDrop):
        ether.get("/user")

    page = reader.get("calls")

    assert [f"no answer fault {armed['id']}"] == page.texts("#calls tbody td:nth-child(4)")
    assert f"{reader.at}/faults#fault-{armed['id']}" == page.one("#calls a.tag")["href"]


@pytest.fixture
def filled(ether: EtherMailer) -> EtherMailer:
    """Four calls: one is answered, one refused, one had a fault, one is of another provider."""
    fault = {"match": {"operation": "get_user"}, "act": {"kind": "answer", "status": 503}}
    ether.workspace.control("POST", "faults", json=fault)
    ether.add("ada@example.com")
    ether.post("/user/contact", {"email": "nobody", "colour": 1})
    ether.get("/user")
    Emma(ether.workspace).get("/groups")
    return ether


@pytest.mark.parametrize(
    ("filled_in", "found"),
    [
        ({}, ["4", "3", "2", "1"]),
        ({"provider": "emma"}, ["4"]),
        ({"operation": "add_contact"}, ["2", "1"]),
        ({"outcome": "answered"}, ["4", "1"]),
        ({"mark": "faulted"}, ["3"]),
        ({"mark": "unread"}, ["2"]),
        ({"mark": "throttled"}, []),
        ({"text": "ADA@example"}, ["1"]),
        ({"text": STRANGE}, []),
        ({"operation": "add_contact", "outcome": "refused", "text": "nobody"}, ["2"]),
    ],
)
@pytest.mark.usefixtures("filled")
def test_calls_are_chosen_by_a_form(reader: Reader, filled_in: dict[str, Any], found: list[str]) -> None:
    page = reader.press(reader.get("calls"), "Show", **filled_in)

    assert found == calls(page)
    assert found or "No call fits." in page.text
    assert STRANGE not in page.source


@pytest.mark.parametrize(
    ("wanted", "found"), [({"rule": "ether.contacts.email_form"}, ["2"]), ({"method": "get"}, ["4", "3"])]
)
@pytest.mark.usefixtures("filled")
def test_calls_are_chosen_by_what_other_pages_link_to(reader: Reader, wanted: dict[str, Any], found: list[str]) -> None:
    assert found == calls(reader.get("calls", **wanted))


def test_calls_of_a_fault_stay_chosen_when_more_is_asked(reader: Reader, filled: EtherMailer) -> None:
    (fault,) = filled.workspace.control("GET", "faults")
    page = reader.get("calls", fault=fault["id"])

    assert ["3"] == calls(page)
    assert ["3"] == calls(reader.press(page, "Show", outcome="refused"))


@pytest.mark.usefixtures("filled")
def test_a_chosen_operation_gives_way_to_another_provider(reader: Reader) -> None:
    page = reader.press(reader.get("calls", operation="add_contact"), "Show", provider="emma")

    assert ["4"] == calls(page)
    assert "add_contact" not in page.texts("select[name=operation] option")


@pytest.mark.parametrize(
    ("wanted", "status", "reason"),
    [
        ({"provider": "ema"}, 404, 'no provider is called "ema"; did you mean "emma"?'),
        ({"operation": STRANGE}, 400, "no operation is called"),
        ({"rule": "\ud800"}, 400, "no rulebook row is called"),
        ({"outcome": "good"}, 400, "outcome: "),
        ({"before": "yesterday"}, 400, "before: "),
        ({"mark": "\x00"}, 400, "mark: "),
        ({"path": "\x1b[2J"}, 400, "path: "),
        ({STRANGE: "1"}, 400, "Extra inputs are not permitted"),
        ({"limit": "0"}, 400, "limit: "),
        ({"before": "9" * 5000}, 400, "before: "),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(reader: Reader, wanted: dict[str, str], status: int, reason: str) -> None:
    page = reader.get(asked(wanted), status=status)

    assert reason in page.text
    assert STRANGE not in page.source


@pytest.mark.parametrize("text", ["\ud800", "\x00", "%", "***", "'\"", "9" * 3000])
def test_any_text_can_be_looked_for(reader: Reader, ether: EtherMailer, text: str) -> None:
    ether.get("/user")

    assert calls(reader.get(asked({"text": text}))) in ([], ["1"])


def test_a_secret_cannot_be_looked_for(reader: Reader, ether: EtherMailer) -> None:
    created = reader.workspace.control("GET", f"workspaces/{reader.workspace.name}")
    key = created["credentials"]["ethermailer"][0]["api_key"]
    ether.get("/user", headers={"Authorization": f"API {key}"})

    assert [] == calls(reader.get("calls", text=key[:8]))
    assert ["1"] == calls(reader.get("calls", text='"apiKey":"***"'))


def test_a_long_list_is_read_page_by_page(reader: Reader, ether: EtherMailer) -> None:
    for _ in range(203):
        ether.get("/user")

    first = reader.get("calls", provider="ethermailer")
    second = reader.follow(first, "Older")
    third = reader.follow(second, "Older")

    assert ("203", "104") == (calls(first)[0], calls(first)[-1])
    assert ("103", "4") == (calls(second)[0], calls(second)[-1])
    assert ["3", "2", "1"] == calls(third)
    assert "Older" not in third.links
    assert calls(first) == calls(reader.follow(third, "Newest"))


def test_from_a_later_page_one_comes_back_to_the_newest_calls(reader: Reader, ether: EtherMailer) -> None:
    """Also where nothing else was asked, so that no query is left."""
    for _ in range(2):
        ether.get("/user")

    assert ["2", "1"] == calls(reader.follow(reader.get("calls", before=2), "Newest"))


def test_before_the_oldest_call_there_is_nothing(reader: Reader, ether: EtherMailer) -> None:
    ether.get("/user")

    assert "There are no older calls." in reader.get("calls", before=1).text


def test_what_clients_say_is_only_a_text(reader: Reader, ether: EtherMailer) -> None:
    ether.post(f"/{STRANGE}?{STRANGE}", {STRANGE: STRANGE}, headers={"X-Strange": STRANGE})

    for page in (reader.get("calls"), call_page(ether)):
        assert f"/{STRANGE}" in page.text
        assert STRANGE not in page.source


def test_calls_are_forgotten_at_the_press_of_a_button(reader: Reader, ether: EtherMailer) -> None:
    ether.get("/user")

    page = reader.press(reader.get("calls"), "Forget all")

    assert "Forgot 1 calls." == page.said
    assert "No call yet." in page.text


def test_the_calls_that_are_shown_are_taken_along_as_an_archive(reader: Reader, filled: EtherMailer) -> None:
    link = reader.get("calls", outcome="refused", provider="ethermailer").links["Download HAR"]
    entries = filled.workspace.server.get(link).json()["log"]["entries"]

    assert [400, 503] == [entry["response"]["status"] for entry in entries]


# The picture


def hurry(ether: EtherMailer, mode: str = "enforce") -> None:
    """Four calls in a second where three are allowed, one more two seconds later."""
    ether.workspace.freeze("2030-01-01T12:00:00Z")
    ether.workspace.throttle(mode)
    for _ in range(4):
        ether.get("/user")
    ether.workspace.advance(seconds=2)
    ether.get("/user/nothing")


def test_the_picture_says_in_words_what_it_shows(reader: Reader, ether: EtherMailer) -> None:
    hurry(ether)
    picture = reader.get("calls").one("svg[role=img]")

    assert (
        "Calls per second from 11:59:03 to 12:00:02: 3 answered, 1 refused, 1 throttled; "
        "at most 4 in one second, the limit is 3 a second."
    ) == picture["aria-label"]


def test_the_calls_of_a_second_are_stacked_at_their_place(reader: Reader, ether: EtherMailer) -> None:
    hurry(ether)
    page = reader.get("calls")
    bars = [(str(each["class"][0]), float(str(each["x"])[:-1]), float(str(each["height"]))) for each in page.tree("rect")]
    tops = [float(str(each["y"])) for each in page.tree("rect")]

    assert [("answered", 95.0, 52.5), ("throttled", 95.0, 17.5), ("refused", 98.333, 17.5)] == bars
    assert [31.5, 14.0, 66.5] == tops
    assert ["12:00:00: 3 answered", "12:00:00: 1 throttled", "12:00:02: 1 refused"] == page.texts("rect title")


def test_the_limit_is_a_line_with_its_row(reader: Reader, ether: EtherMailer) -> None:
    hurry(ether)
    page = reader.get("calls")

    assert "31.5" == page.one("line.limit")["y1"]
    assert ["limit 3/s"] == page.texts("text.limit")
    assert f"{reader.at}/rulebook?rule=ether.throttle" == page.links["3 in 1 s at /user/nothing"]


def test_the_limit_follows_the_settings(reader: Reader, ether: EtherMailer) -> None:
    reader.workspace.configure("ethermailer", calls_per_second=12)
    hurry(ether, "observe")

    assert ["limit 12/s"] == reader.get("calls").texts("text.limit")


def test_calls_of_several_providers_share_no_limit(reader: Reader, ether: EtherMailer) -> None:
    hurry(ether)
    Emma(ether.workspace).get("/groups")

    assert "choose a provider to see its limit" in reader.get("calls").text
    assert ["limit 180 in 60 s: 3/s on average"] == reader.get("calls", provider="emma").texts("text.limit")
    assert "180 in 60 s of one account" in reader.get("calls", provider="emma").text
    assert "1 answered" in reader.get("calls", provider="emma").texts("figcaption .key")


def test_only_the_minute_before_the_newest_call_is_shown(reader: Reader, ether: EtherMailer) -> None:
    hurry(ether)
    reader.workspace.advance(seconds=59)
    ether.get("/user")

    assert ["1 answered", "1 refused", "0 throttled"] == reader.get("calls").texts("figcaption .key")


def test_a_clock_that_was_set_back_leaves_later_calls_out(reader: Reader, ether: EtherMailer) -> None:
    hurry(ether)
    reader.workspace.freeze("2029-01-01T12:00:00Z")
    ether.get("/user")

    assert ["1 answered", "0 refused", "0 throttled"] == reader.get("calls").texts("figcaption .key")


def test_a_clock_that_stands_still_is_told_of(reader: Reader, ether: EtherMailer) -> None:
    hurry(ether)

    assert "The clock stands still" in reader.get("calls").text

    reader.workspace.control("PUT", "clock", json={"frozen": False})

    assert "The clock stands still" not in reader.get("calls").text


def test_the_picture_is_there_as_a_table(reader: Reader, ether: EtherMailer) -> None:
    hurry(ether)

    assert ["12:00:02 0 1 0", "12:00:00 3 0 1"] == reader.get("calls").texts("#seconds tbody tr")


# One call


def test_a_call_is_shown_with_request_and_answer(reader: Reader, ether: EtherMailer) -> None:
    reader.workspace.freeze("2030-01-01T12:00:00Z")
    ether.post("/user/contact?trace=7", {"email": "ada@example.com", "name": "Bäcker"}, headers={"X-Trace": "8"})

    page = call_page(ether)

    assert "#1 POST /user/contact" == page.texts("h1")[0]
    assert "200 ethermailer add_contact 2030-01-01 12:00:00 UTC" in page.text
    assert '{ "email": "ada@example.com", "name": "Bäcker" }' == page.texts("pre")[0]
    assert "?trace=7" in page.text
    assert "x-trace 8" in page.texts(".heads tr")
    assert "content-type application/json" in page.texts(".heads tr")


def test_a_call_is_shown_without_its_secrets(ether: EtherMailer) -> None:
    ether.get("/user", headers={"Proxy-Authorization": "Basic of-a-network", "Cookie": "session=of-a-browser"})

    page = call_page(ether)

    assert "authorization API ***" in page.texts(".heads tr")
    assert "of-a" not in page.source


def test_the_rows_that_made_the_answer_are_told_with_their_evidence(reader: Reader, ether: EtherMailer) -> None:
    ether.post("/user/contact", {"email": "nobody"})

    page = call_page(ether)

    assert "400 refused" in page.text
    assert "ether.contacts.email_form inferred An email without exactly one @" in page.text
    assert "ether.bad_request documented" in page.text
    assert f"{reader.at}/rulebook?rule=ether.bad_request" == page.links["ether.bad_request"]


def test_what_nothing_read_is_told(ether: EtherMailer) -> None:
    ether.post("/user/contact?trace=7", {"email": "ada@example.com", "colour": 1})

    assert "Sent, but read by nothing ?trace colour" in call_page(ether).text

    ether.get("/user")

    assert "Nothing: whatever was sent was read." in call_page(ether).text


def test_what_was_wrong_with_how_it_was_called_is_told(reader: Reader, ether: EtherMailer) -> None:
    reader.workspace.throttle("enforce")
    reader.workspace.freeze()
    for _ in range(30):
        ether.get("/user")

    page = call_page(ether)

    assert "error manners.hammering" in page.text
    assert f"{reader.at}/manners?provider=ethermailer" == page.links["All findings"]

    ether.get("/user/contact/7")

    assert "Nothing to say against it." in call_page(ether).text


def test_a_fault_that_took_the_call_is_told(reader: Reader, filled: EtherMailer) -> None:
    (fault,) = filled.workspace.control("GET", "faults")
    page = reader.get("calls/3")

    assert f"The armed fault {fault['id']} took this call." in page.text
    assert "503 refused" in page.text


def test_a_lost_answer_is_told(ether: EtherMailer) -> None:
    ether.workspace.control("POST", "faults", json={"act": {"kind": "lose_answer"}})
    with suppress(NoConnectionToDrop):
        ether.get("/user")

    assert "No answer went out." in call_page(ether).text


def test_calls_before_and_after_are_a_step_away(reader: Reader, ether: EtherMailer) -> None:
    for _ in range(3):
        ether.get("/user")

    found = [reader.get(f"calls/{number}").links for number in (1, 2, 3)]

    assert [None, f"{reader.at}/calls/1", f"{reader.at}/calls/2"] == [each.get("Earlier") for each in found]
    assert [f"{reader.at}/calls/2", f"{reader.at}/calls/3", None] == [each.get("Later") for each in found]


@pytest.mark.usefixtures("filled")
def test_from_a_call_one_goes_on_to_its_like_and_to_a_fault(reader: Reader) -> None:
    found = reader.get("calls/2").links

    assert ["2", "1"] == calls(reader.get(found["Calls like this"]))
    assert f"{reader.at}/faults?provider=ethermailer&operation=add_contact" == found["Arm a fault for this operation"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"name": "\\ud800"}', '{ "name": "\\ud800" }'),
        (b"\xff\x00{", "\ufffd\x00{"),
        (b"[" * 5000 + b"]" * 5000, "[" * 5000 + "]" * 5000),
        (b"9" * 5000, "9" * 5000),
        (b"not json", "not json"),
    ],
)
def test_whatever_was_sent_is_shown(ether: EtherMailer, body: bytes, shown: str) -> None:
    ether.post("/user/contact", content=body)

    assert shown == call_page(ether).texts("pre")[0]


@pytest.mark.parametrize(("number", "status"), [("7", 404), ("0", 404), ("-1", 404), ("9" * 30, 404), ("latest", 400)])
def test_a_call_that_is_not_there_is_told_so(reader: Reader, number: str, status: int) -> None:
    page = reader.get(f"calls/{number}", status=status)

    assert "the journal has no call" in page.text or "call_id: " in page.text


def small(**limits: int) -> Reader:
    """Somebody who looks at a server of its own, with other bounds."""
    client: Any = TestClient(create_app(Settings(throttle="off", limits=Limits(**limits))), base_url="http://127.0.0.1:8765")
    return Reader(Workspace(client, "small"))


def test_a_body_that_was_cut_is_told_of() -> None:
    reader = small(journal_body_bytes=20)
    EtherMailer(reader.workspace).post("/user/contact", {"email": f"{'x' * 100}@example.com"})

    page = reader.get("calls/1")

    assert "124 bytes, of which the journal kept only the beginning." in page.text
    assert "The journal kept only the beginning of the body, so nobody can tell." in page.text
    assert "there is no command for a shell" in page.text


def test_a_call_among_very_many_is_judged_among_its_neighbours() -> None:
    reader = small()
    ether = EtherMailer(reader.workspace)
    for number in range(510):
        ether.post("/user/contact", {"email": f"n{number}@example.com"})

    page = reader.get("calls/510")

    assert "501 single calls of add_contact in a loop" in page.text
    assert "Judged among the 500 calls before and after it." in page.text
