"""Secrets do not leave the journal: calls are shown without what let them in."""

import re
from functools import cache
from typing import Any

from mockserver.core.call import Call, RawHeaders

REDACTED = "***"
SECRET: dict[Any, Any] = {"secret": True}
"""What is said (`info`) of a table's column that holds credentials."""
_NAMED = "ws-"
"""Credentials made of a workspace's name are no secret, and too short to be told from the words around them."""
_USER_INFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")
_SECRET_HEADERS = {b"authorization", b"cookie", b"proxy-authorization"}


def redacted(call: Call, data: bytes) -> str:
    """A body or query as text, without the credential that the call showed, and without what was to be one."""
    text, secret = data.decode("utf-8", "replace"), _secret(call)
    if secret:
        text = text.replace(secret, REDACTED)
    secrets = call.provider.reads.secrets
    return _in_parameters(secrets).sub(_blacked_out, text) if secrets else text


def beginning(call: Call, data: bytes, most: int) -> bytes:
    """The first bytes of a body; a secret is blacked out before the cut could leave half of it."""
    if len(data) > most and (secret := _secret(call)):
        data = data.replace(secret.encode(), REDACTED.encode())
    return data[:most]


def redacted_headers(headers: RawHeaders) -> list[tuple[str, str]]:
    """Headers as text; of one that carries a secret, only the scheme is left."""
    return [(name.decode("latin-1"), _shown(name, value.decode("latin-1"))) for name, value in headers]


def redacted_url(url: str) -> str:
    """An address without the credentials that may stand in it."""
    return _USER_INFO.sub(rf"\1{REDACTED}@", url)


@cache
def _in_parameters(names: frozenset[str]) -> re.Pattern[str]:
    """The values of parameters of such names, in a query or in JSON, where the end of one may have been cut off."""
    name = "|".join(map(re.escape, sorted(names)))
    return re.compile(rf'((?:^|&)(?:{name})=)([^&]*)|("(?:{name})"\s*:\s*")((?:[^"\\]|\\.)*)', re.IGNORECASE)


def _blacked_out(found: re.Match[str]) -> str:
    head, value = (found[1], found[2]) if found[1] else (found[3], found[4])
    return f"{head}{value if not value or value.lower().startswith(_NAMED) else REDACTED}"


def _secret(call: Call) -> str:
    return "" if call.credential.lower().startswith(_NAMED) else call.credential


def _shown(name: bytes, value: str) -> str:
    if name not in _SECRET_HEADERS:
        return value
    scheme, blank, _secret = value.partition(" ")
    return f"{scheme} {REDACTED}" if blank else REDACTED
