"""Invented members, as the body of an import."""

import json


def members(prefix: str, count: int, **options: object) -> bytes:
    """The body of an import of so many members."""
    rows = [
        {"email": f"{prefix}.{number}@example.com", "fields": {"first_name": "Ada", "last_name": "Lovelace"}}
        for number in range(count)
    ]
    return json.dumps({"members": rows, **options}).encode()
