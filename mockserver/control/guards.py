"""Who may call the control API: a page of another site may not, although the browser that shows it could."""

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.control import ASSETS, LOGIN, PAGE, PREFIX, is_below

_OPEN = {f"{PREFIX}/health", f"{PREFIX}/docs", f"{PREFIX}/openapi.json", LOGIN}
_OPEN_BELOW = (f"{PREFIX}/links/", f"{PREFIX}/docs/", f"{PREFIX}/static/", f"{PREFIX}/openapi/", f"{ASSETS}/")
"""Paths without a token: a probe, the pages that messages link to, documentation, which tells nothing of a workspace, and
the way in for a person."""


def token_cookie(host: str) -> str:
    """The cookie in which a browser shows the token, once a person has given it.

    It goes along with no call that another site makes. A browser does not tell the ports of a host apart; its name does.
    """
    return f"mockserver_token_{host.rpartition(':')[2] if ':' in host else 80}"


_FORM = "application/x-www-form-urlencoded"

LARGEST_BODY = 1024 * 1024
"""Bytes of a control call; nothing that can be said in one is longer."""

SNAPSHOT_FILE = "application/vnd.sqlite3"
"""The one thing that is sent and is not JSON, at one path. Like JSON it is no type that a page may send to another origin
unasked: a browser asks first, and is told nothing."""

_SNAPSHOT_FILE_PATH = re.compile(r"/_mock/snapshots/[^/]+/file")

_CONTAINER_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]


@dataclass(frozen=True, slots=True)
class Doors:
    """What a control call must show."""

    hosts: Collection[str] = ()
    """Host names beyond loopback and container names."""
    token: str | None = None

    def open_to(self, token: str) -> bool:
        return self.token is None or hmac.compare_digest(token.encode(), self.token.encode())


class Guard:
    """ASGI: refuses foreign hosts and origins, changes that are neither JSON nor our own forms, and calls without the token.

    Every answer is sealed by headers that keep browsers from doing anything else with it; one that states a policy of its
    own keeps that.
    """

    def __init__(self, app: ASGIApp, doors: Doors, *, snapshot_bytes: int) -> None:
        self._app = app
        self._doors = doors
        self._snapshot_bytes = snapshot_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                stated = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in _HEADERS if header[0] not in stated)]
            await send(message)

        read, most = 0, self._snapshot_bytes if _is_snapshot_file(scope) else LARGEST_BODY

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413, f"a control call has at most {most} bytes")
            return message

        objection = self._objection(scope)
        await (objection or self._app)(scope, bounded, sealed)

    def _objection(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = _hostname(headers.get("host", ""))
        if not (_is_near(host) or host in self._doors.hosts or (self._doors.token and _is_address(host))):
            return _refused(403, f'the control API is not called as "{host}"; MOCKSERVER_CONTROL_HOSTS can allow it')
        if _is_foreign(scope["method"], headers):
            return _refused(403, "the control API takes no calls from pages of other origins")
        if scope["method"] not in _SAFE_METHODS and _has_body(headers) and not _is_fit(scope, headers):
            return _refused(415, f"changes are sent as {_expected(scope)}")
        if self._doors.token is None or _is_open(scope["path"]) or self._knows_token(headers):
            return None
        if scope["method"] == "GET" and (_is_page(scope) or _is_person(headers)):
            return RedirectResponse(LOGIN, 303)
        return _refused(401, "the control API wants its token: Authorization: Bearer <token> (see MOCKSERVER_CONTROL_TOKEN)")

    def _knows_token(self, headers: Headers) -> bool:
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._doors.open_to(shown.strip())
        cookies = cookie_parser(headers.get("cookie", ""))
        return self._doors.open_to(unquote(cookies.get(token_cookie(headers.get("host", "")), "")))


def _refused(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_near(host: str) -> bool:
    """This machine, or the bare name of a container (no such name is a public one)."""
    return is_loopback(host) or (bool(_CONTAINER_NAME.fullmatch(host)) and not host.isdigit())


def _is_address(host: str) -> bool:
    """An IP address: no foreign name can be made to mean it, so with a token it is as good as a near name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _hostname(netloc: str) -> str:
    try:
        return (urlsplit(f"//{netloc}").hostname or "").lower()
    except ValueError:
        return netloc


def _is_foreign(method: str, headers: Headers) -> bool:
    origin = headers.get("origin")
    if headers.get("sec-fetch-site") == "cross-site" and not (
        method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    ):
        return True
    return origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower()


def _is_open(path: str) -> bool:
    return path in _OPEN or path.startswith(_OPEN_BELOW)


def _is_fit(scope: Scope, headers: Headers) -> bool:
    """Whether a change has a form that no page of another origin can give it unasked: a form says whose page it is on."""
    if _is_page(scope) and _media_type(headers) == _FORM:
        return "origin" in headers  # and not a foreign one
    return _media_type(headers) == _expected(scope)


def _expected(scope: Scope) -> str:
    if _is_page(scope):
        return f"{_FORM}, with the Origin that browsers send"
    return SNAPSHOT_FILE if _is_snapshot_file(scope) else "application/json"


def _is_page(scope: Scope) -> bool:
    return is_below(PAGE, scope["path"])


def _is_person(headers: Headers) -> bool:
    """Whether a browser wants to show what it asks for."""
    return "text/html" in headers.get("accept", "")


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _is_snapshot_file(scope: Scope) -> bool:
    return scope["method"] == "PUT" and _SNAPSHOT_FILE_PATH.fullmatch(scope["path"]) is not None


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()
