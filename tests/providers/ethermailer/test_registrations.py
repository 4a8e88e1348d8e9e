"""Double opt-in: a message goes out, and whoever owns the address makes the contact."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response

REGISTER = "/user/contact/register"
NEW = "new@example.com"
KNOWN = "eleni.markou@example.com"
DELETED = "peter.klein@example.com"

# Sender profiles of the standard fixtures
NEWS, ORDERS, UNVERIFIED = 0, 1, 2


def profile(ether: EtherMailer, place: int) -> str:
    """The id of a sender profile by its place in the list."""
    return str(ether.sender_profiles()[place]["id"])


def register(ether: EtherMailer, email: str = NEW, *, sender: int = NEWS, **fields: Any) -> Response:
    """Register an address; what else goes into the payload may also replace the sender."""
    return ether.post(REGISTER, {"senderProfileId": profile(ether, sender), "email": email, **fields})


def backstage(ether: EtherMailer, method: str, path: str, **request: Any) -> Response:
    """Call the backstage, whatever it answers."""
    parameters = {"workspace": ether.workspace.name}
    return ether.workspace.server.request(method, f"/_mock/ethermailer/{path}", params=parameters, **request)


def waiting(ether: EtherMailer) -> list[dict[str, Any]]:
    """The registrations that nobody has confirmed."""
    found: list[dict[str, Any]] = backstage(ether, "GET", "registrations").json()
    return found


def confirm(ether: EtherMailer, **who: Any) -> Response:
    return backstage(ether, "POST", "confirm", json=who)


def addresses(ether: EtherMailer) -> list[str]:
    return [contact["email"] for contact in ether.contacts()]


def link(message: dict[str, Any]) -> str:
    """The link in the text of a message, as its reader sees it."""
    return next(line for line in message["text"].splitlines() if line.startswith("http"))


def click(ether: EtherMailer, message: dict[str, Any]) -> Response:
    """Open the link of a message in a browser, which knows no key."""
    url = urlsplit(link(message))
    return ether.workspace.server.get(f"{url.path}?{url.query}")


# Registering


@pytest.mark.rule("ether.register_contact")
def test_a_registration_answers_that_the_message_went_out(ether: EtherMailer) -> None:
    response = register(ether)

    assert 200 == response.status_code
    assert {"doubleOptinEmailSent": True} == response.json()


@pytest.mark.rule("ether.register_contact.message")
def test_one_message_goes_to_the_address_from_the_sender_profile(ether: EtherMailer) -> None:
    register(ether, name="Nina", surname="Nowak", sender=ORDERS)
    (message,) = ether.workspace.messages()

    assert NEW == message["recipient"]
    assert "Olive Grove Orders <orders@olivegrove.example>" == message["sender"]
    assert ("ethermailer", "opt-in") == (message["provider"], message["kind"])
    assert "Olive Grove Orders" in message["subject"]
    assert message["text"].startswith("Hello Nina Nowak,")
    assert link(message).startswith("http://127.0.0.1:8765/_mock/links/ethermailer/opt-in/")


@pytest.mark.rule("ether.register_contact.message")
def test_the_message_carries_the_moment_of_the_workspace(ether: EtherMailer) -> None:
    ether.workspace.freeze("2030-01-01T12:00:00Z")
    register(ether)

    assert "2030-01-01T12:00:00Z" == ether.workspace.messages()[0]["sent_at"]


@pytest.mark.rule("ether.register_contact.message")
def test_whoever_gave_no_name_is_greeted_by_the_address(ether: EtherMailer) -> None:
    register(ether)

    assert ether.workspace.messages()[0]["text"].startswith(f"Hello {NEW},")


@pytest.mark.rule("ether.register_contact.message")
def test_a_hostile_name_is_escaped_in_the_html_of_the_message(ether: EtherMailer) -> None:
    register(ether, name='<script>alert("x")</script>', surname="$link &")
    (message,) = ether.workspace.messages()

    assert "<script" not in message["html"]
    assert "Hello &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; $link &amp;," in message["html"]
    assert 'Hello <script>alert("x")</script> $link &,' in message["text"]


@pytest.mark.rule("ether.register_contact.pending")
def test_a_registered_contact_is_in_no_list_before_it_is_confirmed(ether: EtherMailer) -> None:
    contacts, groups = ether.contacts(), ether.groups()
    register(ether, groups=[{"groupId": groups[0]["groupId"]}])

    assert contacts == ether.contacts()
    assert groups == ether.groups()


@pytest.mark.rule("ether.register_contact.pending")
def test_a_waiting_address_can_be_added_by_other_means(ether: EtherMailer) -> None:
    register(ether)

    assert NEW == ether.contact(ether.add(NEW))["email"]


# What is refused


@pytest.mark.rule("ether.register_contact.no_profile")
@pytest.mark.parametrize("missing", [{}, {"senderProfileId": None}, {"senderProfileId": ""}])
def test_a_missing_sender_profile_is_refused(ether: EtherMailer, missing: dict[str, Any]) -> None:
    response = ether.post(REGISTER, {"email": NEW, **missing})

    assert 400 == response.status_code
    assert [("senderProfileId", "NotEmpty")] == violations(response)


@pytest.mark.rule("ether.register_contact.unknown_profile")
@pytest.mark.parametrize("unknown", ["999999999999999999", "news", 7])
def test_an_unknown_sender_profile_is_refused(ether: EtherMailer, unknown: Any) -> None:
    response = register(ether, senderProfileId=unknown)

    assert 400 == response.status_code
    assert [("senderProfileId", "NotFound")] == violations(response)


@pytest.mark.rule("ether.register_contact.unverified_profile")
def test_a_sender_profile_that_is_not_verified_is_refused(ether: EtherMailer) -> None:
    response = register(ether, sender=UNVERIFIED)

    assert 400 == response.status_code
    assert [("senderProfileId", "NotVerified")] == violations(response)
    assert [] == ether.workspace.messages()


@pytest.mark.rule("ether.register_contact.unverified_profile")
@pytest.mark.reading("ethermailer", unverified_sender="not_sent")
def test_a_sender_profile_that_is_not_verified_sends_nothing_when_the_switch_says_so(ether: EtherMailer) -> None:
    response = register(ether, sender=UNVERIFIED)

    assert 200 == response.status_code
    assert {"doubleOptinEmailSent": False} == response.json()
    assert [] == ether.workspace.messages()
    assert [] == waiting(ether)


@pytest.mark.rule("ether.register_contact.unverified_profile", "ether.contacts.email_form")
@pytest.mark.reading("ethermailer", unverified_sender="not_sent")
def test_a_bad_payload_is_refused_even_when_nothing_would_be_sent(ether: EtherMailer) -> None:
    assert [("email", "Email")] == violations(register(ether, "nobody", sender=UNVERIFIED))


@pytest.mark.rule("ether.register_contact.known_address", "ether.contacts.duplicate", "ether.contacts.duplicate_deleted")
@pytest.mark.parametrize("email", [KNOWN, KNOWN.upper(), DELETED])
def test_the_address_of_a_contact_is_refused_deleted_or_not(ether: EtherMailer, email: str) -> None:
    response = register(ether, email)

    assert 400 == response.status_code
    assert [("email", "AlreadyExists")] == violations(response)
    assert [] == ether.workspace.messages()


@pytest.mark.rule("ether.register_contact.known_address")
@pytest.mark.reading("ethermailer", register_known_address="not_sent")
@pytest.mark.parametrize("email", [KNOWN, KNOWN.upper(), DELETED])
def test_the_address_of_a_contact_gets_no_message_when_the_switch_says_so(ether: EtherMailer, email: str) -> None:
    response = register(ether, email)

    assert 200 == response.status_code
    assert {"doubleOptinEmailSent": False} == response.json()
    assert [] == ether.workspace.messages()
    assert [] == waiting(ether)


@pytest.mark.rule("ether.contacts.all_faults", "ether.register_contact.unknown_profile")
def test_faults_of_the_contact_and_of_the_sender_are_in_one_answer(ether: EtherMailer) -> None:
    response = register(ether, "nobody", groups=[{"groupId": "7"}], senderProfileId="8")

    assert [("email", "Email"), ("groups[0].groupId", "NotFound"), ("senderProfileId", "NotFound")] == violations(response)


@pytest.mark.rule("ether.rollback")
def test_a_refused_registration_leaves_nothing_waiting(ether: EtherMailer) -> None:
    register(ether, groups=[{"groupId": "7"}])

    assert [] == waiting(ether)
    assert [] == ether.workspace.messages()


# Sends that fail


@pytest.mark.rule("ether.register_contact.send_fails")
def test_a_message_that_does_not_go_out_is_told_and_nothing_waits(ether: EtherMailer) -> None:
    answer = backstage(ether, "PUT", "failing-sends", json={"count": 1})
    response = register(ether)

    assert (200, {"count": 1}) == (answer.status_code, answer.json())
    assert (200, {"doubleOptinEmailSent": False}) == (response.status_code, response.json())
    assert [] == waiting(ether)
    assert [] == ether.workspace.messages()


@pytest.mark.rule("ether.register_contact.send_fails")
def test_as_many_messages_fail_as_were_asked_for(ether: EtherMailer) -> None:
    backstage(ether, "PUT", "failing-sends", json={"count": 2})
    sent = [register(ether, f"{number}@example.com").json()["doubleOptinEmailSent"] for number in range(3)]

    assert [False, False, True] == sent


@pytest.mark.rule("ether.register_contact.send_fails")
def test_one_message_fails_when_no_number_is_given(ether: EtherMailer) -> None:
    assert {"count": 1} == backstage(ether, "PUT", "failing-sends", json={}).json()
    assert [False, True] == [register(ether).json()["doubleOptinEmailSent"] for _ in range(2)]


@pytest.mark.rule("ether.register_contact.send_fails")
def test_zero_ends_the_failing(ether: EtherMailer) -> None:
    backstage(ether, "PUT", "failing-sends", json={"count": 5})
    backstage(ether, "PUT", "failing-sends", json={"count": 0})

    assert {"doubleOptinEmailSent": True} == register(ether).json()


@pytest.mark.rule("ether.register_contact.send_fails")
def test_a_refused_registration_uses_up_no_failure(ether: EtherMailer) -> None:
    backstage(ether, "PUT", "failing-sends", json={"count": 1})
    register(ether, KNOWN)
    register(ether, "nobody")

    assert {"doubleOptinEmailSent": False} == register(ether).json()


@pytest.mark.rule("ether.register_contact.send_fails", "ether.register_contact.again")
def test_a_send_that_fails_leaves_an_older_registration_alone(ether: EtherMailer) -> None:
    register(ether, name="First")
    backstage(ether, "PUT", "failing-sends", json={"count": 1})
    register(ether, name="Second")

    assert ["First"] == [each["name"] for each in waiting(ether)]


@pytest.mark.parametrize("body", [{"count": -1}, {"count": "many"}, {"count": 1_000_001}, {"number": 1}])
def test_a_number_of_failures_that_makes_no_sense_is_declined(ether: EtherMailer, body: dict[str, Any]) -> None:
    response = backstage(ether, "PUT", "failing-sends", json=body)

    assert 400 == response.status_code
    assert {"error"} == set(response.json())


# Waiting


@pytest.mark.rule("ether.register_contact.pending")
def test_registrations_are_listed_with_what_will_become_of_them_the_oldest_first(ether: EtherMailer) -> None:
    ether.workspace.freeze("2030-01-01T12:00:00Z")
    register(ether, "z@example.com", name="Zoe", surname="Young")
    ether.workspace.advance(minutes=5)
    register(ether, "A@example.com")
    first, second = waiting(ether)
    tokens = [message["details"]["token"] for message in ether.workspace.messages()]

    assert {
        "email": "z@example.com",
        "name": "Zoe",
        "surname": "Young",
        "token": tokens[1],
        "registered_at": "2030-01-01T12:00:00Z",
    } == first
    assert {
        "email": "A@example.com",
        "name": None,
        "surname": None,
        "token": tokens[0],
        "registered_at": "2030-01-01T12:05:00Z",
    } == second


@pytest.mark.rule("ether.register_contact.again")
def test_registering_again_replaces_what_waits_and_sends_another_message(ether: EtherMailer) -> None:
    register(ether, name="First", surname="Kept?")
    response = register(ether, NEW.upper(), name="Second")

    assert {"doubleOptinEmailSent": True} == response.json()
    assert [(NEW.upper(), "Second", None)] == [(each["email"], each["name"], each["surname"]) for each in waiting(ether)]
    assert 2 == len(ether.workspace.messages())


@pytest.mark.rule("ether.register_contact.again")
def test_the_older_link_is_dead_and_the_newer_one_is_not(ether: EtherMailer) -> None:
    register(ether, name="First")
    register(ether, name="Second")
    newer, older = ether.workspace.messages()

    assert 404 == click(ether, older).status_code
    assert NEW not in addresses(ether)
    assert 200 == click(ether, newer).status_code
    assert "Second" == ether.contacts()[-1]["name"]


# Confirming


@pytest.mark.rule("ether.register_contact.confirmation")
def test_following_the_link_makes_the_contact_with_all_it_said(ether: EtherMailer) -> None:
    newsletter = next(group for group in ether.groups() if group["name"] == "Newsletter")
    country = ether.extra_fields()["Country"]["fieldId"]
    register(
        ether,
        name="Nina",
        surname="Nowak",
        groups=[{"groupId": newsletter["groupId"]}],
        extraFieldValues=[{"fieldId": country, "value": "Poland"}],
    )
    page = click(ether, ether.workspace.messages()[0])
    listed = ether.contacts()[-1]
    contact = ether.contact(listed["contactId"])

    assert 200 == page.status_code
    assert page.headers["content-type"].startswith("text/html")
    assert "Confirmed" in page.text
    assert (NEW, "Nina", "Nowak") == (contact["email"], contact["name"], contact["surname"])
    assert ["Newsletter"] == [group["name"] for group in contact["groups"]]
    assert ["Poland"] == [field["value"] for field in contact["extraFieldValues"] if field["value"] is not None]
    assert [] == waiting(ether)


@pytest.mark.rule("ether.register_contact.confirmation")
def test_a_second_click_confirms_nothing_more(ether: EtherMailer) -> None:
    register(ether)
    (message,) = ether.workspace.messages()
    click(ether, message)
    second = click(ether, message)

    assert 404 == second.status_code
    assert "Nothing to confirm" in second.text
    assert 1 == addresses(ether).count(NEW)


@pytest.mark.rule("ether.register_contact.confirmation")
def test_a_link_that_nobody_sent_confirms_nothing(ether: EtherMailer) -> None:
    page = ether.workspace.server.get(f"/_mock/links/ethermailer/opt-in/made-up?workspace={ether.workspace.name}")

    assert 404 == page.status_code
    assert "Nothing to confirm" in page.text


@pytest.mark.rule("ether.register_contact.confirmation")
def test_nobody_follows_the_link_by_default(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    register(ether)
    ether.workspace.advance(days=365)

    assert NEW not in addresses(ether)
    assert 1 == len(waiting(ether))


@pytest.mark.rule("ether.register_contact.confirmation")
def test_the_backstage_confirms_by_email_in_any_case(ether: EtherMailer) -> None:
    register(ether)
    response = confirm(ether, email=f" {NEW.upper()} ")

    assert 200 == response.status_code
    assert {"contact_id": ether.contacts()[-1]["contactId"]} == response.json()
    assert NEW == ether.contacts()[-1]["email"]


@pytest.mark.rule("ether.register_contact.confirmation")
def test_the_backstage_confirms_by_token(ether: EtherMailer) -> None:
    register(ether, "a@example.com")
    register(ether, "b@example.com")
    response = confirm(ether, token=waiting(ether)[0]["token"])

    assert 200 == response.status_code
    assert "a@example.com" == ether.contact(response.json()["contact_id"])["email"]
    assert ["b@example.com"] == [each["email"] for each in waiting(ether)]


@pytest.mark.rule("ether.register_contact.confirmation")
@pytest.mark.parametrize("who", [{"email": "nobody@example.com"}, {"token": "made-up"}, {"email": KNOWN}, {"email": ""}])
def test_the_backstage_cannot_confirm_what_does_not_wait(ether: EtherMailer, who: dict[str, str]) -> None:
    response = confirm(ether, **who)

    assert 404 == response.status_code
    assert {"error"} == set(response.json())


@pytest.mark.parametrize("who", [{}, {"email": NEW, "token": "0"}, {"email": None}, {"mail": NEW}, {"email": 7}])
def test_the_backstage_wants_an_email_or_a_token(ether: EtherMailer, who: dict[str, Any]) -> None:
    register(ether)
    response = confirm(ether, **who)

    assert 400 == response.status_code
    assert {"error"} == set(response.json())
    assert 1 == len(waiting(ether))


@pytest.mark.rule("ether.register_contact.confirmation")
def test_registrations_of_another_workspace_cannot_be_confirmed_here(ether: EtherMailer) -> None:
    register(ether)
    token = waiting(ether)[0]["token"]
    elsewhere = ether.workspace.server.post("/_mock/ethermailer/confirm", json={"token": token})

    assert 404 == elsewhere.status_code
    assert NEW not in addresses(ether)


# What happened between registration and confirmation


@pytest.mark.rule("ether.register_contact.confirmation")
def test_a_group_that_was_deleted_in_the_meantime_is_left_out(ether: EtherMailer) -> None:
    newsletter, wholesale = (group for group in ether.groups() if group["name"] in {"Newsletter", "Wholesale"})
    register(ether, groups=[{"groupId": newsletter["groupId"]}, {"groupId": wholesale["groupId"]}])
    ether.delete(f"/user/contact-groups/{newsletter['groupId']}")
    contact = confirm(ether, email=NEW).json()["contact_id"]

    assert ["Wholesale"] == [group["name"] for group in ether.contact(contact)["groups"]]


@pytest.mark.rule("ether.register_contact.confirmation")
def test_an_address_that_became_a_contact_in_the_meantime_stays_as_it_is(ether: EtherMailer) -> None:
    register(ether, name="Registered")
    contact = ether.add(NEW, name="Added")
    page = click(ether, ether.workspace.messages()[0])

    assert 200 == page.status_code
    assert "Added" == ether.contact(contact)["name"]
    assert 1 == addresses(ether).count(NEW)
    assert [] == waiting(ether)


@pytest.mark.rule("ether.register_contact.confirmation")
def test_the_backstage_confirms_an_address_that_became_a_contact_by_that_contact(ether: EtherMailer) -> None:
    register(ether, name="Registered")
    contact = ether.add(NEW, name="Added")
    confirmed = confirm(ether, email=NEW)

    assert {"contact_id": contact} == confirmed.json()
    assert "Added" == ether.contact(contact)["name"]
    assert [] == waiting(ether)


# Confirmation by the clock


@pytest.mark.rule("ether.register_contact.confirmation")
@pytest.mark.reading("ethermailer", confirm_after=60)
def test_the_contact_appears_when_its_time_has_come(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    register(ether)
    ether.workspace.advance(seconds=59)
    before = addresses(ether)
    ether.workspace.advance(seconds=1)

    assert NEW not in before
    assert NEW in addresses(ether)
    assert [] == waiting(ether)


@pytest.mark.rule("ether.register_contact.confirmation")
@pytest.mark.reading("ethermailer", confirm_after=0)
def test_the_contact_is_there_at_the_next_call_when_no_time_has_to_pass(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    register(ether)

    assert NEW in addresses(ether)


@pytest.mark.rule("ether.register_contact.confirmation", "ether.register_contact.again")
@pytest.mark.reading("ethermailer", confirm_after=60)
def test_a_newer_registration_waits_for_its_own_time(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    register(ether, name="First")
    ether.workspace.advance(seconds=30)
    register(ether, name="Second")
    ether.workspace.advance(seconds=30)
    before = addresses(ether)
    ether.workspace.advance(seconds=30)

    assert NEW not in before
    assert "Second" == ether.contacts()[-1]["name"]


@pytest.mark.rule("ether.register_contact.confirmation")
@pytest.mark.reading("ethermailer", confirm_after=60)
def test_whoever_clicks_before_the_time_is_confirmed_once(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    register(ether)
    click(ether, ether.workspace.messages()[0])
    ether.workspace.advance(minutes=5)

    assert 1 == addresses(ether).count(NEW)


@pytest.mark.rule("ether.register_contact.confirmation")
@pytest.mark.reading("ethermailer", confirm_after=60)
def test_registrations_are_confirmed_in_the_order_of_their_time(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    for number in range(3):
        register(ether, f"{number}@example.com")
        ether.workspace.advance(seconds=1)
    ether.workspace.advance(days=1)

    assert ["0@example.com", "1@example.com", "2@example.com"] == addresses(ether)[-3:]
