"""Where webhooks may go: to this machine and to what is near it, to other places only when they are listed.

An address is judged, not a name: whatever a name stands for, and however an address is spelled, the connection goes to an
address that was found good. A name is looked up once for that, so that nobody can give two answers.

loopback; private ranges       always
container names                always: no name without a dot is a public one
link-local, metadata services  never: a cloud tells its machines their secrets there
multicast, unspecified         never, nor what is reserved
everything else                if the host is listed
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host, the best first. Raises OSError when there are none."""

_CONTAINER_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_NEAR = tuple(map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")))
_NEVER = {
    "link-local": ("169.254.0.0/16", "fe80::/10"),
    "that of a metadata service": (
        "fd00:ec2::/32",
        "fd20:ce::254/128",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
    ),
    "unspecified": ("0.0.0.0/8", "::/128"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "reserved": ("240.0.0.0/4",),
}
_NEVER_NETWORKS = [(ip_network(each), kind) for kind, networks in _NEVER.items() for each in networks]
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv4 addresses as IPv6 ones, for a gateway."""


class TargetRefused(Exception):  # noqa: N818 - what happened, in words
    """A webhook does not go there; the reason is one sentence."""


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Targets:
    """The policy of one server."""

    def __init__(self, resolve: Resolve = resolved) -> None:
        self._listed: set[str] = set()
        self._resolve = resolve

    def allow(self, hosts: Collection[str]) -> None:
        """List public hosts, by name or address."""
        self._listed |= {_plain(host) for host in hosts}

    async def addresses(self, scheme: str, host: str, port: int) -> list[str]:
        """The addresses of a host that a connection may go to.

        Raises TargetRefused when there is none among them, OSError when the name means nothing.
        """
        if scheme not in {"http", "https"}:
            raise TargetRefused(f"{scheme or 'an address without a scheme'} is not spoken here; expected http or https")
        if not host:
            raise TargetRefused("the address names no host")
        found = await self._resolve(host, port)
        objections = {address: self._objection(_plain(host), address) for address in found}
        good = [address for address in found if objections[address] is None]
        if not good:
            raise TargetRefused(next(iter(objections.values()), None) or f"{host} has no address")
        return good

    def _objection(self, host: str, address: str) -> str | None:
        """What is wrong with an address of a host, if anything."""
        ip = _inner(ip_address(address))
        said = f"{address} is" if host == address else f"{host} is at {address}, which is"
        kind = next((kind for network, kind in _NEVER_NETWORKS if ip in network), None)
        if kind is not None:
            return f"{said} {kind}: webhooks never go there"
        if any(ip in network for network in _NEAR) or _CONTAINER_NAME.fullmatch(host) or self._listed & {host, str(ip)}:
            return None
        return f"{said} a public address; MOCKSERVER_WEBHOOK_HOSTS can allow {host}"


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


def _inner(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address that is meant by one that only wraps it."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip in _TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return IPv6Address(int(ip))  # without its zone
