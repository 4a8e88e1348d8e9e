"""Invented contacts, by the body of an import."""

import json

IMPORT = "/user/contact/import"


def rows(prefix: str, count: int) -> bytes:
    """The body of an import of so many contacts."""
    return json.dumps(
        [{"email": f"{prefix}.{number}@example.com", "name": "Ada", "surname": "Lovelace"} for number in range(count)]
    ).encode()


def emfluence_import(prefix: str, count: int) -> bytes:
    """The body of an import of so many contacts into emfluence."""
    records = [
        {"email": f"{prefix}.{number}@example.com", "firstName": "Ada", "lastName": "Lovelace"} for number in range(count)
    ]
    return json.dumps({"contacts": records}).encode()
