"""For whoever points a client at a running server: is it there, where is it, and is it trusted?"""

import shlex
import time
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from mockserver.commands.asking import DEFAULT, HERE, Named, Token, Url, ask, check_address, check_patience
from mockserver.commands.ending import FAILURE, FOUND, USAGE, fail
from mockserver.commands.serving import settings_of

if TYPE_CHECKING:
    from mockserver.testing import Control
    from mockserver.testing.provider import Provider

_PAUSE_SECONDS = 0.1
_LONGEST_ANSWER_SECONDS = 2.0
_TRUST = """\
The certificate authority of `mockserver serve --tls`:

  {file}

It vouches for the vendors' host names and for this machine, and its certificate can be used for nothing else.
How a client comes to trust it:

  Python  requests: REQUESTS_CA_BUNDLE={quoted}
          httpx, urllib, aiohttp: SSL_CERT_FILE={quoted}
  Node    NODE_EXTRA_CA_CERTS={quoted}
  PHP     php -d openssl.cafile={quoted} -d curl.cainfo={quoted}
  Ruby    SSL_CERT_FILE={quoted}
  curl    curl --cacert {quoted}, or CURL_CA_BUNDLE={quoted}
  Java    keytool -importcert -noprompt -alias mockserver -file {quoted} -keystore mockserver.p12 -storepass changeit
          java -Djavax.net.ssl.trustStore=mockserver.p12 -Djavax.net.ssl.trustStorePassword=changeit
  .NET    Linux: SSL_CERT_FILE={quoted}
          macOS: security add-trusted-cert -k ~/Library/Keychains/login.keychain-db {quoted}
          Windows: certutil -user -addstore Root {quoted}

All these variables but Node's take the place of the system's authorities: the client then trusts no other site.
`mockserver env --tls` prints them for a shell, and `mockserver doctor` looks whether they do.
"""


def wait(
    url: Url = HERE,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", show_default=False, help="How long at most. [30]")] = 30.0,
) -> None:
    """Wait until a server is ready. Ends with 0 as soon as it is, and with 1 when the time is over."""
    check_address(url)
    check_patience("--timeout", timeout)
    from mockserver.probing import is_ready  # noqa: PLC0415 - `--help` answers without it

    end = time.monotonic() + timeout  # noqa: TID251 - somebody waits in real time
    while True:
        left = end - time.monotonic()  # noqa: TID251 - see above
        if is_ready(url, min(max(left, _PAUSE_SECONDS), _LONGEST_ANSWER_SECONDS)):
            return
        if left <= 0:
            fail(f"no mockserver was ready at {url} within {timeout:g} seconds", FAILURE)
        time.sleep(min(_PAUSE_SECONDS, left))


def env(
    provider: Annotated[str | None, typer.Argument(metavar="[PROVIDER]", help="Only this provider. [all]")] = None,
    url: Url = HERE,
    workspace: Named = DEFAULT,
    token: Token = None,
    tls: Annotated[bool, typer.Option("--tls", help="Addresses of HTTPS, and who is to trust it.")] = False,
) -> None:
    """Print base URLs and credentials as lines for a shell: eval "$(mockserver env emma)"."""
    found, base = ask(url, workspace, token, lambda control: (control.providers, _base(control, tls=tls)))
    if provider is not None and provider not in found:
        from mockserver.core.wording import unknown_name  # noqa: PLC0415 - `--help` answers without it

        fail(unknown_name("provider", provider, found), USAGE)
    lines = [line for each in found.values() if provider in {None, each.name} for line in _lines(each, base)]
    print("\n".join([*lines, *(_trust_lines() if tls else ())]))


def ca(
    path: Annotated[bool, typer.Option("--path", help="Print nothing but the path of the certificate.")] = False,
) -> None:
    """Print where the certificate authority of --tls is, and how clients come to trust it. Made if there is none."""
    settings = settings_of()
    from mockserver.authority import Authority, AuthorityRefused  # noqa: PLC0415 - `--help` answers without it

    authority = Authority.of(settings)
    try:
        file = authority.certificate_file if authority.certificate_file.is_file() else authority.make()
    except AuthorityRefused as problem:
        fail(str(problem), FAILURE)
    print(file if path else _TRUST.format(file=file, quoted=shlex.quote(str(file))), end="\n" if path else "")


def doctor(
    url: Url = HERE,
    strict: Annotated[bool, typer.Option("--strict", help="Count a warning as a failure.")] = False,
) -> None:
    """Look for what keeps clients in this shell from a running server: names, trust, variables, proxies.

    Each line is ok, warn (some clients would not reach it) or fail, with advice. Ends with 2 when something fails,
    and with 1 when no server answers.
    """
    health = ask(url, DEFAULT, None, lambda control: control.health())
    settings = settings_of()
    from mockserver.authority import Authority  # noqa: PLC0415 - `--help` answers without it
    from mockserver.doctor import Doctor  # noqa: PLC0415

    verdicts = set()
    for finding in Doctor(url.rstrip("/"), health, Authority.of(settings).certificate_file).findings():
        print(finding, flush=True)
        verdicts.add(finding.verdict)
    if "fail" in verdicts or (strict and "warn" in verdicts):
        raise typer.Exit(FOUND)


def _base(control: "Control", *, tls: bool) -> str:
    """Scheme, host and port as a client on this side names them: a container may know itself by others."""
    if not tls:
        return control.url
    there = control.health().tls_url
    if there is None:
        fail(f"the server at {control.url} does not serve HTTPS; `mockserver serve --tls` does", FAILURE)
    host = urlsplit(control.url).hostname or ""
    return f"https://{f'[{host}]' if ':' in host else host}:{urlsplit(there).port}"


def _lines(provider: "Provider", base: str) -> list[str]:
    path = urlsplit(provider.base_url).path
    values = {"base_url": f"{base}{path}", **provider.credentials}
    return [_export(f"{provider.name}_{name}".upper(), value) for name, value in values.items()]


def _trust_lines() -> list[str]:
    from mockserver.authority import Authority  # noqa: PLC0415 - only asked for with --tls
    from mockserver.doctor import TRUST_VARIABLES  # noqa: PLC0415

    file = Authority.of(settings_of()).certificate_file
    if not file.is_file():
        fail(f"there is no {file}; MOCKSERVER_CA_DIR names the folder in which the server keeps its authority", FAILURE)
    return [_export(variable, str(file)) for variable in TRUST_VARIABLES]


def _export(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"
