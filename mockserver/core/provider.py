"""What a provider is to the rest of the server: one record, stated by the provider itself."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import MetaData

from mockserver.core.context import Context
from mockserver.core.deeds import Deed
from mockserver.core.errors import Refusal
from mockserver.core.fixtures import Fault
from mockserver.core.gates import Gate, Translate
from mockserver.core.loading import loading
from mockserver.core.outbox import Batch, Kept
from mockserver.core.rulebook import Rulebook
from mockserver.core.samples import Sample
from mockserver.core.throttle import ThrottleMode

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from mockserver.core.call import Call
    from mockserver.core.etiquette import Etiquette
    from mockserver.core.operations import Operations
    from mockserver.core.workspace import Workspace


class ProviderSettings(BaseModel):
    """Base of each provider's block of settings: its limits, and one switch for each open question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    throttle: ThrottleMode | None = Field(None, description="Throttle mode of this provider; unset: the server's.")
    strict: bool | None = Field(None, description="Whether this provider refuses what nothing reads; unset: as the server.")


@dataclass(frozen=True, slots=True)
class Credential:
    """What a client presents: the part that selects the workspace, and all of it by the names a person knows."""

    secret: str
    fields: Mapping[str, str] = field(default_factory=dict)
    revoked: bool = False
    """Known, so that it can be refused by its name; shown to nobody."""

    def dump(self) -> dict[str, Any]:
        return {"secret": self.secret, "fields": dict(self.fields), "revoked": self.revoked}


@dataclass(frozen=True, slots=True)
class Reads:
    """What a provider reads of a call beside what its routes declare."""

    headers: frozenset[str] = frozenset()
    """Beyond the usual ones."""
    parameters: frozenset[str] = frozenset()
    """Those that gates read, in lower case where case does not matter."""
    query_is_body: bool = False
    """Whether query and body are one, so that the payload may be in either."""
    folds_case: bool = False
    """Whether names of parameters are taken in any letter case."""
    secrets: frozenset[str] = frozenset()
    """Parameters that carry a credential, in any letter case."""
    bodies: frozenset[str] | None = None
    """The methods whose body is looked at, where one operation takes several; None is all."""


Task = Callable[[Context[Any], dict[str, Any]], Generator[None, None, None] | None]
"""A piece of due work; a large one is a generator that yields between slices."""


Refusals = Mapping[str, Callable[["Call"], Refusal]]
"""A provider's refusals by name, each as something that makes one for a call."""


def _nothing(_about: Any) -> tuple[()]:
    return ()


def _only_an_address(_message: Kept, _link: str) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A vendor's service: where it answers, what it remembers, how its world starts, how it is served."""

    name: str
    title: str
    hosts: tuple[str, ...]
    """The vendor's real host names."""
    claims: Callable[[str], bool]
    """Whether a bare path, without prefix, can only be this provider's."""
    folder: Path
    rule_prefix: str
    schema: MetaData
    settings: type[ProviderSettings]
    fixture: type[BaseModel]
    plant: Callable[[Context[Any], Any], Iterator[Fault]]
    """Put a fixture file into an empty or growing world; yields what is wrong with it."""
    credentials: Callable[[Context[Any]], Iterable[Credential]]
    """The credentials that the planted fixtures define, for the default workspace."""
    named_credential: Callable[["Workspace"], Credential]
    """The credential that selects a workspace by its name, made of `ws-<name>`."""
    issue_credentials: Callable[["Workspace"], Iterable[Credential]]
    """Realistic new credentials."""
    headers: Callable[[Credential], dict[str, str]]
    """What a call carries that shows them."""
    routers: "Callable[[], Iterable[APIRouter]]"
    """The routes of the vendor's API. They are loaded when this is called: at the first call to the provider."""
    build: "Callable[[], FastAPI]"
    """The same as an application that describes itself."""
    gates: tuple[Gate, ...]
    translate: Translate
    backstage: "Callable[[], APIRouter]"
    """What a person would do in the vendor's web application, for the control API."""
    links: "Callable[[], APIRouter]"
    """The pages that its messages link to, for whoever reads them."""
    security: Mapping[str, Any]
    """How its OpenAPI document describes the credentials: a security scheme."""
    tasks: Callable[[], Mapping[str, Task]]
    """Scheduled work by kind."""
    counts: Callable[[Context[Any]], dict[str, int]]
    """How many of what there is, for people who look at a workspace."""
    etiquette: "Callable[[], Etiquette]"
    """What it asks of its clients."""
    refusals: Callable[[], Refusals] = dict
    """Every refusal of its catalogue, for calls that are to be refused whatever they ask."""
    events: Callable[[], Iterable[str]] = tuple
    """The names of what it tells webhooks of (see `core/webhooks.py`)."""
    batches: Callable[[], Mapping[str, Batch]] = dict
    """By kind, the messages that are made when somebody reads them (see `core/outbox.py`)."""
    samples: Callable[[Credential], Iterable[Sample]] = _nothing
    """Calls to begin with, for whoever has this credential: one that lists people, one that adds somebody."""
    deeds: Callable[[Kept], Iterable[Deed]] = _nothing
    """What the recipient of a message can do with it, beside following its links."""
    click: Callable[[Kept, str], Deed | None] = _only_an_address
    """Following a link of a message; None where nobody counts that."""
    reads: Reads = field(default_factory=Reads)
    normal_path: Callable[[str], str] = str
    """The form in which paths are looked up, for providers that take more than one spelling of them."""

    @cached_property
    def api(self) -> "FastAPI":
        return self.build()

    def openapi(self, server: str) -> dict[str, Any]:
        """The OpenAPI document of the API as it is served at `server`."""
        from mockserver.core.openapi import described  # noqa: PLC0415 - see `operations`

        return described(self.api, server=server, security=self.security)

    @cached_property
    def operations(self) -> "Operations":
        """Read off the routes at the first call: loading FastAPI takes a fifth of a second, and no start waits for it."""
        with loading():
            from mockserver.core.endpoints import Endpoint  # noqa: PLC0415
            from mockserver.core.operations import operations_of  # noqa: PLC0415

            return operations_of(self.routers(), rule_prefix=self.rule_prefix, serve=Endpoint, normal_path=self.normal_path)

    @cached_property
    def rulebook(self) -> Rulebook:
        return Rulebook.load(self.folder / "rulebook")
