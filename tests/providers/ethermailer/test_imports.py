"""Batch import: rows in order, each created, updated or refused on its own, and large ones in slices."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from mockserver.app import Switchboard, create_app
from mockserver.providers.ethermailer.actions import imports
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response

IMPORT = "/user/contact/import"
DELETED = "peter.klein@example.com"


def run(ether: EtherMailer, *rows: Any) -> dict[str, Any]:
    """Import some rows and return the summary."""
    response = ether.post(IMPORT, list(rows))

    assert 200 == response.status_code, response.text
    summary: dict[str, Any] = response.json()
    return summary


def totals(summary: dict[str, Any]) -> tuple[int, int, int]:
    """Created, updated, refused."""
    return summary["totalCreated"], summary["totalUpdated"], summary["totalErrors"]


def faults(summary: dict[str, Any]) -> list[tuple[str | None, list[tuple[str, str]]]]:
    """For each listed row its address, and field and code of its errors."""
    return [
        (
            row["contactEmail"],
            [(fault["objectName"], fault["constraintName"]) for fault in row["constraintViolationErrorList"]],
        )
        for row in summary["contactImportResponses"]
    ]


def by_address(ether: EtherMailer) -> dict[str, dict[str, Any]]:
    """The listed contacts by address."""
    return {contact["email"]: contact for contact in ether.contacts()}


def single(ether: EtherMailer, email: str) -> dict[str, Any]:
    """The whole contact with this address."""
    return ether.contact(by_address(ether)[email]["contactId"])


def values(contact: dict[str, Any]) -> dict[str, str]:
    """The extra values of a contact by the name of the field, as far as there are any."""
    return {field["name"]: field["value"] for field in contact["extraFieldValues"] if field["value"] is not None}


# The answer


@pytest.mark.rule("ether.import_contacts", "ether.import_contacts.status")
def test_an_import_answers_three_totals_and_a_list(ether: EtherMailer) -> None:
    summary = run(ether, {"email": "a@example.com"}, {"email": "eleni.markou@example.com"}, {"email": "no address"})

    assert {"totalCreated", "totalUpdated", "totalErrors", "contactImportResponses"} == set(summary)
    assert (1, 1, 1) == totals(summary)


@pytest.mark.rule("ether.import_contacts.empty")
def test_an_empty_import_is_a_success_with_zeros(ether: EtherMailer) -> None:
    summary = run(ether)

    assert {"totalCreated": 0, "totalUpdated": 0, "totalErrors": 0, "contactImportResponses": []} == summary


@pytest.mark.rule("ether.unreadable")
@pytest.mark.parametrize(
    "body", [b'{"email": "a@example.com"}', b"null", b"", b'"a@example.com"', b"[{", rb'[{"email": "\ud800@example.com"}]']
)
def test_a_body_that_is_no_array_is_refused(ether: EtherMailer, body: bytes) -> None:
    response = ether.post(IMPORT, content=body)

    assert 400 == response.status_code
    assert [("body", "NotReadable")] == violations(response)


@pytest.mark.rule("ether.import_contacts.status", "ether.import_contacts.row_errors")
def test_an_import_of_nothing_but_bad_rows_is_still_a_success(ether: EtherMailer) -> None:
    before = ether.contacts()
    summary = run(ether, {"email": "one"}, {"email": "two"})

    assert (0, 0, 2) == totals(summary)
    assert before == ether.contacts()


# Rows that create


@pytest.mark.rule("ether.import_contacts.created")
def test_a_row_with_a_new_address_creates_a_contact_with_all_it_says(ether: EtherMailer) -> None:
    group = ether.groups()[1]
    country = ether.extra_fields()["Country"]["fieldId"]
    summary = run(
        ether,
        {
            "email": "new@example.com",
            "name": "New",
            "surname": "Comer",
            "groups": [{"groupId": group["groupId"]}],
            "extraFieldValues": [{"fieldId": country, "value": "Malta"}],
        },
    )
    contact = single(ether, "new@example.com")

    assert (1, 0, 0) == totals(summary)
    assert ("New", "Comer") == (contact["name"], contact["surname"])
    assert [{"groupId": group["groupId"], "name": group["name"]}] == contact["groups"]
    assert {"Country": "Malta"} == values(contact)


@pytest.mark.rule("ether.import_contacts.created", "ether.paging.order")
def test_created_contacts_are_listed_in_the_order_of_their_rows(ether: EtherMailer) -> None:
    run(ether, *({"email": f"{letter}@example.com"} for letter in "zay"))

    assert ["z@example.com", "a@example.com", "y@example.com"] == [each["email"] for each in ether.contacts()[-3:]]


# Rows that update


@pytest.mark.rule("ether.import_contacts.updated")
def test_a_row_with_a_known_address_overwrites_what_it_gives_and_clears_nothing(ether: EtherMailer) -> None:
    before = single(ether, "eleni.markou@example.com")
    country = ether.extra_fields()["Country"]["fieldId"]
    summary = run(
        ether,
        {
            "email": "eleni.markou@example.com",
            "surname": "Markou-Weber",
            "extraFieldValues": [{"fieldId": country, "value": "Germany"}],
        },
    )
    after = single(ether, "eleni.markou@example.com")

    assert (0, 1, 0) == totals(summary)
    assert ("Eleni", "Markou-Weber") == (after["name"], after["surname"])
    assert {**values(before), "Country": "Germany"} == values(after)
    assert before["groups"] == after["groups"]


@pytest.mark.rule("ether.import_contacts.updated")
def test_groups_of_a_row_are_added_to_those_of_the_contact(ether: EtherMailer) -> None:
    wholesale = next(group for group in ether.groups() if group["name"] == "Wholesale")
    run(ether, {"email": "eleni.markou@example.com", "groups": [{"groupId": wholesale["groupId"]}]})
    groups = [group["name"] for group in single(ether, "eleni.markou@example.com")["groups"]]

    assert ["All customers", "Newsletter", "Wholesale"] == groups


@pytest.mark.rule("ether.import_contacts.updated")
def test_an_empty_list_of_groups_takes_a_contact_out_of_none(ether: EtherMailer) -> None:
    run(ether, {"email": "eleni.markou@example.com", "groups": [], "extraFieldValues": []})
    contact = single(ether, "eleni.markou@example.com")

    assert ["All customers", "Newsletter"] == [group["name"] for group in contact["groups"]]
    assert {"Country", "Date of birth", "Orders", "Loyalty card", "Favourite oil"} == set(values(contact))


@pytest.mark.rule("ether.import_contacts.updated")
def test_a_row_that_changes_nothing_counts_as_an_update(ether: EtherMailer) -> None:
    before = single(ether, "james.walker@example.net")
    summary = run(ether, {"email": "james.walker@example.net", "name": "James", "surname": "Walker"})

    assert (0, 1, 0) == totals(summary)
    assert before == single(ether, "james.walker@example.net")


@pytest.mark.rule("ether.import_contacts.updated", "ether.import_contacts.each_row_once")
def test_a_second_row_for_a_new_address_updates_what_the_first_created(ether: EtherMailer) -> None:
    groups = [{"groupId": group["groupId"]} for group in ether.groups()[:2]]
    summary = run(
        ether,
        {"email": "twice@example.com", "name": "First", "surname": "Kept", "groups": groups[:1]},
        {"email": "twice@example.com", "name": "Second", "groups": groups[1:]},
    )
    contact = single(ether, "twice@example.com")

    assert (1, 1, 0) == totals(summary)
    assert ("Second", "Kept") == (contact["name"], contact["surname"])
    assert [group["groupId"] for group in groups] == [group["groupId"] for group in contact["groups"]]


@pytest.mark.rule("ether.import_contacts.updated")
def test_of_several_rows_for_a_known_address_the_last_has_the_last_word(ether: EtherMailer) -> None:
    address = "james.walker@example.net"
    summary = run(ether, *({"email": address, "name": name} for name in ("Jim", "Jimmy", "Jack")))

    assert (0, 3, 0) == totals(summary)
    assert ("Jack", "Walker") == (single(ether, address)["name"], single(ether, address)["surname"])


@pytest.mark.rule("ether.import_contacts.updated", "ether.contacts.email_spelling")
def test_addresses_of_rows_are_compared_without_case_and_blanks(ether: EtherMailer) -> None:
    summary = run(ether, {"email": " James.Walker@EXAMPLE.net ", "name": "Jim"}, {"email": "JAMES.WALKER@example.net"})

    assert (0, 2, 0) == totals(summary)
    assert 12 == len(ether.contacts())
    assert "Jim" == single(ether, "JAMES.WALKER@example.net")["name"]


@pytest.mark.rule("ether.import_contacts.updated")
def test_a_second_row_five_hundred_rows_later_finds_the_first(ether: EtherMailer) -> None:
    crowd = [{"email": f"{number}@example.com"} for number in range(imports.SLICE)]
    summary = run(ether, {"email": "twice@example.com"}, *crowd, {"email": "twice@example.com", "name": "Later"})
    found = ether.get("/user/contact/limit/1/offset/12").json()["items"]

    assert (imports.SLICE + 1, 1, 0) == totals(summary)
    assert [("twice@example.com", "Later")] == [(contact["email"], contact["name"]) for contact in found]


# Rows that fail


@pytest.mark.rule("ether.import_contacts.row_errors", "ether.import_contacts.each_row_once")
def test_bad_rows_among_good_ones_are_the_only_ones_listed(ether: EtherMailer) -> None:
    summary = run(
        ether,
        {"email": "bad"},
        {"email": "good@example.com"},
        {"email": "james.walker@example.net"},
        {"email": "worse@example.com", "groups": [{"groupId": "7"}], "extraFieldValues": [{"fieldId": "8", "value": "9"}]},
    )

    assert (1, 1, 2) == totals(summary)
    assert [
        ("bad", [("email", "Email")]),
        ("worse@example.com", [("groups[0].groupId", "NotFound"), ("extraFieldValues[0].fieldId", "NotFound")]),
    ] == faults(summary)
    assert "worse@example.com" not in by_address(ether)


@pytest.mark.rule("ether.import_contacts.row_errors")
def test_an_error_of_a_row_has_the_three_members_of_the_envelope(ether: EtherMailer) -> None:
    (row,) = run(ether, {"email": "bad"})["contactImportResponses"]

    assert {"contactEmail", "constraintViolationErrorList"} == set(row)
    assert [
        {"objectName": "email", "constraintName": "Email", "description": "bad is not a well-formed email address"}
    ] == row["constraintViolationErrorList"]


@pytest.mark.rule("ether.import_contacts.row_errors")
def test_a_bad_row_changes_nothing_of_a_known_contact(ether: EtherMailer) -> None:
    before = single(ether, "james.walker@example.net")
    run(ether, {"email": "james.walker@example.net", "name": "Jim", "groups": [{"groupId": "7"}]})

    assert before == single(ether, "james.walker@example.net")


@pytest.mark.rule("ether.import_contacts.each_row_once")
def test_a_row_with_many_faults_counts_once(ether: EtherMailer) -> None:
    summary = run(ether, {"email": "", "groups": [{"groupId": "7"}, {}], "extraFieldValues": [{}]})

    assert (0, 0, 1) == totals(summary)
    assert 4 == len(summary["contactImportResponses"][0]["constraintViolationErrorList"])


@pytest.mark.rule("ether.import_contacts.row_errors", "ether.import_contacts.each_row_once")
def test_rows_out_of_order_of_validity_are_each_taken_for_themselves(ether: EtherMailer) -> None:
    summary = run(
        ether,
        {"email": "x@example.com", "groups": [{"groupId": "7"}]},
        {"email": "x@example.com", "name": "Xenia"},
        {"email": "x@example.com", "name": "Wrong", "extraFieldValues": [{"fieldId": "8", "value": "9"}]},
        {"email": "x@example.com", "surname": "Young"},
    )
    contact = single(ether, "x@example.com")

    assert (1, 1, 2) == totals(summary)
    assert ["x@example.com", "x@example.com"] == [email for email, _ in faults(summary)]
    assert ("Xenia", "Young") == (contact["name"], contact["surname"])


@pytest.mark.rule("ether.import_contacts.no_email", "ether.contacts.email")
@pytest.mark.parametrize("row", [{}, {"email": None}, {"name": "Nobody"}])
def test_a_row_without_an_address_is_listed_under_null(ether: EtherMailer, row: dict[str, Any]) -> None:
    assert [(None, [("email", "NotEmpty")])] == faults(run(ether, row))


@pytest.mark.rule("ether.import_contacts.row_errors", "ether.coerced_text")
def test_a_number_for_an_address_is_listed_by_its_text(ether: EtherMailer) -> None:
    assert [("5", [("email", "Email")])] == faults(run(ether, {"email": 5}))


@pytest.mark.rule("ether.import_contacts.row_errors", "ether.unreadable")
@pytest.mark.parametrize("row", [None, 7, "a@example.com", ["a@example.com"], True])
def test_a_row_that_is_no_object_is_an_error_of_its_own(ether: EtherMailer, row: Any) -> None:
    summary = run(ether, {"email": "before@example.com"}, row, {"email": "after@example.com"})

    assert (2, 0, 1) == totals(summary)
    assert [(None, [("body", "NotReadable")])] == faults(summary)


@pytest.mark.rule("ether.import_contacts.row_errors", "ether.unreadable")
def test_a_row_with_a_field_of_the_wrong_type_is_an_error_that_names_the_field(ether: EtherMailer) -> None:
    summary = run(ether, {"email": "a@example.com", "groups": [{"groupId": {}}], "extraFieldValues": "none"})

    assert [("a@example.com", [("groups[0].groupId", "NotReadable"), ("extraFieldValues", "NotReadable")])] == faults(
        summary
    )


@pytest.mark.rule("ether.import_contacts.row_errors", "ether.object_name")
@pytest.mark.reading("ethermailer", object_name="leaf")
def test_an_error_of_a_row_names_the_leaf_when_the_switch_says_so(ether: EtherMailer) -> None:
    summary = run(ether, {"email": "a@example.com", "groups": [{"groupId": "7"}]})

    assert [("a@example.com", [("groupId", "NotFound")])] == faults(summary)


@pytest.mark.rule("ether.import_contacts.row_errors")
@pytest.mark.reading("ethermailer", import_report="all")
def test_every_row_is_listed_when_the_switch_says_all(ether: EtherMailer) -> None:
    summary = run(
        ether, {"email": "new@example.com"}, {"email": "bad"}, {"email": "james.walker@example.net"}, {"name": "Nobody"}
    )

    assert (1, 1, 2) == totals(summary)
    assert [
        ("new@example.com", []),
        ("bad", [("email", "Email")]),
        ("james.walker@example.net", []),
        (None, [("email", "NotEmpty")]),
    ] == faults(summary)


# Deleted contacts


@pytest.mark.rule("ether.import_contacts.deleted_address", "ether.contacts.duplicate_deleted")
def test_a_row_never_revives_a_deleted_contact(ether: EtherMailer) -> None:
    before = by_address(ether)[DELETED]
    summary = run(ether, {"email": DELETED, "name": "Petra"})

    assert (0, 0, 1) == totals(summary)
    assert [(DELETED, [("email", "AlreadyExists")])] == faults(summary)
    assert before == by_address(ether)[DELETED]


@pytest.mark.rule("ether.import_contacts.deleted_address")
@pytest.mark.reading("ethermailer", import_deleted_address="update")
def test_a_row_revives_a_deleted_contact_when_the_switch_says_update(ether: EtherMailer) -> None:
    before = by_address(ether)[DELETED]
    summary = run(ether, {"email": DELETED, "name": "Petra"})
    contact = single(ether, DELETED)

    assert (0, 1, 0) == totals(summary)
    assert {**before, "name": "Petra", "deleted": False, "deletedAtDate": 0} == by_address(ether)[DELETED]
    assert ["All customers", "Newsletter"] == [group["name"] for group in contact["groups"]]
    assert {"Country": "Germany", "Orders": "2"} == values(contact)


# Large imports


@pytest.fixture
def app() -> Iterator[Switchboard]:
    """A server of its own, to be called from within an event loop."""
    made = create_app(Settings(throttle="off"))
    yield made
    made.runtime.workspaces.close()


class Race:
    """Calls that are under way at the same time, and the order in which they were answered."""

    def __init__(self, app: Switchboard) -> None:
        self._transport = httpx2.ASGITransport(app=app)
        self.answered: list[str] = []

    async def call(self, name: str, method: str, path: str, *, key: str, json: Any = None) -> Response:
        async with httpx2.AsyncClient(transport=self._transport, base_url="http://127.0.0.1:8765") as client:
            response = await client.request(
                method, f"/ethermailer{path}", headers={"Authorization": f"API {key}"}, json=json, timeout=None
            )
        self.answered.append(name)
        return response

    async def importing(self, rows: int, *, key: str) -> Response:
        crowd = [{"email": f"{number}@example.com", "name": f"Number {number}"} for number in range(rows)]
        return await self.call("import", "POST", IMPORT, key=key, json=crowd)


@pytest.mark.rule("ether.import_contacts.any_size")
def test_ten_thousand_rows_do_not_keep_another_workspace_waiting(app: Switchboard) -> None:
    race = Race(app)

    async def run_all() -> list[Response]:
        neighbours = [race.call("neighbour", "GET", "/user", key="ws-b") for _ in range(5)]
        return await asyncio.gather(race.importing(10_000, key="ws-a"), *neighbours)

    imported, *answers = asyncio.run(run_all())

    assert (10_000, 0, 0) == totals(imported.json())
    assert [200] * 5 == [answer.status_code for answer in answers]
    assert [*["neighbour"] * 5, "import"] == race.answered


@pytest.mark.rule("ether.import_contacts.any_size")
def test_calls_of_the_same_workspace_wait_for_the_import_and_see_all_of_it(app: Switchboard) -> None:
    race = Race(app)
    page = "/user/contact/limit/1/offset/0"

    async def run_all() -> list[Response]:
        readers = [race.call("reader", "GET", page, key="ws-a") for _ in range(5)]
        return await asyncio.gather(race.importing(10_500, key="ws-a"), *readers)

    _, *pages = asyncio.run(run_all())

    assert "import" == race.answered[0]
    assert [10_512] * 5 == [page.json()["totalItems"] for page in pages]


@pytest.mark.rule("ether.import_contacts.any_size", "ether.import_contacts.updated")
def test_two_imports_into_one_workspace_take_turns(app: Switchboard) -> None:
    race = Race(app)

    async def run_both() -> list[Response]:
        return await asyncio.gather(race.importing(1_500, key="ws-a"), race.importing(1_500, key="ws-a"))

    first, second = asyncio.run(run_both())

    assert (1_500, 0, 0) == totals(first.json())
    assert (0, 1_500, 0) == totals(second.json())


@pytest.mark.rule("ether.rollback", "ether.internal_error")
def test_an_import_that_fails_half_way_leaves_nothing(ether: EtherMailer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ether.contacts()
    written = []

    def write_once(*_: Any) -> None:
        written.append(True)
        if len(written) == 2:
            raise RuntimeError("the second slice fails")
        write(*_)

    write = imports._write
    monkeypatch.setattr(imports, "_write", write_once)
    response = ether.post(IMPORT, [{"email": f"{number}@example.com"} for number in range(imports.SLICE * 3)])
    monkeypatch.undo()

    assert 500 == response.status_code
    assert [("server", "InternalError")] == violations(response)
    assert 2 == len(written)
    assert before == ether.contacts()
    assert (1, 0, 0) == totals(run(ether, {"email": "0@example.com"}))


@pytest.mark.rule("ether.rollback")
def test_calls_that_waited_for_a_failing_import_find_the_world_as_it_was(
    app: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        if race.answered:
            raise RuntimeError("a later slice fails")

    race = Race(app)
    monkeypatch.setattr(imports, "_write", fail)

    async def run_all() -> list[Response]:
        return await asyncio.gather(
            race.importing(10_000, key="ws-a"),
            race.call("reader", "GET", "/user/contact/limit/1/offset/0", key="ws-a"),
            race.call("neighbour", "GET", "/user", key="ws-b"),
        )

    imported, page, _ = asyncio.run(run_all())

    assert ["neighbour", "import", "reader"] == race.answered
    assert 500 == imported.status_code
    assert 12 == page.json()["totalItems"]


@pytest.mark.rule("ether.rollback")
def test_an_answer_that_cannot_be_sent_takes_nothing_from_an_import_under_way(app: Switchboard) -> None:
    """Its change was committed; rolling back then would undo the slices of the import."""
    race = Race(app)

    async def lost_answer() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b'{"email": "lost@example.com"}', "more_body": False}

        async def send(_message: Any) -> None:
            await asyncio.sleep(0.02)
            raise ConnectionResetError

        headers = [(b"host", b"localhost"), (b"authorization", b"API ws-a"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/user/contact", "query_string": b"", "headers": headers}
        await app(scope, receive, send)

    async def run_all() -> list[Any]:
        return await asyncio.gather(lost_answer(), race.importing(10_000, key="ws-a"), return_exceptions=True)

    _, imported = asyncio.run(run_all())
    page = asyncio.run(race.call("reader", "GET", "/user/contact/limit/1/offset/0", key="ws-a"))

    assert (10_000, 0, 0) == totals(imported.json())
    assert 12 + 1 + 10_000 == page.json()["totalItems"]


@pytest.mark.rule("ether.no_room")
def test_a_call_that_waited_for_a_workspace_that_was_deleted_is_refused(app: Switchboard) -> None:
    race = Race(app)

    async def delete_meanwhile() -> None:
        workspaces = app.runtime.workspaces
        while "import" not in race.answered:
            if (waited_for := workspaces.get("a")) is not None and waited_for.busy is None and len(waited_for.journal):
                break
            await asyncio.sleep(0)
        workspaces.delete("a")

    async def run_all() -> list[Any]:
        readers = [race.call("reader", "GET", "/user", key="ws-a") for _ in range(3)]
        return await asyncio.gather(race.importing(2_000, key="ws-a"), *readers, delete_meanwhile())

    imported, *answers, _ = asyncio.run(run_all())

    assert 200 == imported.status_code
    assert {answer.status_code for answer in answers} <= {200, 503}
