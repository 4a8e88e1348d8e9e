"""HTTP as uvicorn speaks it, with a say in the reason phrase of a status line, and in the end of a connection.

ASGI has no word for either. uvicorn writes the standard's phrase; some vendors write their own, and some clients read it: an
application that finds the extension `REASON_PHRASE` in its scope calls it with the phrase, then starts its answer. One that
finds `HANG_UP` calls it to end the connection, whatever the client has got by then, and returns.
"""

import asyncio
import os
import socket
import struct
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.core.gates import HANG_UP, REASON_PHRASE

_UNTIL_WRITTEN_SECONDS = 0.01
"""After that long it is looked again whether what was written has gone out."""
_NO_LINGERING = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""For SO_LINGER: to close is to reset."""


class PhrasingProtocol(HttpToolsProtocol):
    """Offers the extensions to every call of a connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        self._phrasing = _PhrasingTransport(transport)
        super().connection_made(self._phrasing)  # type: ignore[arg-type] # it does whatever the transport does

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {REASON_PHRASE: self._phrasing.say}  # type: ignore[dict-item] # one of our own

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        hang_up = partial(self._hang_up, self.cycle)
        self.scope["extensions"][HANG_UP] = hang_up  # type: ignore[assignment] # one of our own, as above

    def _hang_up(self, cycle: RequestResponseCycle, reset: bool) -> None:
        """What was written still goes out. Calls that wait behind this one on the connection are never begun."""
        cycle.disconnected = True  # uvicorn then expects no more of the call, and complains of nothing
        if reset:
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
            if self.scheme == "https":
                self.transport.pause_reading()
                self._abort_when_written()
                return
        self.transport.close()

    def _abort_when_written(self) -> None:
        """What TLS needs for a reset: to close would say farewell first, and that is an end in good order."""
        written = self.transport.get_write_buffer_size() == 0  # by TLS; what carries it gets a moment more
        step = self.transport.abort if written else self._abort_when_written
        self.loop.call_later(_UNTIL_WRITTEN_SECONDS, step)


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
