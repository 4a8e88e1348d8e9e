"""One kept connection to a server, for what is measured call by call."""

import json
from base64 import b64encode
from http.client import HTTPConnection
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from tests.performance.figures import Unmeasured

ETHER_KEY = "100000000000000001-00000000-0000-0000"
_PATIENCE_SECONDS = 120


def ether(key: str = ETHER_KEY) -> str:
    """The header by which Ether Mailer knows a key."""
    return f"API {key}"


def emma(public_key: str) -> str:
    """The header by which Emma knows a workspace's name."""
    return "Basic " + b64encode(f"{public_key}:any".encode()).decode()


def emfluence(token: str) -> str:
    """The header by which emfluence knows a token."""
    return f"Bearer {token}"


class Client:
    """Calls a provider with one credential, or the control API, which needs none."""

    def __init__(self, url: str, authorization: str = "") -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE_SECONDS)
        self.authorization = authorization

    def get(self, path: str) -> Any:
        return json.loads(self._call("GET", path, b""))

    def post(self, path: str, body: bytes = b"") -> Any:
        return json.loads(self._call("POST", path, body))

    def put(self, path: str, body: bytes = b"") -> Any:
        return json.loads(self._call("PUT", path, body))

    def time(self, method: str, path: str, body: bytes = b"") -> float:
        """How many seconds a call takes, from the first byte sent to the last one read."""
        began = perf_counter()
        self._call(method, path, body)
        return perf_counter() - began

    def _call(self, method: str, path: str, body: bytes) -> bytes:
        headers = {"Authorization": self.authorization, "Content-Type": "application/json"}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise Unmeasured(f"{method} {path} was answered with {answer.status}: {text[:200]!r}")
        return text
