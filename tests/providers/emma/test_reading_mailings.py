"""Mailings as they are read: the list and its filters, and a single one."""

from typing import Any

import pytest

from tests.providers.emma import planted
from tests.providers.emma.client import Emma, error

STANDARD = [211, 210, 201, 200]
"""The standard mailings of the fixtures, the newest first; 202 and 203 are a split test."""

NO_MAILINGS = ["0", "-1", "204", "9" * 18, "9" * 19, "9" * 60, "newsletter", "200.0", "٢٠٠", "%20", "200;DROP"]


def ids(emma: Emma, **parameters: Any) -> list[int]:
    return [row["mailing_id"] for row in emma.ask("GET", "/mailings", **parameters)]


# The list


@pytest.mark.rule("emma.list_mailings", "emma.list_mailings.order")
def test_the_list_shows_standard_and_test_mailings_of_every_status_the_newest_first(emma: Emma) -> None:
    made = [planted.mailing(emma, type=type_, status=status) for type_, status in zip("tmtmtmtmt", "paisxcwuf", strict=True)]
    for type_ in "rsc":
        planted.mailing(emma, type=type_)

    assert made[::-1] + STANDARD == ids(emma)


@pytest.mark.rule("emma.list_mailings.content")
@pytest.mark.parametrize(
    ("asked", "added"),
    [
        ({}, set()),
        ({"with_html_body": "0", "with_plaintext": "false"}, set()),
        ({"with_html_body": "1"}, {"html_body"}),
        ({"with_plaintext": "True"}, {"plaintext"}),
        ({"with_html_body": "true", "with_plaintext": "TRUE"}, {"html_body", "plaintext"}),
    ],
)
def test_content_is_there_when_it_is_asked_for(emma: Emma, asked: dict[str, str], added: set[str]) -> None:
    plain = emma.ask("GET", "/mailings")
    rows = emma.ask("GET", "/mailings", **asked)
    whole = emma.ask("GET", "/mailings/200")

    assert [{*row} | added for row in plain] == [{*row} for row in rows]
    assert {name: whole[name] for name in added} == {name: rows[-1][name] for name in added}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("mailing_types=r", "r"),
        ("mailing_types=c", "c"),
        ("mailing_types=m,t,r,s,c", "mtrsc"),
        ("mailing_types=%20s%20,%20m", "sm"),
        ("mailing_types=s&mailing_types=m", "sm"),
        ("mailing_types=t,t,", "t"),
    ],
)
def test_the_list_shows_the_types_that_are_asked_for(emma: Emma, query: str, wanted: str) -> None:
    made = {planted.mailing(emma, type=type_): type_ for type_ in "mtrsc"}
    types = {200: "m", 201: "m", 202: "s", 203: "s", 210: "m", 211: "m"} | made

    found = [row["mailing_id"] for row in emma.get(f"/mailings?{query}").json()]

    assert [each for each in sorted(types, reverse=True) if types[each] in wanted] == found


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("mailing_statuses=p", "p"),
        ("mailing_statuses=x", "x"),
        ("mailing_statuses=c,f", "cf"),
        ("mailing_statuses=p,a,i,s,x,c,w,u,f", "paisxcwuf"),
        ("mailing_statuses=u&mailing_statuses=w,i", "uwi"),
    ],
)
def test_the_list_shows_the_statuses_that_are_asked_for(emma: Emma, query: str, wanted: str) -> None:
    made = {planted.mailing(emma, status=status): status for status in "paisxcwuf"}
    statuses = {200: "c", 201: "p", 210: "c", 211: "p"} | made

    found = [row["mailing_id"] for row in emma.get(f"/mailings?{query}").json()]

    assert [each for each in sorted(statuses, reverse=True) if statuses[each] in wanted] == found


@pytest.mark.rule("emma.list_mailings.bad_letter")
@pytest.mark.parametrize("name", ["mailing_types", "mailing_statuses"])
@pytest.mark.parametrize("bad", ["q", "M", "P", "pending", "mt", "%", "_", "ß", "p'", "0", "\u200b", "a" * 5000])
def test_an_unknown_letter_is_refused_by_its_name(emma: Emma, name: str, bad: str) -> None:
    response = emma.get("/mailings", params={name: f"{'m' if name == 'mailing_types' else 'p'},{bad}"})

    assert 400 == response.status_code
    assert error(response).startswith(f"{name}: expected some of ")
    assert repr(bad)[:20] in error(response)
    assert len(error(response)) < 250


@pytest.mark.rule("emma.list_mailings.bad_letter")
@pytest.mark.parametrize("nothing", ["", ",", " , "])
def test_empty_filters_ask_for_the_default(emma: Emma, nothing: str) -> None:
    assert STANDARD == ids(emma, mailing_types=nothing, mailing_statuses=nothing)


@pytest.mark.rule("emma.list_mailings.scheduled")
def test_scheduled_mailings_are_those_with_a_moment(emma: Emma) -> None:
    assert [211, 210] == ids(emma, is_scheduled="true")
    assert STANDARD == ids(emma, is_scheduled="false")


@pytest.mark.rule("emma.list_mailings.archived")
def test_archived_mailings_are_listed_when_they_are_asked_for(emma: Emma) -> None:
    emma.ask("DELETE", "/mailings/200")

    assert [211, 210, 201] == ids(emma)
    assert STANDARD == ids(emma, include_archived="1")
    assert [210] == ids(emma, mailing_statuses="c")


@pytest.mark.rule("emma.list_mailings.canceled")
def test_canceled_mailings_are_listed(emma: Emma) -> None:
    emma.ask("DELETE", "/mailings/cancel/201")

    assert STANDARD == ids(emma)


@pytest.mark.rule("emma.list_mailings.canceled")
@pytest.mark.reading("emma", canceled_in_list="hidden")
def test_canceled_mailings_are_hidden_when_the_switch_says_so_unless_they_are_asked_for(emma: Emma) -> None:
    emma.ask("DELETE", "/mailings/cancel/201")

    assert [211, 210, 200] == ids(emma)
    assert 3 == emma.ask("GET", "/mailings", count="true")
    assert [201] == ids(emma, mailing_statuses="x")
    assert STANDARD == ids(emma, mailing_statuses="p,x,c")


def test_the_list_is_cut_into_pages_and_counted(emma: Emma) -> None:
    assert STANDARD[1:3] == ids(emma, start="1", end="3")
    assert [] == ids(emma, start="4")
    assert 4 == emma.ask("GET", "/mailings", count="1", start="2", end="3")
    assert 2 == emma.ask("GET", "/mailings", count="1", mailing_statuses="c")


@pytest.mark.rule("emma.mailings.parts_of_moment")
def test_month_and_year_are_those_of_the_moment_at_which_a_mailing_started(emma: Emma) -> None:
    rows = {row["mailing_id"]: row for row in emma.ask("GET", "/mailings")}

    assert ("@D:2018-09-16T10:30:10", 9, 2018) == tuple(rows[210][key] for key in ("started_or_finished", "month", "year"))
    assert (None, None, None) == tuple(rows[211][key] for key in ("started_or_finished", "month", "year"))


# A single one


@pytest.mark.rule("emma.get_mailing")
def test_a_single_mailing_has_the_documented_keys(emma: Emma) -> None:
    detail = (
        "recipient_groups heads_up_emails send_started signup_form_id links mailing_id plaintext recipient_count "
        "public_webview_url mailing_type recipient_segments parent_mailing_id recipient_searches deleted_at account_id "
        "recipient_members mailing_status sender name send_finished send_at reply_to subject archived_ts html_body"
    )

    assert set(detail.split()) == set(emma.ask("GET", "/mailings/201"))


@pytest.mark.rule("emma.get_mailing.recipients")
def test_a_single_mailing_names_its_recipients(emma: Emma) -> None:
    found = emma.ask("GET", "/mailings/200")

    assert [{"member_group_id": 151, "name": "Widget Buyers"}] == found["recipient_groups"]
    assert [{"email": "emma@myemma.com", "member_id": 200}] == found["recipient_members"]
    assert [{"search_id": 400, "name": "All the Kevins"}] == found["recipient_searches"]
    assert emma.ask("GET", "/mailings/200/headsup") == found["heads_up_emails"]


@pytest.mark.rule("emma.get_mailing.recipients")
def test_archived_recipients_are_named_and_suppressed_members_are_not(emma: Emma) -> None:
    mailing = planted.mailing(emma)
    planted.target(emma, mailing, "member", 203)
    planted.target(emma, mailing, "member", 201, role="suppressed")

    found = emma.ask("GET", f"/mailings/{mailing}")

    assert [{"email": "greg@myemma.com", "member_id": 203}] == found["recipient_members"]


@pytest.mark.rule("emma.get_mailing.segments")
def test_segments_are_ids_and_have_names_when_these_are_asked_for(emma: Emma) -> None:
    mailing = planted.mailing(emma)
    planted.target(emma, mailing, "segment", 70, name="Regulars")
    planted.target(emma, mailing, "segment", 69)

    plain = emma.ask("GET", f"/mailings/{mailing}")
    named = emma.ask("GET", f"/mailings/{mailing}", include_segment_names="true")

    assert [69, 70] == plain["recipient_segments"]
    assert [{"segment_id": 69, "name": None}, {"segment_id": 70, "name": "Regulars"}] == named["recipient_segments"]


def test_links_come_in_their_order(emma: Emma) -> None:
    mailing = planted.mailing(emma)
    planted.link(emma, mailing, 901, 2, name="Second", target="https://b.example")
    planted.link(emma, mailing, 902, 1, name="First", target="https://a.example", plaintext=True)

    assert [("First", 1, True), ("Second", 2, False)] == [
        (link["link_name"], link["link_order"], link["plaintext"])
        for link in emma.ask("GET", f"/mailings/{mailing}")["links"]
    ]


@pytest.mark.rule("emma.get_mailing.archived")
def test_an_archived_mailing_is_still_there_by_its_id(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T18:00:00Z")
    emma.ask("DELETE", "/mailings/201")

    assert "@D:2030-01-01T12:00:00" == emma.ask("GET", "/mailings/201")["archived_ts"]
    assert "a" == emma.ask("PUT", "/mailings/201", {"status": "paused"})["mailing_status"]
    assert emma.ask("DELETE", "/mailings/cancel/201")


@pytest.mark.rule("emma.mailings.unknown")
@pytest.mark.parametrize("mailing_id", NO_MAILINGS)
@pytest.mark.parametrize("path", ["", "/messages/200"])
def test_an_unknown_mailing_is_not_found(emma: Emma, mailing_id: str, path: str) -> None:
    response = emma.get(f"/mailings/{mailing_id}{path}")

    assert 404 == response.status_code
    assert error(response).startswith("there is no mailing ")
