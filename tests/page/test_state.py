"""The state: every table of every provider, row by row, with the way from a row to those that belong to it."""

from typing import Any

import pytest

from mockserver.core.difference import tables_of
from tests.page.reader import STRANGE, Page, Reader
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma

MEMBERS = "state/emma/emma_member"


def row(reader: Reader, table: str, key: str) -> Page:
    """The page of the row with a key, as its list leads to it."""
    found = [link for link in reader.get(f"state/{table}").tree.select("tbody a") if link.get_text() == key]
    return reader.get(str(found[0]["href"]))


def listed(page: Page) -> list[str]:
    """The first column of a list."""
    return page.texts("#rows tbody td:first-child")


# What there is


def test_every_table_is_shown_with_the_number_of_its_rows(reader: Reader) -> None:
    page = reader.get("state")

    assert {"Emma", "emfluence", "Ether Mailer", "The server itself"} == set(page.texts("h2"))
    assert {"member 8", "signup form 2", "email log 0", "sender profile 3", "task 1"} <= set(page.texts("li"))
    assert "memory 1" not in page.text


def test_every_link_of_the_state_leads_to_a_page(reader: Reader) -> None:
    """All tables, and of each some row."""
    tables = [str(link["href"]) for link in reader.get("state").tree.select(".tables a")]

    assert len(tables) > 40
    for table in tables:
        for link in reader.get(table).tree.select("#rows tbody tr:first-child a"):
            reader.get(str(link["href"]))


def test_the_outbox_is_shown_by_the_mail(reader: Reader) -> None:
    assert "Mail" == reader.follow(reader.get("state"), "message").one("h1").get_text()


def test_work_that_waits_is_shown(emma: Emma, reader: Reader) -> None:
    emma.backstage("compose", {"subject": "News", "send_at": "2999-01-01T00:00:00Z"})
    page = reader.get("state/mockserver/mock_task")

    assert "2999-01-01 00:00:00" in page.text


# A table


def test_the_newest_rows_come_first(emma: Emma, reader: Reader) -> None:
    added = emma.add("new@example.com")
    page = reader.get(MEMBERS)

    assert f"member · {reader.workspace.name} · mockserver" == page.title
    assert str(added) == listed(page)[0]
    assert "new@example.com" in page.text


def test_long_tables_are_shown_fifty_rows_at_a_time(emma: Emma, reader: Reader) -> None:
    members = [{"email": f"m{number}@crowd.example"} for number in range(60)]
    emma.ask("POST", "/members", {"members": members})
    reader.workspace.advance(minutes=10)
    first = reader.get(MEMBERS)
    second = reader.follow(first, "Older")
    again = reader.follow(second, "Newest")

    assert (50, 18) == (len(listed(first)), len(listed(second)))
    assert [] == sorted(set(listed(first)) & set(listed(second)))
    assert "Older" not in second.text
    assert listed(first) == listed(again)


def test_a_search_keeps_its_words_on_the_pages_that_follow(emma: Emma, reader: Reader) -> None:
    members = [{"email": f"m{number}@crowd.example"} for number in range(60)]
    emma.ask("POST", "/members", {"members": members})
    reader.workspace.advance(minutes=10)
    second = reader.follow(reader.get(MEMBERS, q="CROWD"), "Older")

    assert 10 == len(listed(second))
    assert "CROWD" == second.one("input[name=q]")["value"]


@pytest.mark.parametrize(("words", "keys"), [("GLADYS", ["201"]), ("tacos", ["200"]), ("200", ["200"]), ("nobody", [])])
def test_rows_are_searched_by_a_part_of_any_text(reader: Reader, words: str, keys: list[str]) -> None:
    assert keys == listed(reader.press(reader.get(MEMBERS), "Show", q=words))


def test_rows_are_chosen_by_what_is_in_a_column(reader: Reader) -> None:
    page = reader.press(reader.get("state/emma/emma_membership"), "Show", column="group_id", value="151")

    assert ["202 tony@myemma.com", "200 emma@myemma.com"] == page.texts("#rows tbody td:nth-child(2)")
    assert "All rows" in page.text


def test_a_table_without_rows_says_where_they_come_from(reader: Reader) -> None:
    assert "No rows yet." in reader.get("state/emma/emma_webhook").text
    assert "No row fits." in reader.get("state/emma/emma_webhook", q="x").text
    assert "No row is older." in reader.get("state/emma/emma_webhook", before=5).text


def test_of_a_wide_table_the_columns_are_listed_that_say_something(reader: Reader) -> None:
    Emfluence(reader.workspace).ok("contacts/save", email="new@example.com", company="Widgets", notes="x" * 300)
    page = reader.get("state/emfluence/emf_contact")
    columns = page.texts("#rows th")

    assert ["id", "email"] == columns[:2]
    assert 9 == len(columns)
    assert not {"email key", "fax", "notes"} & set(columns)
    assert "25 more columns in each row." in page.text


def test_names_of_people_are_only_names(emma: Emma, reader: Reader) -> None:
    added = emma.add("new@example.com", fields={"first_name": STRANGE})
    for path in (MEMBERS, f"{MEMBERS}/{added}", f"{MEMBERS}?q={STRANGE}"):
        page = reader.get(path)

        assert STRANGE in page.text + str(page.tree.select("input[name=q]"))
        assert "<script>alert" not in page.source


def test_credentials_are_neither_shown_nor_found(reader: Reader) -> None:
    page = reader.get("state/emma/emma_api_key")
    key = next(fields for fields in reader.workspace.provider("emma")["credentials"] if "public_key" in fields)

    assert "***" in page.text
    assert "secret" not in page.texts("select[name=column] option")
    assert key["public_key"] not in reader.get("state/emma/emma_api_key").source
    assert [] == listed(reader.get("state/emma/emma_api_key", q=key["public_key"]))
    assert (
        'no column is called "secret"' in reader.get("state/emma/emma_api_key", status=404, column="secret", value="x").text
    )


# A row


def test_a_row_shows_all_its_columns(reader: Reader) -> None:
    page = row(reader, "emma/emma_member", "200")
    columns = tables_of(reader.workspace.server.app.runtime, "emma")  # type: ignore[attr-defined]
    (member,) = [table for table in columns["emma"] if table.name == "emma_member"]

    assert [column.name.replace("_", " ") for column in member.columns] == page.texts("dt")
    assert '"favorite_food": "tacos"' in page.text
    assert "Member 200 · emma@myemma.com" == page.one("h1").get_text()


def test_a_row_leads_to_the_rows_that_belong_to_it_and_on_to_the_other_side(reader: Reader) -> None:
    """From a member by its memberships to a group, and back to all members of that group."""
    member = row(reader, "emma/emma_member", "200")
    group = reader.follow(member, "152")
    members = reader.follow(group, "Membership")

    assert "Group 152 · Special Events" == group.one("h1").get_text()
    assert "column=group_id&value=152" in members.url
    assert "200 emma@myemma.com" in members.texts("#rows tbody td")


def test_a_mailing_leads_to_its_recipients(reader: Reader) -> None:
    deliveries = reader.follow(row(reader, "emma/emma_mailing", "200"), "Delivery")
    delivery = reader.follow(deliveries, "1")

    assert ["200 emma@myemma.com", "200 Sample Mailing"] == delivery.texts("dd")[:2]


def test_of_many_related_rows_the_newest_five_are_shown(emma: Emma, reader: Reader) -> None:
    group = emma.group("Crowd")
    members = [{"email": f"m{number}@crowd.example"} for number in range(7)]
    emma.ask("POST", "/members", {"members": members, "group_ids": [group]})
    reader.workspace.advance(minutes=10)
    page = row(reader, "emma/emma_group", str(group))

    assert 5 == len(page.tree.select("#related [id^=group_id-of-emma_membership]"))
    assert 7 == len(listed(reader.follow(page, "All 7")))


def test_a_list_of_keys_leads_to_each_of_them(emma: Emma, reader: Reader) -> None:
    """An import says in JSON which groups it was for; a group knows the imports."""
    group = emma.group("Crowd")
    emma.ask("POST", "/members", {"members": [{"email": "a@crowd.example"}], "group_ids": [group]})
    reader.workspace.advance(minutes=10)
    page = reader.get("state/emma/emma_import")
    imported = reader.follow(page, listed(page)[0])

    assert f"{group} Crowd" in imported.texts("dd")
    assert "Import" in [each.partition(" 1")[0] for each in row(reader, "emma/emma_group", str(group)).texts("#related h3")]


def test_a_row_that_was_forgotten_is_said_to_be_gone(reader: Reader) -> None:
    database = reader.workspace.server.app.runtime.workspaces.get(reader.workspace.name).database  # type: ignore[attr-defined]
    database.connection.exec_driver_sql("DELETE FROM emma_group WHERE id = 152")

    assert "152 (gone)" in reader.get("state/emma/emma_membership").texts("td")


def test_what_nothing_refers_to_says_so(reader: Reader) -> None:
    assert "None in: " in row(reader, "emma/emma_mailing", "203").text


# What is not there


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("state/ema", 'no provider is called "ema"; did you mean "emma"?'),
        ("state/emma/emma_members", 'no table is called "emma_members"; did you mean "emma_member"?'),
        ("state/emma/emf_contact", 'no table is called "emf_contact"'),
        ("state/mockserver/mock_memory", 'no table is called "mock_memory"'),
        ("state/emma/emma_member/999", "emma_member has no row 999 (any more)"),
        ("state/emma/emma_member?column=emial&value=x", 'column: no column is called "emial"; did you mean "email"?'),
        ("state/emma/emma_member?value=x", 'column: no column is called ""'),
    ],
)
def test_what_is_not_there_is_told_with_what_is_near(reader: Reader, path: str, reason: str) -> None:
    assert reason in reader.get(path, status=404).text


@pytest.mark.parametrize(
    "path",
    [
        f"{MEMBERS}/{10**30}",
        f"{MEMBERS}/NaN",
        f"{MEMBERS}?before={10**30}",
        f"{MEMBERS}?before=",
        f"{MEMBERS}?q={'x' * 201}",
        f"{MEMBERS}?column=id&value={'9' * 1001}",
    ],
)
def test_what_is_no_place_in_a_table_is_refused(reader: Reader, path: str) -> None:
    assert "path." in (text := reader.get(path, status=400).text) or "query." in text


@pytest.mark.parametrize("hostile", ["%00", "%ED%A0%80", "%FF", "1e400", "9" * 199, "%25_%5C", "'--", "{{7*7}}"])
def test_a_hostile_query_finds_nothing(reader: Reader, hostile: str) -> None:
    for column in ("id", "email", "fields"):
        assert [] == listed(reader.get(f"{MEMBERS}?column={column}&value={hostile}"))
    assert [] == listed(reader.get(f"{MEMBERS}?q={hostile}x"))


@pytest.mark.parametrize("key", [-(2**63), -1, 0, 2**63 - 1])
def test_numbers_of_64_bits_are_looked_for(reader: Reader, key: Any) -> None:
    reader.get(f"{MEMBERS}/{key}", status=404)
    reader.get(MEMBERS, before=key)
