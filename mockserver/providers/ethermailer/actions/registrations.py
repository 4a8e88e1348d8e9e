from collections.abc import Sequence
from datetime import timedelta
from html import escape
from string import Template
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from mockserver.core import outbox
from mockserver.core.scheduler import schedule
from mockserver.core.statements import Statement
from mockserver.providers.ethermailer.actions import contact_groups, contacts, drafts, sender_profiles
from mockserver.providers.ethermailer.actions.drafts import Draft
from mockserver.providers.ethermailer.errors import BadRequest, Violation
from mockserver.providers.ethermailer.schemas.registrations import RegistrationPayload
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import Account, Registration
from mockserver.providers.ethermailer.wire import email_key, record_id

OPT_IN = "opt-in"
"""The outbox's word for the message that asks for confirmation."""

_TOKEN = Registration.c.token
_COLUMNS = (Registration.c.email_key, _TOKEN, Registration.c.draft, Registration.c.registered_at)
_PUT = Statement(insert(Registration).prefix_with("OR REPLACE"))
_PENDING = Statement(select(*_COLUMNS).order_by(Registration.c.registered_at, Registration.c.email_key))
_BY_TOKEN = Statement(select(*_COLUMNS).where(_TOKEN == bindparam("token")))
_BY_ADDRESS = Statement(select(*_COLUMNS).where(Registration.c.email_key == bindparam("key")))
_FORGET = Statement(delete(Registration).where(_TOKEN == bindparam("token")))
_FAILING = Statement(select(Account.c.failing_sends))
_FAIL = Statement(update(Account).values(failing_sends=bindparam("sends")))

_TEXT = Template("""Hello $name,

please confirm that you want to receive our messages:

$link

If you did not ask for this, do nothing.

$sender
""")
_HTML = Template("""<p>Hello $name,</p>
<p>please confirm that you want to receive our messages:</p>
<p><a href="$link">Confirm</a></p>
<p>If you did not ask for this, do nothing.</p>
<p>$sender</p>
""")


def register(context: EtherContext, payload: RegistrationPayload) -> bool:
    """Send the opt-in message and remember the contact until it is confirmed. Returns whether the message went out.

    A send that fails leaves nothing behind. Registering a waiting address again replaces what waits.
    """
    draft, profile = _checked(context, payload)
    if profile is None or _known(context, draft) or _send_fails(context):
        return False
    token = context.ids.token("registration")
    context.run(
        _PUT,
        email_key=draft.key,
        token=token,
        sender_profile_id=profile.id,
        draft=draft.dump(),
        registered_at=context.now,
    )
    _send(context, draft, profile, token)
    if context.settings.confirm_after is not None:
        due = context.now + timedelta(seconds=context.settings.confirm_after)
        schedule(context, kind="confirm", due=due, payload={"token": token})
    return True


def confirm(context: EtherContext, token: str) -> int | None:
    """What the owner of the address does: the waiting contact becomes a real one, whose id is returned.

    An address that became a contact in the meantime is confirmed by that contact, which stays as it is.
    None when nothing waits under this token.
    """
    waiting = context.first(_BY_TOKEN, token=token)
    if waiting is None:
        return None
    context.run(_FORGET, token=token)
    draft = Draft.load(waiting.draft)
    contact = contacts.find_by_address(context, draft.email)
    if contact is not None:
        return int(contact.id)
    known = contact_groups.known(context, draft.groups)
    draft.groups = [group for group in draft.groups if group in known]
    return contacts.store(context, draft)


def confirm_when_due(context: EtherContext, payload: dict[str, Any]) -> None:
    confirm(context, payload["token"])


def pending(context: EtherContext) -> Sequence[Any]:
    return context.all(_PENDING)


def find(context: EtherContext, email: str) -> Any | None:
    return context.first(_BY_ADDRESS, key=email_key(email))


def fail_next_sends(context: EtherContext, sends: int) -> None:
    """Let the next opt-in messages not go out, as when the profile's mail server is down."""
    context.run(_FAIL, sends=sends)


def _checked(context: EtherContext, payload: RegistrationPayload) -> tuple[Draft, Any | None]:
    """The draft and the profile, None for one that cannot send; or every fault of both at once."""
    draft, violations = drafts.check(payload, drafts.surroundings(context, [payload]))
    profile = sender_profiles.find(context, record_id(payload.sender_profile_id))
    if not (payload.sender_profile_id or "").strip():
        violations.append(
            Violation(
                "senderProfileId", "NotEmpty", "senderProfileId must not be empty", "ether.register_contact.no_profile"
            )
        )
    elif profile is None:
        said = f"there is no sender profile {payload.sender_profile_id}"
        violations.append(Violation("senderProfileId", "NotFound", said, "ether.register_contact.unknown_profile"))
    elif not profile.verified:
        if context.settings.unverified_sender == "refuse":
            said = f"the sender profile {profile.name} is not verified"
            violations.append(Violation("senderProfileId", "NotVerified", said, "ether.register_contact.unverified_profile"))
        profile = None
    if violations:
        raise BadRequest(*violations)
    return draft, profile


def _known(context: EtherContext, draft: Draft) -> bool:
    known = contacts.find_by_address(context, draft.email)
    if known is not None and context.settings.register_known_address == "refuse":
        raise BadRequest(contacts.already_exists(draft.email, deleted=known.deleted_at is not None))
    return known is not None


def _send_fails(context: EtherContext) -> bool:
    failing = context.value(_FAILING)
    if failing:
        context.cite("ether.register_contact.send_fails")
        fail_next_sends(context, failing - 1)
    return bool(failing)


def _send(context: EtherContext, draft: Draft, profile: Any, token: str) -> None:
    words = {
        "name": " ".join(filter(None, (draft.name, draft.surname))) or draft.email,
        "sender": profile.name,
        "link": context.link(f"opt-in/{token}"),
    }
    outbox.send(
        context,
        kind=OPT_IN,
        sender=(profile.name, profile.email),
        recipient=draft.email,
        subject=f"Please confirm your subscription to {profile.name}",
        text=_TEXT.substitute(words),
        html=_HTML.substitute({word: escape(text) for word, text in words.items()}),
        details={"token": token},
    )
