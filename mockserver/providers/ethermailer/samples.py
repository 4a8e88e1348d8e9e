"""Calls to begin with, for whoever has the standard fixtures and nothing else."""

from collections.abc import Iterator

from mockserver.core.provider import Credential
from mockserver.core.samples import Sample
from mockserver.providers.ethermailer.wire import snowflake

_PROFILE, _NOBODY = str(snowflake(1)), str(snowflake(0))
"""The first record of a fixture that has sender profiles is one; the id before it was never handed out."""


def samples(_credential: Credential) -> Iterator[Sample]:
    contact = {"email": "ada@example.com", "name": "Ada", "surname": "Byron", "senderProfileId": _PROFILE}
    yield Sample("Register a contact with double opt-in", "POST", "/user/contact/register", contact)
    yield Sample("List the contacts", "GET", "/user/contact/limit/10/offset/0")
    yield Sample("Ask for what is not there", "GET", f"/user/contact/{_NOBODY}")
