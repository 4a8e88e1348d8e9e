"""HTTP as uvicorn speaks it, with a say in the reason phrase of a status line.

ASGI has no word for it and uvicorn writes the standard's. Some vendors write their own, and some clients read it: an
application that finds the extension `REASON_PHRASE` in its scope calls it with the phrase, then starts its answer.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.core.gates import REASON_PHRASE


class PhrasingProtocol(HttpToolsProtocol):
    """Offers the extension to every call of a connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        self._phrasing = _PhrasingTransport(transport)
        super().connection_made(self._phrasing)  # type: ignore[arg-type] # it does whatever the transport does

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {REASON_PHRASE: self._phrasing.say}  # type: ignore[dict-item] # one of our own


class _PhrasingTransport:
    """A transport that puts a phrase into the next status line that is written."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._phrase = ""

    def say(self, phrase: str) -> None:
        self._phrase = phrase

    def write(self, data: bytes) -> None:
        if self._phrase:
            line, _, rest = data.partition(b"\r\n")
            version, status, *_ = line.split(b" ", 2)
            data = b"%b %b %b\r\n%b" % (version, status, self._phrase.encode(), rest)
            self._phrase = ""
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
