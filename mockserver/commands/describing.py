"""What the APIs look like, for programs."""

from collections.abc import Collection
from typing import Annotated, Any
from urllib.parse import urljoin

import typer

from mockserver.commands.asking import HERE, Token, ask
from mockserver.commands.ending import USAGE, fail
from mockserver.commands.printing import as_json, say

CONTROL = "control"


def openapi(
    api: Annotated[
        str,
        typer.Argument(metavar="PROVIDER", show_default=False, help="emma, emfluence, ethermailer or control. [control]"),
    ] = CONTROL,
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Ask the server at this address. [none: what this version would serve]"),
    ] = None,
    token: Token = None,
) -> None:
    """Print the OpenAPI document of a provider's API, or of the control API. No server has to run.

    \b
    Example:
      mockserver openapi emma > emma.json
    """
    document = _own(api) if url is None else _served(api, url, token)
    servers = document.get("servers", [{"url": "/"}])
    base = HERE if url is None else url.rstrip("/")
    say(as_json({**document, "servers": [{**each, "url": urljoin(base, each["url"])} for each in servers]}))


def _own(api: str) -> dict[str, Any]:
    from mockserver.providers import PROVIDERS  # noqa: PLC0415 - `--help` answers without it

    providers = {each.name: each for each in PROVIDERS}
    _check(api, providers)
    if api != CONTROL:
        return providers[api].openapi(f"/{api}")
    from mockserver.control.app import control_api  # noqa: PLC0415 - see above

    return control_api(PROVIDERS).openapi()


def _served(api: str, url: str, token: str | None) -> dict[str, Any]:
    if api != CONTROL:
        _check(api, ask(url, "default", token, lambda control: control.providers))
    return ask(url, "default", token, lambda control: control.openapi(None if api == CONTROL else api))


def _check(api: str, providers: Collection[str]) -> None:
    if api not in {CONTROL, *providers}:
        from mockserver.core.wording import unknown_name  # noqa: PLC0415 - see above

        fail(unknown_name("API", api, [*providers, CONTROL]), USAGE)
