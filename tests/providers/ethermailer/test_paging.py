"""Paging: the same for contact groups, extra fields and contacts."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response, Workspace

LABELS = {"contact-groups": "name", "extra-fields": "name", "contact": "email"}
"""The paged lists, and what each row of theirs is known by here."""
ROWS = [f"row.{number:02}@example.com" for number in range(60)]
IMPORTED = [f"imported.{number:02}@example.com" for number in range(70)]

every_list = pytest.mark.parametrize("paged", LABELS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server whose workspaces have sixty rows in each of the three lists."""
    folder = tmp_path_factory.mktemp("sixty")
    tables = [f'[[groups]]\nname = "{row}"\n[[extra_fields]]\nname = "{row}"\ntype = "TEXT"\n' for row in ROWS]
    tables += [f'[[contacts]]\nemail = "{row}"\n' for row in ROWS]
    (folder / "ethermailer.toml").write_text("".join(tables), "utf-8")
    app = create_app(Settings(throttle="off", fixtures=[str(folder)]))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.fixture(scope="module")
def importer(server: TestClient) -> EtherMailer:
    """A client that has imported seventy contacts more: one for all examples, which only read."""
    ether = EtherMailer(Workspace(server, "importer"))

    assert 200 == ether.post("/user/contact/import", [{"email": email} for email in IMPORTED]).status_code
    return ether


def page(ether: EtherMailer, paged: str, limit: object, offset: object) -> Response:
    return ether.get(f"/user/{paged}/limit/{limit}/offset/{offset}")


def labels(response: Response, paged: str) -> list[str]:
    assert 200 == response.status_code, response.text
    return [row[LABELS[paged]] for row in response.json()["items"]]


@every_list
@pytest.mark.rule("ether.paging.path", "ether.paging.order")
@pytest.mark.parametrize(
    ("limit", "offset"), [(1, 0), (50, 0), (10, 10), (7, 3), (50, 50), (50, 1), (1, 59), (20, 55), ("+5", "007")]
)
def test_offset_counts_rows_in_the_order_of_creation_whatever_the_limit(
    ether: EtherMailer, paged: str, limit: object, offset: object
) -> None:
    first, last = int(str(offset)), int(str(offset)) + int(str(limit))

    assert ROWS[first:last] == labels(page(ether, paged, limit, offset), paged)


@every_list
@pytest.mark.rule("ether.paging.path")
def test_limit_and_offset_in_the_query_mean_nothing(ether: EtherMailer, paged: str) -> None:
    response = ether.get(f"/user/{paged}/limit/5/offset/0?limit=1&findLimit=1&offset=9")

    assert ROWS[:5] == labels(response, paged)


@every_list
@pytest.mark.rule("ether.paging.envelope")
@pytest.mark.parametrize(("limit", "offset"), [(50, 0), (1, 0), (50, 50)])
def test_a_page_is_its_items_and_the_number_of_all_rows(ether: EtherMailer, paged: str, limit: int, offset: int) -> None:
    found = page(ether, paged, limit, offset).json()

    assert {"items", "totalItems"} == set(found)
    assert 60 == found["totalItems"]


@pytest.mark.rule("ether.paging.envelope")
def test_the_number_of_all_rows_follows_what_is_created_and_deleted(ether: EtherMailer) -> None:
    first = page(ether, "contact-groups", 1, 0).json()["items"][0]["groupId"]

    created = ether.post("/user/contact-groups", {"name": "Bakers"})
    after_creation = page(ether, "contact-groups", 1, 0).json()["totalItems"]
    ether.delete(f"/user/contact-groups/{first}")
    ether.delete(f"/user/contact-groups/{created.json()['text']}")

    assert 61 == after_creation
    assert 59 == page(ether, "contact-groups", 1, 0).json()["totalItems"]


@pytest.mark.rule("ether.paging.order")
def test_a_renamed_group_keeps_its_place_and_a_new_one_is_last(ether: EtherMailer) -> None:
    first = page(ether, "contact-groups", 1, 0).json()["items"][0]["groupId"]

    ether.post("/user/contact-groups", {"name": "A new one"})
    ether.put(f"/user/contact-groups/{first}/name", {"name": "Zymurgists"})

    assert ["Zymurgists", ROWS[1]] == labels(page(ether, "contact-groups", 2, 0), "contact-groups")
    assert [ROWS[59], "A new one"] == labels(page(ether, "contact-groups", 2, 59), "contact-groups")


@pytest.mark.rule("ether.paging.order")
def test_a_contact_that_is_updated_deleted_or_restored_keeps_its_place(ether: EtherMailer) -> None:
    first, second, third = [row["contactId"] for row in page(ether, "contact", 3, 0).json()["items"]]

    ether.post(f"/user/contact/{first}", {"email": "zoe@example.com"})
    ether.delete("/user/contact/multiple", params={"contactIds": [second, third]})
    ether.put("/user/contact/multiple/restore", params={"contactIds": third})

    assert ["zoe@example.com", *ROWS[1:4]] == labels(page(ether, "contact", 4, 0), "contact")


@every_list
@pytest.mark.rule("ether.paging.max")
@pytest.mark.parametrize("limit", [51, 100, 10**17])
def test_a_limit_above_50_is_refused(ether: EtherMailer, paged: str, limit: int) -> None:
    response = page(ether, paged, limit, 0)

    assert 400 == response.status_code
    assert [("findLimit", "Max")] == violations(response)


@every_list
@pytest.mark.rule("ether.paging.max")
@pytest.mark.reading("ethermailer", limit_above_50="clamp")
@pytest.mark.parametrize("limit", [50, 51, 10**17])
def test_a_limit_above_50_is_taken_for_50_in_the_other_reading(ether: EtherMailer, paged: str, limit: int) -> None:
    assert ROWS[5:55] == labels(page(ether, paged, limit, 5), paged)


@every_list
@pytest.mark.rule("ether.paging.min")
@pytest.mark.reading("ethermailer", limit_above_50="clamp")
def test_a_limit_below_1_is_refused_in_the_other_reading_too(ether: EtherMailer, paged: str) -> None:
    assert [("findLimit", "Min")] == violations(page(ether, paged, 0, 0))


@every_list
@pytest.mark.rule("ether.paging.min")
@pytest.mark.parametrize("limit", ["0", "-1", "-50", "-0"])
def test_a_limit_below_1_is_refused(ether: EtherMailer, paged: str, limit: str) -> None:
    response = page(ether, paged, limit, 0)

    assert 400 == response.status_code
    assert [("findLimit", "Min")] == violations(response)


@every_list
@pytest.mark.rule("ether.paging.min")
@pytest.mark.parametrize("offset", [-1, -50])
def test_an_offset_below_0_is_refused(ether: EtherMailer, paged: str, offset: int) -> None:
    response = page(ether, paged, 50, offset)

    assert 400 == response.status_code
    assert [("offset", "Min")] == violations(response)


NO_INTEGERS = ["x", "1.5", "1e1", "0x10", "%205", "5%20", "--5", "+", "٥", "²", "null", "50,0"]


@every_list
@pytest.mark.rule("ether.paging.not_a_number")
@pytest.mark.parametrize("text", NO_INTEGERS)
def test_a_limit_or_offset_that_is_no_integer_is_refused(ether: EtherMailer, paged: str, text: str) -> None:
    as_limit, as_offset = page(ether, paged, text, 0), page(ether, paged, 50, text)

    assert [400, 400] == [as_limit.status_code, as_offset.status_code]
    assert [("findLimit", "TypeMismatch")] == violations(as_limit)
    assert [("offset", "TypeMismatch")] == violations(as_offset)


@every_list
@pytest.mark.rule("ether.paging.not_a_number")
@pytest.mark.reading("ethermailer", paging_not_a_number=404)
@pytest.mark.parametrize("text", NO_INTEGERS)
def test_a_limit_or_offset_that_is_no_integer_is_an_unknown_path_in_the_other_reading(
    ether: EtherMailer, paged: str, text: str
) -> None:
    as_limit, as_offset = page(ether, paged, text, 0), page(ether, paged, 50, text)

    assert [404, 404] == [as_limit.status_code, as_offset.status_code]
    assert b"" == as_limit.content == as_offset.content


@every_list
@pytest.mark.rule("ether.paging.not_a_number")
@pytest.mark.reading("ethermailer", paging_not_a_number=404, not_found_body="errors")
def test_a_limit_that_is_no_integer_is_told_like_any_unknown_path_in_the_other_readings(
    ether: EtherMailer, paged: str
) -> None:
    response = page(ether, paged, "x", 0)

    assert 404 == response.status_code
    assert [("path", "NotFound")] == violations(response)


@every_list
@pytest.mark.rule("ether.paging.max", "ether.paging.min")
@pytest.mark.reading("ethermailer", paging_not_a_number=404)
def test_a_number_out_of_range_is_a_400_in_the_other_reading_too(ether: EtherMailer, paged: str) -> None:
    assert [
        400,
        400,
        400,
    ] == [page(ether, paged, limit, offset).status_code for limit, offset in [(51, 0), (0, 0), (50, -1)]]


@every_list
@pytest.mark.rule("ether.paging.past_the_end")
@pytest.mark.parametrize("offset", [60, 61, 1000, 10**17, 10**18, "9" * 4000])
def test_an_offset_past_the_end_answers_no_items_and_the_true_total(ether: EtherMailer, paged: str, offset: Any) -> None:
    response = page(ether, paged, 50, offset)

    assert 200 == response.status_code
    assert {"items": [], "totalItems": 60} == response.json()


@every_list
@pytest.mark.rule("ether.paging.both_faults")
@pytest.mark.parametrize(
    ("limit", "offset", "codes"),
    [
        (51, -1, ("Max", "Min")),
        (0, -1, ("Min", "Min")),
        ("x", "y", ("TypeMismatch", "TypeMismatch")),
        (51, "y", ("Max", "TypeMismatch")),
        ("x", -1, ("TypeMismatch", "Min")),
    ],
)
def test_two_bad_values_are_two_errors_of_one_answer(
    ether: EtherMailer, paged: str, limit: Any, offset: Any, codes: tuple[str, str]
) -> None:
    response = page(ether, paged, limit, offset)

    assert 400 == response.status_code
    assert [("findLimit", codes[0]), ("offset", codes[1])] == violations(response)


@pytest.mark.rule("ether.paging.path", "ether.paging.order", "ether.paging.envelope")
@given(limit=integers(min_value=1, max_value=50))
@settings(deadline=None)  # a walk is up to 131 calls, and other tests keep the machine busy
def test_whatever_the_limit_a_walk_meets_every_contact_once_and_in_order(importer: EtherMailer, limit: int) -> None:
    walked: list[str] = []
    while found := labels(page(importer, "contact", limit, len(walked)), "contact"):
        walked += found

    assert ROWS + IMPORTED == walked
