"""Opting members out, and what is remembered of it."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma, error

EMMA, GLADYS, TONY, ARCHIVED = 200, 201, 202, 203
NOW = "@D:2030-01-01T06:00:00"


def history(emma: Emma, member: int) -> Any:
    return emma.ask("GET", f"/members/{member}/optout")


def opt_out(emma: Emma, email: str) -> None:
    """Opt a member out, which must be answered with true."""
    assert emma.ask("PUT", f"/members/email/optout/{email}") is True


# The history


@pytest.mark.rule("emma.get_member_optout")
def test_an_opt_out_is_told_with_its_mailing(emma: Emma) -> None:
    assert [{"timestamp": "@D:2014-11-18T22:58:15", "mailing_id": 1234567}] == history(emma, GLADYS)


@pytest.mark.rule("emma.get_member_optout")
def test_an_opt_out_without_a_mailing_has_none(emma: Emma) -> None:
    emma.workspace.freeze()
    opt_out(emma, "tony@myemma.com")

    assert [{"timestamp": NOW, "mailing_id": None}] == history(emma, TONY)


@pytest.mark.rule("emma.get_member_optout.not_opted_out")
def test_who_is_not_opted_out_has_an_empty_list(emma: Emma) -> None:
    assert [] == history(emma, EMMA)
    assert 0 == emma.ask("GET", f"/members/{EMMA}/optout", count=1)


@pytest.mark.rule("emma.get_member_optout.not_opted_out")
def test_who_came_back_has_an_empty_list_until_the_next_time(emma: Emma) -> None:
    emma.ask("PUT", f"/members/{GLADYS}", {"status_to": "a"})
    returned = history(emma, GLADYS)
    emma.workspace.freeze()
    opt_out(emma, "gladys@myemma.com")

    assert [] == returned
    assert ["@D:2014-11-18T22:58:15", NOW] == [row["timestamp"] for row in history(emma, GLADYS)]


@pytest.mark.rule("emma.get_member_optout")
def test_the_history_has_windows_and_a_count_as_every_list(emma: Emma) -> None:
    emma.ask("PUT", f"/members/{GLADYS}", {"status_to": "a"})
    opt_out(emma, "gladys@myemma.com")
    path = f"/members/{GLADYS}/optout"

    assert 2 == emma.ask("GET", path, count="true")
    assert [1234567, None] == [emma.ask("GET", path, start=at, end=at + 1)[0]["mailing_id"] for at in (0, 1)]
    assert [] == emma.ask("GET", path, start=2)


def test_an_archived_member_keeps_its_history(emma: Emma) -> None:
    before = history(emma, GLADYS)
    emma.ask("DELETE", f"/members/{GLADYS}")

    assert before == history(emma, GLADYS)


@pytest.mark.rule("emma.get_member_optout.unknown")
@pytest.mark.parametrize("member", ["999", "emma", "9" * 30])
def test_the_history_of_nobody_is_not_found(emma: Emma, member: str) -> None:
    response = emma.get(f"/members/{member}/optout")

    assert 404 == response.status_code
    assert f"there is no member {member}" == error(response)


@pytest.mark.rule("emma.get_member_optout.unknown")
@pytest.mark.reading("emma", unknown_ids="strict")
def test_the_history_of_nobody_is_not_found_by_a_strict_service(emma: Emma) -> None:
    assert 404 == emma.get("/members/999/optout").status_code


@pytest.mark.rule("emma.get_member_optout.unknown")
@pytest.mark.reading("emma", unknown_ids="lenient")
def test_the_history_of_nobody_is_empty_as_it_was_live(emma: Emma) -> None:
    assert [] == emma.ask("GET", "/members/999/optout")
    assert 0 == emma.ask("GET", "/members/emma/optout", count=1)


# Opting out


@pytest.mark.rule("emma.opt_out_member")
@pytest.mark.parametrize("email", ["tony@myemma.com", "TONY@myemma.com", "tony%40myemma.com"])
def test_a_member_is_opted_out_by_its_address(emma: Emma, email: str) -> None:
    emma.workspace.freeze()
    opt_out(emma, email)
    tony = emma.member(TONY)

    assert ("o", "opt-out", NOW) == (tony["member_status_id"], tony["status"], tony["last_modified_at"])


@pytest.mark.rule("emma.opt_out_member.idempotent")
def test_opting_out_again_is_true_and_changes_nothing(emma: Emma) -> None:
    gladys, before = emma.member(GLADYS), history(emma, GLADYS)
    opt_out(emma, "gladys@myemma.com")

    assert (gladys, before) == (emma.member(GLADYS), history(emma, GLADYS))


@pytest.mark.rule("emma.opt_out_member.archived")
def test_an_archived_member_can_be_opted_out(emma: Emma) -> None:
    opt_out(emma, "greg@myemma.com")
    greg = emma.member(ARCHIVED)

    assert ("o", "@D:2011-01-02T10:27:43") == (greg["member_status_id"], greg["deleted_at"])


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"status_to": "a"}', b"no JSON"])
def test_the_body_of_an_opt_out_says_nothing(emma: Emma, body: bytes) -> None:
    response = emma.put("/members/email/optout/tony@myemma.com", content=body)

    assert (200, True) == (response.status_code, response.json())
    assert "o" == emma.member(TONY)["member_status_id"]


@pytest.mark.rule("emma.opt_out_member", "emma.members.unknown")
@pytest.mark.parametrize("email", ["nobody@example.com", "%25", "200"])
def test_an_address_of_nobody_cannot_be_opted_out(emma: Emma, email: str) -> None:
    response = emma.put(f"/members/email/optout/{email}", {})

    assert 404 == response.status_code
    assert error(response).startswith("there is no member with the address ")
