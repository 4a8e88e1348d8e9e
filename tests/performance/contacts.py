"""Invented contacts, by the body of an import."""

import json

IMPORT = "/user/contact/import"


def rows(prefix: str, count: int) -> bytes:
    """The body of an import of so many contacts."""
    return json.dumps(
        [{"email": f"{prefix}.{number}@example.com", "name": "Ada", "surname": "Lovelace"} for number in range(count)]
    ).encode()
