"""Calls to begin with, for whoever has the standard fixtures and nothing else."""

from collections.abc import Iterator

from mockserver.core.provider import Credential
from mockserver.core.samples import Sample

_NEWSLETTER = 201


def samples(_credential: Credential) -> Iterator[Sample]:
    contact = {"email": "ada@example.com", "firstName": "Ada", "lastName": "Byron", "groupIDs": [_NEWSLETTER]}
    yield Sample("Add a contact, or update it", "POST", "/v1/contacts/save", contact)
    yield Sample("List the contacts", "POST", "/v1/contacts/search", {"rpp": 10})
    yield Sample("Ask for what is not there", "POST", "/v1/contacts/lookup", {"email": "nobody@example.com"})
