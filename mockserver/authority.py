"""The server's own certificate authority: a folder of this machine's user, made when it is first needed.

ca.pem                  the authority's certificate, for clients to trust
private/authority.pem   the same with its key, for its owner only
private/server.pem      certificate and key of the server; made again when they end soon, or for other names
private/lock            held while something is made, since two servers may start at the same time
"""

import logging
import os
import sqlite3
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from mockserver.certificates import Signed, is_authority, is_for, new_authority, new_server, permits
from mockserver.providers import PROVIDERS
from mockserver.settings import Settings

_PATIENCE_SECONDS = 10
"""How long another process may take to make what is here."""

logger = logging.getLogger(__name__)


class AuthorityRefused(OSError):  # noqa: N818 - what happened, in words
    """The folder cannot be used as it is; nothing in it was changed."""


def folder(settings: Settings) -> Path:
    """Where the authority is: as set, or with the data of the user that runs this."""
    if settings.ca_dir is not None:
        return settings.ca_dir.absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 - most do not ask

    return user_data_path("mockserver", appauthor=False) / "ca"


def certified_names(settings: Settings) -> tuple[str, ...]:
    """Every name and address that a client may find the server by."""
    own = () if _is_everywhere(settings.host) else (settings.host.lower(),)
    vendors = (host for provider in PROVIDERS for host in (*provider.hosts, f"{provider.name}.localhost"))
    return tuple(dict.fromkeys([*vendors, "localhost", "127.0.0.1", "::1", *own, *settings.tls_names]))


class Authority:
    """An authority for `names`, in a folder that is made when something is asked for. Raises AuthorityRefused."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.certificate_file = folder / "ca.pem"
        self._private = folder / "private"
        self._names = names

    @classmethod
    def of(cls, settings: Settings) -> "Authority":
        return cls(folder(settings), certified_names(settings))

    def make(self) -> Path:
        """See that there is one; returns the file that clients are to trust."""
        with self._locked():
            self._authority(_now())
        return self.certificate_file

    def server_context(self) -> ssl.SSLContext:
        """What a listener speaks TLS with."""
        with self._locked():
            now = _now()
            self._server(self._authority(now), now)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._private / "server.pem")
        context.set_alpn_protocols(["http/1.1"])  # the one protocol that is spoken here
        return context

    def _authority(self, now: datetime) -> Signed:
        """The one that is here, if it is good for the names; one in its place, if not."""
        path = self._private / "authority.pem"
        found = _read(path) if path.exists() else None
        if found is not None and found.lasts(now) and permits(found.certificate, self._names):
            authority = found
        else:
            authority = new_authority(self._names, now, found)
            _write(path, authority.dump(), 0o600)
        if not _holds(self.certificate_file, authority.public()):
            _write(self.certificate_file, authority.public(), 0o644)
        if found is not None and authority is not found:
            logger.warning(
                "%s was renewed, for more names or a longer time: whoever holds a copy trusts it again",
                self.certificate_file,
            )
        return authority

    def _server(self, authority: Signed, now: datetime) -> None:
        path = self._private / "server.pem"
        try:
            server = Signed.read(path.read_bytes())
            good = server.lasts(now) and is_for(server, self._names, authority.certificate)
        except (OSError, ValueError):  # not there, or half there: it can be made again, unlike the authority
            good = False
        if not good:
            _write(path, new_server(authority, self._names, now).dump(), 0o600)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time; SQLite's own lock works on every system, and ends with the process."""
        try:
            self._private.parent.mkdir(parents=True, exist_ok=True)
            self._private.mkdir(mode=0o700, exist_ok=True)
            lock = sqlite3.connect(self._private / "lock", timeout=_PATIENCE_SECONDS, isolation_level=None)
            try:
                lock.execute("BEGIN EXCLUSIVE")
                yield
            finally:
                lock.close()
        except AuthorityRefused:
            raise
        except (OSError, sqlite3.Error) as error:
            raise AuthorityRefused(f"{self._private.parent}: cannot keep a certificate authority: {error}") from error


def _read(path: Path) -> Signed:
    try:
        found = Signed.read(path.read_bytes())
    except ValueError:
        found = None
    if found is None or not is_authority(found):
        raise AuthorityRefused(
            f"{path}: is no certificate authority of mockserver, or only a part of one; "
            f"delete {path.parent.parent}, and a new one is made, which clients then have to trust"
        )
    return found


def _holds(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write so that nobody reads half of it, whatever becomes of this process."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)  # of a process that did not get further; this one has the lock
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123 - from the first with its mode
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _is_everywhere(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _now() -> datetime:
    """Real time: certificates are looked at by clients, whose clocks nobody sets."""
    return datetime.now(UTC)  # noqa: TID251 - see above
