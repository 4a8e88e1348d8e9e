"""One request to a webhook's receiver, and the beginning of its answer.

httpx2's transport is used without its client: nothing is followed, no proxy is asked, no cookie kept. The client would
do all of that, and a connection would not go to the address that was judged (see `core/targets.py`).
"""

import asyncio
import logging
import ssl
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from mockserver import __version__
from mockserver.core.loading import loading
from mockserver.core.redaction import redacted_url
from mockserver.core.targets import TargetRefused, Targets
from mockserver.core.webhooks import Outcome

if TYPE_CHECKING:
    from httpx2 import URL, AsyncHTTPTransport

_PORTS = {"http": 80, "https": 443}
_HEADERS = {"Accept": "*/*", "Connection": "close", "User-Agent": f"mockserver/{__version__}"}

logger = logging.getLogger(__name__)


class Exchange:
    """Makes the requests of one server."""

    def __init__(self, targets: Targets, answer_bytes: int) -> None:
        self._targets = targets
        self._answer_bytes = answer_bytes
        self._transports: dict[str, AsyncHTTPTransport] = {}

    async def post(self, delivery: Any) -> Outcome:
        """Make the request of a delivery; whatever goes wrong is in the outcome."""
        transport = await self._transport("https" if delivery.url[:6].lower() == "https:" else "http")
        from httpx2 import HTTPError, InvalidURL  # noqa: PLC0415 - see `_new_transport`

        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(delivery.patience):
                status, answer = await self._ask(transport, delivery)
        except (TargetRefused, InvalidURL) as problem:
            return Outcome(loop.time() - began, error=_line(problem), refused=True)
        except TimeoutError:
            return Outcome(loop.time() - began, error=f"no whole answer within {delivery.patience:g} seconds")
        except (HTTPError, OSError, ValueError) as problem:
            return Outcome(loop.time() - began, error=_line(problem))
        except Exception as problem:
            logger.exception("a webhook delivery to %s failed", redacted_url(delivery.url))
            return Outcome(loop.time() - began, error=_line(problem))
        return Outcome(loop.time() - began, status, _objection(status), answer)

    async def close(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()

    async def _ask(self, transport: "AsyncHTTPTransport", delivery: Any) -> tuple[int, str]:
        """The status and the beginning of the answer, of the first address that can be connected to."""
        from httpx2 import URL, ConnectError  # noqa: PLC0415 - see `_new_transport`

        url = URL(delivery.url)
        host = url.raw_host.decode("ascii")
        *others, last = await self._targets.addresses(url.scheme, host, url.port or _PORTS.get(url.scheme, 0))
        for address in others:
            try:
                return await self._ask_at(address, transport, delivery, url)
            except ConnectError:
                continue
        return await self._ask_at(last, transport, delivery, url)

    async def _ask_at(self, address: str, transport: "AsyncHTTPTransport", delivery: Any, url: "URL") -> tuple[int, str]:
        from httpx2 import Request  # noqa: PLC0415 - see `_new_transport`

        request = Request(
            delivery.method,
            url.copy_with(host=address, fragment=None),
            headers={"Host": url.netloc.decode("ascii"), **_HEADERS, **_credentials(url), **delivery.headers},
            content=delivery.body.encode() or None,
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )
        response = await transport.handle_async_request(request)
        answer = b""
        try:
            async for part in response.aiter_raw():
                answer += part
                if len(answer) >= self._answer_bytes:
                    break
        finally:
            await response.aclose()
        return response.status_code, answer[: self._answer_bytes].decode("utf-8", "replace")

    async def _transport(self, scheme: str) -> "AsyncHTTPTransport":
        """Made for the first delivery. Loading httpx2 takes a tenth of a second: meanwhile others have their turns."""
        if scheme not in self._transports:
            made = await asyncio.to_thread(_new_transport, scheme)
            self._transports.setdefault(scheme, made)
        return self._transports[scheme]


def _new_transport(scheme: str) -> "AsyncHTTPTransport":
    """A connection for each request: one that is kept may have been closed by the other side, which is no failure of it."""
    with loading():
        from httpx2 import AsyncHTTPTransport, Limits  # noqa: PLC0415 - most servers tell nobody anything

    certificates = ssl.create_default_context() if scheme == "https" else False
    return AsyncHTTPTransport(verify=certificates, trust_env=False, limits=Limits(max_keepalive_connections=0))


def _credentials(url: "URL") -> dict[str, str]:
    """Those that stand in an address, as they travel."""
    if not url.userinfo:
        return {}
    user, _, password = url.userinfo.decode("ascii").partition(":")
    return {"Authorization": "Basic " + b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()}


def _objection(status: int) -> str | None:
    """Why an answer is no success."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"the answer is a redirect ({status}), which is not followed"
    return f"the answer has the status {status}"


def _line(problem: Exception) -> str:
    """What it says, in one line that is not too long."""
    return " ".join(str(problem).split())[:500] or type(problem).__name__
