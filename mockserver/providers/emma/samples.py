"""Calls to begin with, for whoever has the standard fixtures and nothing else."""

from collections.abc import Iterator

from mockserver.core.provider import Credential
from mockserver.core.samples import Sample

_NEWSLETTER = 150
_NOBODY = 1
"""Ids are counted from 1024, and those of the standard fixtures begin at 200."""


def samples(credential: Credential) -> Iterator[Sample]:
    members = f"/{credential.fields['account_id']}/members"
    signup = {"email": "ada@example.com", "fields": {"first_name": "Ada"}, "group_ids": [_NEWSLETTER]}
    yield Sample("Sign a member up, with a message that asks for confirmation", "POST", f"{members}/signup", signup)
    yield Sample("List the members", "GET", f"{members}?start=0&end=10")
    yield Sample("Ask for what is not there", "GET", f"{members}/{_NOBODY}")
