"""Secrets do not leave the journal: calls are shown without what let them in."""

from mockserver.core.call import Call, RawHeaders

REDACTED = "***"
_NAMED = "ws-"
"""Credentials made of a workspace's name are no secret, and too short to be told from the words around them."""
_SECRET_HEADERS = {b"authorization", b"cookie", b"proxy-authorization"}


def redacted(call: Call, data: bytes) -> str:
    """A body or query as text, without the credential that the call showed."""
    text, secret = data.decode("utf-8", "replace"), _secret(call)
    return text.replace(secret, REDACTED) if secret else text


def beginning(call: Call, data: bytes, most: int) -> bytes:
    """The first bytes of a body; a secret is blacked out before the cut could leave half of it."""
    if len(data) > most and (secret := _secret(call)):
        data = data.replace(secret.encode(), REDACTED.encode())
    return data[:most]


def redacted_headers(headers: RawHeaders) -> list[tuple[str, str]]:
    """Headers as text; of one that carries a secret, only the scheme is left."""
    return [(name.decode("latin-1"), _shown(name, value.decode("latin-1"))) for name, value in headers]


def _secret(call: Call) -> str:
    return "" if call.credential.lower().startswith(_NAMED) else call.credential


def _shown(name: bytes, value: str) -> str:
    if name not in _SECRET_HEADERS:
        return value
    scheme, blank, _secret = value.partition(" ")
    return f"{scheme} {REDACTED}" if blank else REDACTED
