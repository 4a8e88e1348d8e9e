"""A connection to an SMTP server, and what it says to a message."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.core import eml
from mockserver.core.loading import loading

if TYPE_CHECKING:
    from aiosmtplib import SMTP

    from mockserver.core.outbox import Kept

_PATIENCE_SECONDS = 10.0
_US = "localhost"
"""How we introduce ourselves: finding out this machine's name may take seconds."""
_NOT_ASCII = ("SMTPUTF8", "BODY=8BITMIME")


class NotTaken(Exception):  # noqa: N818 - what became of it
    """A message was not handed over; the reason is one line."""


class Unreachable(NotTaken):
    """There is nobody to hand it to."""


class PutOff(NotTaken):
    """Not now: the server says so, or fell silent half-way."""


class Refused(NotTaken):
    """Not ever."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it goes out: envelope and content."""

    sender: str
    recipient: str
    content: bytes
    options: tuple[str, ...]
    """What the server must be able to do."""


def letter(kept: "Kept", workspace: str) -> Letter:
    """Whatever the outbox takes for an address, the envelope has one that can stand in it."""
    message = eml.written(kept, workspace)
    sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    options = () if sender.isascii() and recipient.isascii() else _NOT_ASCII
    return Letter(sender, recipient, message.as_bytes(), options)


class Connection:
    """Opened for the first message, and again whenever it was lost. Without TLS: it goes to a catcher near by."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._smtp: SMTP | None = None

    async def hand_over(self, each: Letter) -> None:
        """Done when the server has taken it on; else raises NotTaken."""
        from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException  # noqa: PLC0415 - see `_open`

        smtp = self._smtp if self._smtp is not None and self._smtp.is_connected else await self._open()
        try:
            await smtp.sendmail(each.sender, each.recipient, each.content, mail_options=each.options)
        except SMTPRecipientsRefused as problem:
            raise _verdict(problem.recipients[0].code, problem.recipients[0].message) from problem
        except SMTPResponseException as problem:
            raise _verdict(problem.code, problem.message) from problem
        except OSError as problem:  # timeouts and lost connections among them
            self.close()
            raise PutOff(_line(problem)) from problem
        except (SMTPException, ValueError) as problem:  # an address that it cannot have
            raise Refused(_line(problem)) from problem

    @property
    def is_open(self) -> bool:
        return self._smtp is not None

    async def end(self) -> None:
        """Say goodbye, as long as nobody waits for it."""
        from aiosmtplib import SMTPException  # noqa: PLC0415 - see `_open`

        if self._smtp is not None and self._smtp.is_connected:
            with suppress(OSError, SMTPException):  # it ends either way
                await self._smtp.quit(timeout=1)
        self.close()

    def close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    async def _open(self) -> "SMTP":
        with loading():
            from aiosmtplib import SMTP, SMTPException  # noqa: PLC0415 - most servers hand nothing on

        self.close()
        smtp = SMTP(
            hostname=self._host,
            port=self._port,
            local_hostname=_US,
            timeout=_PATIENCE_SECONDS,
            use_tls=False,
            start_tls=False,
        )
        try:
            await smtp.connect()
        except (OSError, SMTPException) as problem:
            smtp.close()
            raise Unreachable(_line(problem)) from problem
        self._smtp = smtp
        return smtp


def _verdict(code: int, said: str) -> NotTaken:
    kind = PutOff if 400 <= code < 500 else Refused
    return kind(f"{code} {_line(said)}")


def _line(problem: object) -> str:
    """What it says, in one line that is not too long."""
    said = str(problem)
    return " ".join(said.split())[:200] or type(problem).__name__
