"""Servers without sockets, for tests of the core."""

from datetime import UTC, datetime
from typing import Any

from mockserver.core.fixtures import find_set
from mockserver.core.provider import Provider
from mockserver.core.runtime import Runtime
from mockserver.providers import PROVIDERS

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def new_runtime(*changed: Provider, **options: Any) -> Runtime:
    """A server with all providers and their default settings, from the standard set, at noon.

    A changed provider takes the place of its namesake; `options` are those of the Runtime.
    """
    providers = {provider.name: provider for provider in (*PROVIDERS, *changed)}
    standard: dict[str, Any] = {
        "providers": providers.values(),
        "settings": {name: provider.settings() for name, provider in providers.items()},
        "fixtures": [find_set("standard")],
        "clock": NOON,
    }
    return Runtime(**{**standard, **options})
