"""Signing members up, the message that asks for confirmation, and what its links do."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.providers.emma.client import Emma, error
from tests.workspace import Response

EMMA, GLADYS, ARCHIVED = 200, 201, 203
NEW = "new@example.com"
NEWSLETTER, BUYERS, EVENTS = 150, 151, 152
NOW = "@D:2030-01-01T06:00:00"
OWN = "[rsvp_name] <[rsvp_email]>\n+ [opt_in_url]\n- [opt_out_url]"


def sign_up(emma: Emma, email: str = NEW, **more: Any) -> dict[str, Any]:
    """Sign a member up, which must succeed; what is answered."""
    answer: dict[str, Any] = emma.ask("POST", "/members/signup", {"email": email, **more})
    return answer


def refused(emma: Emma, **payload: Any) -> str:
    """What is said about a signup that is not possible, of which nothing may stay."""
    response = emma.post("/members/signup", {"email": NEW, **payload})

    assert 400 == response.status_code
    assert [] == emma.workspace.messages()
    assert 404 == emma.get(f"/members/email/{NEW}").status_code
    return error(response)


def groups(emma: Emma, member: int) -> list[int]:
    return [group["member_group_id"] for group in emma.ask("GET", f"/members/{member}/groups")]


def message(emma: Emma) -> dict[str, Any]:
    """The only message in the outbox."""
    (found,) = emma.workspace.messages()
    return found


def links(emma: Emma) -> list[str]:
    """The addresses in the text of the newest message: opt in, opt out."""
    return [line for line in emma.workspace.messages()[0]["text"].splitlines() if line.startswith("http")]


def click(emma: Emma, link: str) -> Response:
    """Open a link in a browser, which knows no key."""
    url = urlsplit(link)
    return emma.workspace.server.get(f"{url.path}?{url.query}")


# Signing up


@pytest.mark.rule("emma.signup_member", "emma.members.new_status")
def test_a_new_member_is_added_and_enlisted(emma: Emma) -> None:
    emma.workspace.freeze()
    answer = sign_up(emma, fields={"first_name": "Nina"}, group_ids=["150", 152])
    member = emma.member(1024)

    assert {"status": "a", "member_id": 1024} == answer
    assert ({"first_name": "Nina"}, NOW, None) == tuple(member[n] for n in ("fields", "member_since", "last_modified_at"))
    assert [NEWSLETTER, EVENTS] == groups(emma, 1024)


@pytest.mark.rule("emma.signup_member", "emma.members.same_address")
def test_a_member_who_is_there_is_updated_and_enlisted_in_what_is_new(emma: Emma) -> None:
    answer = sign_up(emma, "Gladys@myemma.com", fields={"first_name": "Glad"}, group_ids=[NEWSLETTER, BUYERS])
    gladys = emma.member(GLADYS)

    assert {"status": "o", "member_id": GLADYS} == answer
    assert ("gladys@myemma.com", "Glad") == (gladys["email"], gladys["fields"]["first_name"])
    assert [NEWSLETTER, BUYERS] == groups(emma, GLADYS)
    assert 1 == len(emma.workspace.messages())


@pytest.mark.rule("emma.signup_member.nothing_new")
@pytest.mark.parametrize("group_ids", [[NEWSLETTER, EVENTS], [], None, [999]])
def test_without_a_new_group_nothing_happens_to_who_is_there(emma: Emma, group_ids: Any) -> None:
    before = emma.member(EMMA)
    answer = sign_up(emma, "emma@myemma.com", fields={"first_name": "Ella"}, group_ids=group_ids)

    assert {"status": "a", "member_id": EMMA} == answer
    assert before == emma.member(EMMA)
    assert [] == emma.workspace.messages()


@pytest.mark.rule("emma.signup_member.nothing_new")
def test_signing_up_twice_asks_once(emma: Emma) -> None:
    answers = [sign_up(emma, group_ids=[NEWSLETTER]) for _ in range(2)]

    assert answers[0] == answers[1]
    assert NEW == message(emma)["recipient"]


@pytest.mark.rule("emma.members.status_kept")
def test_signing_up_activates_nobody_who_opted_out(emma: Emma) -> None:
    assert "o" == sign_up(emma, "gladys@myemma.com", group_ids=[BUYERS])["status"]
    assert "o" == emma.member(GLADYS)["member_status_id"]


@pytest.mark.rule("emma.members.archived_email", "emma.signup_member.returns")
def test_an_archived_member_comes_back_and_is_asked(emma: Emma) -> None:
    answer = sign_up(emma, "greg@myemma.com", fields={"first_name": "Greg"})
    greg = emma.member(ARCHIVED)

    assert {"status": "a", "member_id": ARCHIVED} == answer
    assert (None, {"first_name": "Greg"}) == (greg["deleted_at"], greg["fields"])
    assert "greg@myemma.com" == message(emma)["recipient"]


@pytest.mark.rule("emma.members.archived_email")
@pytest.mark.reading("emma", archived_email="leave")
def test_an_archived_member_can_be_left_where_it_is(emma: Emma) -> None:
    sign_up(emma, "greg@myemma.com")
    before = len(emma.workspace.messages())
    sign_up(emma, "greg@myemma.com", group_ids=[NEWSLETTER])

    assert (0, 1) == (before, len(emma.workspace.messages()))
    assert "@D:2011-01-02T10:27:43" == emma.member(ARCHIVED)["deleted_at"]


@pytest.mark.rule("emma.members.unknown_groups", "emma.signup_member.no_groups")
@pytest.mark.parametrize("group_ids", [None, [], ["1", "2"], [10**30]])
def test_a_new_member_is_asked_without_any_group_that_exists(emma: Emma, group_ids: Any) -> None:
    member = sign_up(emma, group_ids=group_ids)["member_id"]

    assert [] == groups(emma, member)
    assert NEW == message(emma)["recipient"]


@pytest.mark.rule("emma.members.unknown_groups")
@pytest.mark.reading("emma", unknown_groups="refuse")
def test_a_group_that_does_not_exist_can_be_refused(emma: Emma) -> None:
    assert "group_ids: there is no group 1" == refused(emma, group_ids=["150", "1", "2"])


@pytest.mark.rule("emma.members.bad_email", "emma.members.no_email", "emma.member_values.type")
@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"email": ""}, "email: is required"),
        ({"email": None}, "email: is required"),
        ({"email": "nobody"}, "email: expected an e-mail address, found 'nobody'"),
        ({"email": 5}, "email: expected a text, found 5"),
        ({"fields": {"orders": "many"}}, "fields.orders: expected a number, found 'many'"),
        ({"group_ids": {}}, "group_ids: expected an array, found {}"),
        ({"group_ids": ["Newsletter"]}, "group_ids[0]: expected an integer, found 'Newsletter'"),
        ({"opt_in_subject": 5}, "opt_in_subject: expected a text, found 5"),
        ({"opt_in_message": [OWN]}, f"opt_in_message: expected a text, found {[OWN]!r}"),
    ],
)
def test_what_is_wrong_with_a_signup_is_told_by_its_name(emma: Emma, payload: dict[str, Any], said: str) -> None:
    assert said == refused(emma, **payload)


@pytest.mark.rule("emma.members.bad_email")
@pytest.mark.reading("emma", invalid_email="keep_as_error")
def test_who_has_no_address_gets_no_message(emma: Emma) -> None:
    assert "e" == sign_up(emma, "nobody", group_ids=[NEWSLETTER])["status"]
    assert [] == emma.workspace.messages()


@pytest.mark.rule("emma.members.triggers")
@pytest.mark.parametrize("form", [1, "2", 999, 10**30, "none", None, []])
def test_any_signup_form_will_do(emma: Emma, form: Any) -> None:
    assert "a" == sign_up(emma, signup_form_id=form, field_triggers="true", group_ids=[NEWSLETTER])["status"]


# The message


@pytest.mark.rule("emma.signup_member.message")
def test_one_message_goes_to_the_member_from_the_account(emma: Emma) -> None:
    emma.workspace.freeze()
    sign_up(emma, fields={"first_name": "Nina", "last_name": "Nowak"}, group_ids=[NEWSLETTER, EVENTS])
    found = message(emma)

    assert ("emma", "confirmation", "2030-01-01T12:00:00Z") == tuple(found[n] for n in ("provider", "kind", "sent_at"))
    assert ("Widget Company <news@widgets.example>", NEW) == (found["sender"], found["recipient"])
    assert "Please confirm your subscription" == found["subject"]
    assert found["text"].startswith(f"Hello Nina Nowak,\n\nplease confirm that {NEW} wants ")
    assert 1024 == found["details"]["member_id"]
    for link, verb in zip(links(emma), ("opt-in", "opt-out"), strict=True):
        assert link.startswith(f"http://127.0.0.1:8765/_mock/links/emma/{verb}/{found['details']['token']}?")
        assert f'href="{link}"' in found["html"]


@pytest.mark.rule("emma.signup_member.message")
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, NEW),
        ({"first_name": ""}, NEW),
        ({"last_name": "Nowak"}, "Nowak"),
        ({"first_name": "Nina", "favorite_food": "soup"}, "Nina"),
    ],
)
def test_a_member_is_greeted_by_what_is_known_of_its_name(emma: Emma, fields: dict[str, str], name: str) -> None:
    sign_up(emma, fields=fields)

    assert message(emma)["text"].startswith(f"Hello {name},")


@pytest.mark.rule("emma.signup_member.message")
def test_a_member_who_is_there_is_greeted_by_its_name(emma: Emma) -> None:
    sign_up(emma, "gladys@myemma.com", fields={"first_name": "Glad"}, group_ids=[BUYERS])

    assert message(emma)["text"].startswith("Hello Glad Jones,")


@pytest.mark.rule("emma.signup_member.no_confirmation")
@pytest.mark.parametrize(("confirmation", "messages"), [(False, 0), ("false", 0), (0, 0), (True, 1), ("1", 1), (None, 1)])
def test_the_message_can_be_left_out(emma: Emma, confirmation: Any, messages: int) -> None:
    sign_up(emma, group_ids=[NEWSLETTER], opt_in_confirmation=confirmation)

    assert messages == len(emma.workspace.messages())
    assert [NEWSLETTER] == groups(emma, 1024)


@pytest.mark.rule("emma.signup_member.own_message")
def test_subject_and_message_can_be_the_callers_own(emma: Emma) -> None:
    sign_up(emma, fields={"first_name": "Nina"}, opt_in_subject="Welcome,\n[rsvp_name]", opt_in_message=OWN)
    found = message(emma)
    token, name = found["details"]["token"], emma.workspace.name
    opt_in, opt_out = (f"http://127.0.0.1:8765/_mock/links/emma/{v}/{token}?workspace={name}" for v in ("opt-in", "opt-out"))

    assert "Welcome, Nina" == found["subject"]
    assert f"Nina <{NEW}>\n+ {opt_in}\n- {opt_out}" == found["text"]
    assert found["text"] == found["html"]


@pytest.mark.rule("emma.signup_member.own_message")
@pytest.mark.parametrize("blank", ["", " \n", None])
def test_blank_words_are_none_given(emma: Emma, blank: str | None) -> None:
    sign_up(emma, opt_in_subject=blank, opt_in_message=blank)
    found = message(emma)

    assert "Please confirm your subscription" == found["subject"]
    assert found["text"].startswith(f"Hello {NEW},")


@pytest.mark.rule("emma.signup_member.missing_tags")
@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (OWN.replace("[rsvp_name]", "You"), "[rsvp_name]"),
        (OWN.replace("[rsvp_email]", "rsvp_email"), "[rsvp_email]"),
        (OWN.replace("[opt_in_url]", "[OPT_IN_URL]"), "[opt_in_url]"),
        (OWN.replace("[opt_out_url]", "[ opt_out_url ]"), "[opt_out_url]"),
        ("Hello", "[rsvp_name], [rsvp_email], [opt_in_url], [opt_out_url]"),
        ("$rsvp_name %(rsvp_email)s {opt_in_url} [opt_in_url]", "[rsvp_name], [rsvp_email], [opt_out_url]"),
    ],
)
def test_an_own_message_must_have_all_four_tags(emma: Emma, text: str, missing: str) -> None:
    assert f"opt_in_message: lacks the tags {missing}" == refused(emma, opt_in_message=text)
    assert f"opt_in_message: lacks the tags {missing}" == refused(emma, opt_in_message=text, opt_in_confirmation=False)


@pytest.mark.rule("emma.signup_member.own_message")
@pytest.mark.parametrize("own", [None, f"{OWN} [unknown] $x %s {{0}} \\1"])
def test_a_hostile_name_stays_a_name(emma: Emma, own: str | None) -> None:
    name = "<script>alert('x')</script> [opt_in_url] \\1 $x &"
    sign_up(emma, fields={"first_name": name}, opt_in_message=own)
    found = message(emma)

    assert name in found["text"]
    assert "<script" not in found["html"]
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; [opt_in_url] \\1 $x &amp;" in found["html"]


# Its links


@pytest.mark.rule("emma.signup_member.opt_in")
def test_the_opt_in_link_confirms_and_works_once(emma: Emma) -> None:
    emma.workspace.freeze()
    sign_up(emma, group_ids=[NEWSLETTER])
    emma.workspace.advance(minutes=5)
    statuses = [click(emma, links(emma)[0]).status_code for _ in range(2)]
    member = emma.member(1024)

    assert [200, 404] == statuses
    assert ("@D:2030-01-01T06:05:00",) * 2 == (member["confirmed_opt_in"], member["last_modified_at"])
    assert "a" == member["member_status_id"]


@pytest.mark.rule("emma.signup_member.opt_in")
def test_confirming_activates_nobody(emma: Emma) -> None:
    sign_up(emma, "gladys@myemma.com", group_ids=[BUYERS])
    click(emma, links(emma)[0])
    gladys = emma.member(GLADYS)

    assert gladys["confirmed_opt_in"] is not None
    assert "o" == gladys["member_status_id"]


@pytest.mark.rule("emma.signup_member.opt_out")
@pytest.mark.parametrize("confirmed", [False, True])
def test_the_opt_out_link_opts_out_before_and_after_a_confirmation(emma: Emma, confirmed: bool) -> None:
    emma.workspace.freeze()
    sign_up(emma, group_ids=[NEWSLETTER])
    if confirmed:
        click(emma, links(emma)[0])
    statuses = [click(emma, links(emma)[1]).status_code for _ in range(2)]

    assert [200, 200] == statuses
    assert "o" == emma.member(1024)["member_status_id"]
    assert [{"timestamp": NOW, "mailing_id": None}] == emma.ask("GET", "/members/1024/optout")


@pytest.mark.rule("emma.signup_member.opt_in", "emma.signup_member.opt_out")
@pytest.mark.parametrize("verb", ["opt-in", "opt-out"])
def test_a_link_that_nobody_got_does_nothing(emma: Emma, verb: str) -> None:
    before = emma.ask("GET", "/members", deleted=1)
    response = click(emma, f"/_mock/links/emma/{verb}/{'0' * 32}?workspace={emma.workspace.name}")

    assert 404 == response.status_code
    assert before == emma.ask("GET", "/members", deleted=1)


@pytest.mark.rule("emma.signup_member.opt_in")
@pytest.mark.parametrize("place", [0, 1])
def test_a_link_outlives_its_member_without_harm(emma: Emma, place: int) -> None:
    sign_up(emma, group_ids=[NEWSLETTER])
    emma.ask("POST", "/members/purge", {"member_ids": [1024]})

    assert 404 == click(emma, links(emma)[place]).status_code


@pytest.mark.rule("emma.signup_member.confirm_after")
@pytest.mark.reading("emma", confirm_after=60)
def test_a_setting_can_let_somebody_confirm_after_a_while(emma: Emma) -> None:
    emma.workspace.freeze()
    sign_up(emma, group_ids=[NEWSLETTER])
    emma.workspace.advance(seconds=59)
    before = emma.member(1024)["confirmed_opt_in"]
    emma.workspace.advance(seconds=1)

    assert before is None
    assert "@D:2030-01-01T06:01:00" == emma.member(1024)["confirmed_opt_in"]


@pytest.mark.rule("emma.signup_member.confirm_after")
def test_nobody_confirms_by_itself(emma: Emma) -> None:
    sign_up(emma, group_ids=[NEWSLETTER])
    emma.workspace.advance(days=365)

    assert emma.member(1024)["confirmed_opt_in"] is None


# Forms


@pytest.mark.rule("emma.list_signup_forms")
def test_signup_forms_are_listed_by_age(emma: Emma) -> None:
    forms = [{"id": 1, "name": "Newsletter Signup"}, {"id": 2, "name": "Event Registration"}]

    assert forms == emma.ask("GET", "/signup_forms")
    assert forms[1:] == emma.ask("GET", "/signup_forms", start=1, end=5)
    assert [] == emma.ask("GET", "/signup_forms", start=2)
    assert 2 == emma.ask("GET", "/signup_forms", count="true", start=1)
