"""Where another server listens."""

import re
from typing import NamedTuple, Self

_ADDRESS = re.compile(
    r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)):(?P<port>[0-9]{1,5})"
)


class Address(NamedTuple):
    """A host, by name or number, and a port."""

    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Of `host:port`, an IPv6 address in brackets. Raises ValueError with a sentence."""
        found = _ADDRESS.fullmatch(text.strip())
        if found is None or not 1 <= int(found["port"]) <= 65535:
            raise ValueError("expected host:port, such as 127.0.0.1:1025 or [::1]:1025")
        return cls(found["ipv6"] or found["name"], int(found["port"]))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
