"""What keeps a client on this machine from reaching a running server: its findings, each with advice."""

import os
import shlex
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from mockserver.control.schemas.server import Health
from mockserver.probing import health
from mockserver.providers import PROVIDERS

TRUST_VARIABLES = {
    "SSL_CERT_FILE": "Python, Ruby, .NET and whatever else uses OpenSSL",
    "REQUESTS_CA_BUNDLE": "Python's requests",
    "CURL_CA_BUNDLE": "curl",
    "NODE_EXTRA_CA_CERTS": "Node",
}
"""Variables that name a file with authorities, and who reads them."""

_PATIENCE_SECONDS = 2.0
_HTTPS = 443


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Literal["ok", "warn", "fail"]
    subject: str
    said: str
    advice: str = ""

    def __str__(self) -> str:
        line = f"{self.verdict:<4}  {self.subject}: {self.said}"
        return f"{line}\n      {self.advice}" if self.advice else line


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks at a server that answers at `url`, and at the environment in which this process runs."""

    url: str
    health: Health
    ca_file: Path

    def findings(self) -> Iterator[Finding]:
        yield Finding("ok", "server", f"mockserver {self.health.version} answers at {self.url}")
        yield from self._proxies()
        yield from self._certificate()
        yield from self._trust_variables()
        yield from self._addresses()
        for provider in PROVIDERS:
            for host in provider.hosts:
                yield self._name(host)

    # On the way

    def _proxies(self) -> Iterator[Finding]:
        """Clients ask a proxy even for what is on this machine, unless they are told not to."""
        proxies = getproxies()
        ways = [(urlsplit(self.url).scheme, self._host, "fail")]
        ways += [("https", host, "warn") for provider in PROVIDERS for host in provider.hosts]
        for scheme, host, verdict in ways:
            proxy = proxies.get(scheme) or proxies.get("all")
            if proxy and not proxy_bypass(host):
                said = f"calls to {host} go to the proxy {_without_password(proxy)}, not to this server"
                yield Finding("fail" if verdict == "fail" else "warn", "proxy", said, f"add {host} to NO_PROXY")

    def _addresses(self) -> Iterator[Finding]:
        """Base URLs as `mockserver env` sets them."""
        for provider in PROVIDERS:
            variable = f"{provider.name.upper()}_BASE_URL"
            value = os.environ.get(variable)
            if value is None:
                continue
            if value.startswith((self.url, str(self.health.tls_url))):
                yield Finding("ok", variable, f"is {value}")
            else:
                yield Finding(
                    "warn", variable, f"is {value}, not this server", f"`mockserver env {provider.name}` prints it"
                )

    # Trust

    def _certificate(self) -> Iterator[Finding]:
        if self.health.tls_url is None:
            advice = "`mockserver serve --tls`; only clients that insist on https need it"
            yield Finding("warn", "TLS", "the server does not serve HTTPS", advice)
            return
        if not self.ca_file.is_file():
            advice = "MOCKSERVER_CA_DIR names the folder in which the server keeps it"
            yield Finding("fail", "authority", f"there is no {self.ca_file}", advice)
            return
        problem = self._distrust(_context(self.ca_file))
        if problem:
            advice = "MOCKSERVER_CA_DIR must name the folder that the server uses; is it another server's?"
            yield Finding("fail", "authority", f"{self.ca_file} does not vouch for this server: {problem}", advice)
            return
        yield Finding("ok", "authority", f"{self.ca_file} vouches for {self._tls_address[0]}:{self._tls_address[1]}")
        problem = self._distrust(ssl.create_default_context())
        if problem:
            yield Finding(
                "warn", "Python", f"does not trust it: {problem}", f"export SSL_CERT_FILE={shlex.quote(str(self.ca_file))}"
            )
        else:
            yield Finding("ok", "Python", "trusts it")

    def _distrust(self, context: ssl.SSLContext) -> str:
        """Why a client with this context would not talk to the server; nothing when it would."""
        try:
            health(self._tls_address, _PATIENCE_SECONDS, context)
        except ssl.SSLCertVerificationError as problem:
            return problem.verify_message
        except OSError as problem:
            return str(problem)
        return ""

    def _trust_variables(self) -> Iterator[Finding]:
        for variable, reader in TRUST_VARIABLES.items():
            value = os.environ.get(variable)
            advice = f"export {variable}={shlex.quote(str(self.ca_file))}"
            if value and not Path(value).is_file():
                yield Finding("fail", variable, f"names {value}, which is no file", advice)
            elif self.health.tls_url is None:
                continue
            elif not value:
                yield Finding("warn", variable, f"is not set; it is for {reader}", advice)
            elif _holds(Path(value), self.ca_file):
                yield Finding("ok", variable, f"has the authority; it is for {reader}")
            else:
                yield Finding("warn", variable, f"names {value}, without the authority; it is for {reader}", advice)

    # The vendors' names

    def _name(self, host: str) -> Finding:
        """Whether a client with the vendor's address fixed in its code would reach the server."""
        try:
            address = socket.getaddrinfo(host, _HTTPS, type=socket.SOCK_STREAM)[0][4]
        except OSError:
            return Finding("warn", host, "leads nowhere", _alias(host))
        if ip_address(address[0]).is_global:  # not asked: it is somebody else's
            return Finding("warn", host, f"leads to the vendor ({address[0]}), not to this server", _alias(host))
        if self._is_here((str(address[0]), int(address[1])), host):
            return Finding("ok", host, f"leads to this server: https://{host}")
        if any(self._is_here((str(address[0]), port)) for port in (self._port, self._tls_address[1])):
            advice = "for clients with that address: MOCKSERVER_TLS_PORT=443, or 443 forwarded to it"
            return Finding(
                "warn", host, f"leads to this server's machine, but not on port {_HTTPS} with its certificate", advice
            )
        return Finding("fail", host, f"leads to {address[0]}, where this server does not answer", _alias(host))

    def _is_here(self, address: tuple[str, int], name: str = "") -> bool:
        """Whether this very server answers: with a name as a client that checks it, without as anything."""
        try:
            context = _context(self.ca_file) if name else None
            found: Any = health(address, _PATIENCE_SECONDS, context, name)
        except OSError:
            return False
        own = self.health.model_dump()
        return found is not None and all(found.get(key) == own[key] for key in ("version", "fixtures", "tls_url"))

    @property
    def _host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def _port(self) -> int:
        return urlsplit(self.url).port or 80

    @property
    def _tls_address(self) -> tuple[str, int]:
        """The second port, on the machine of the first."""
        return self._host, urlsplit(self.health.tls_url or self.url).port or _HTTPS


def _context(ca_file: Path) -> ssl.SSLContext:
    """Trusts this authority and no other."""
    return ssl.create_default_context(cafile=ca_file)


def _holds(bundle: Path, ca_file: Path) -> bool:
    """Whether the authority is in a file of authorities."""
    try:
        found, wanted = (_context(path).get_ca_certs(binary_form=True) for path in (bundle, ca_file))
    except OSError:
        return False
    return all(certificate in found for certificate in wanted)


def _alias(host: str) -> str:
    return f"for clients with that address: a line `127.0.0.1 {host}` in /etc/hosts, or a network alias of the container"


def _without_password(proxy: str) -> str:
    return proxy.rpartition("@")[2]
