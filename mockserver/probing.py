"""Looking whether a server answers, with as little as that takes: health checks of containers do it all the time."""

import http.client
import json
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

from mockserver.control import PREFIX

_LARGEST_ANSWER = 64 * 1024


def is_ready(url: str, seconds: float) -> bool:
    """Whether a server says at this address that it is ready."""
    parts = urlsplit(url)
    context = _trusting_anybody() if parts.scheme == "https" else None
    port = parts.port or (443 if context is not None else 80)
    try:
        return ask((parts.hostname or "", port), "/readyz", seconds, context) == b"ok"
    except (OSError, http.client.HTTPException):
        return False


def health(address: tuple[str, int], seconds: float, context: ssl.SSLContext | None = None, name: str = "") -> Any:
    """What a server says of itself; None when what answers is none. Raises OSError when nobody answers."""
    try:
        said = ask(address, f"{PREFIX}/health", seconds, context, name)
    except http.client.HTTPException:
        return None
    try:
        found = json.loads(said)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "version" in found else None


def ask(address: tuple[str, int], path: str, seconds: float, context: ssl.SSLContext | None = None, name: str = "") -> bytes:
    """The body of what is answered, without any proxy; with a context over TLS, to a server that is to have that name."""
    plain = socket.create_connection(address, seconds)
    connection = http.client.HTTPConnection("localhost")
    connection.sock = plain
    try:
        if context is not None:
            connection.sock = context.wrap_socket(plain, server_hostname=name or address[0])
        connection.request("GET", path)
        return connection.getresponse().read(_LARGEST_ANSWER)
    finally:
        connection.close()
        plain.close()


def _trusting_anybody() -> ssl.SSLContext:
    """Whether it is trusted is another question (see `doctor.py`)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
