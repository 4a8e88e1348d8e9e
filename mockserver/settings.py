"""Everything that can be set: a flag beats the environment, the environment beats the default."""

import difflib
import os
import re
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from mockserver.core.addresses import Address
from mockserver.core.fixtures import FixtureSet, find_set
from mockserver.core.limits import Limits
from mockserver.core.throttle import ThrottleMode
from mockserver.providers.emfluence.settings import EmfluenceSettings
from mockserver.providers.emma.settings import EmmaSettings
from mockserver.providers.ethermailer.settings import EtherMailerSettings

PREFIX = "MOCKSERVER_"
_NESTED = "__"

CLIENT_VARIABLES = {"MOCKSERVER_URL"}
"""Read by the commands that ask a running server, and nothing to the server itself."""

LogFormat = Literal["text", "json"]


class Settings(BaseSettings):
    """The server's configuration, from `MOCKSERVER_...` and whatever the command line overrides."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=_NESTED, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8765, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    tls: bool = Field(False, description="Serve the same over HTTPS too, on a port of its own.")
    tls_port: int = Field(8443, ge=0, le=65535, description="Port of HTTPS; 0 takes a free one.")
    tls_names: Annotated[list[str], NoDecode] = Field(
        [],
        description="Further host names and addresses that the server's certificate is for, separated by commas, such as "
        "the name of its container.",
    )
    ca_dir: Path | None = Field(
        None, description="Folder of the certificate authority; unset: with the data of the user that runs the server."
    )
    fixtures: Annotated[list[str], NoDecode] = Field(
        ["standard"],
        min_length=1,
        description="Fixture sets to start from: names or folders, in the environment separated by commas.",
    )
    state: Path | None = Field(None, description="Folder in which workspaces survive the process; unset: in memory.")
    throttle: ThrottleMode = Field(
        "enforce",
        description="Refuse calls above a vendor's limits (enforce), only record them (observe), or neither (off).",
    )
    relay: str | None = Field(
        None,
        description="SMTP server, as `host:port`, that every message of an outbox is handed on to: a mail catcher.",
    )
    strict: bool = Field(
        False, description="Refuse calls with fields, parameters or headers that nothing reads, in the provider's own words."
    )
    ready_file: Path | None = Field(None, description="File that is written, as JSON, once the server answers.")
    log_format: LogFormat = Field("text", description="Form of the log: a line for people, or a JSON object, for each call.")
    seed: int = Field(1, description="Seed of tokens and keys that look random; a crowd of fixtures has its own.")
    clock: AwareDatetime | None = Field(
        None, description="Moment at which every workspace's clock starts, frozen; unset: real time."
    )
    control_token: str | None = Field(
        None,
        min_length=8,
        description="Token that control calls must carry; made at start when others can reach the server.",
    )
    control_open: bool = Field(
        False, description="Let control calls in without a token although others can reach the server."
    )
    control_hosts: Annotated[list[str], NoDecode] = Field(
        [], description="Further host names under which the control API may be called, separated by commas."
    )
    webhook_hosts: Annotated[list[str], NoDecode] = Field(
        [], description="Public hosts, by name or address, that webhooks may be delivered to, separated by commas."
    )
    limits: Limits = Field(default_factory=Limits, description="Bounds on what comes in and what is kept.")
    emma: EmmaSettings = Field(default_factory=EmmaSettings, description="Emma.")
    emfluence: EmfluenceSettings = Field(default_factory=EmfluenceSettings, description="emfluence.")
    ethermailer: EtherMailerSettings = Field(default_factory=EtherMailerSettings, description="Ether Mailer.")

    @field_validator("fixtures", "control_hosts", "tls_names", "webhook_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("fixtures")
    @classmethod
    def _exist(cls, names: list[str]) -> list[str]:
        for name in names:
            find_set(name)
        return names

    @field_validator("tls_names")
    @classmethod
    def _are_hosts(cls, names: list[str]) -> list[str]:
        for name in names:
            if not is_host(name):
                raise ValueError(f"{name!r} is neither a host name nor an address")
        return [name.lower() for name in names]

    @field_validator("clock")
    @classmethod
    def _within_reason(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and not 1970 <= moment.year < 9000:
            raise ValueError("must lie between the years 1970 and 9000")
        return moment

    @field_validator("relay")
    @classmethod
    def _is_address(cls, text: str | None) -> str | None:
        return None if text is None else str(Address.read(text))

    @field_validator("ready_file")
    @classmethod
    def _has_folder(cls, path: Path | None) -> Path | None:
        if path is not None and not path.parent.is_dir():
            raise ValueError(f"there is no folder {path.parent}")
        return path

    @property
    def relay_address(self) -> Address | None:
        return None if self.relay is None else Address.read(self.relay)

    @property
    def fixture_sets(self) -> list[FixtureSet]:
        return [find_set(name) for name in self.fixtures]


_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.IGNORECASE
)


def is_host(name: str) -> bool:
    """Whether it is a host name or an IP address; a container's name may have underscores."""
    try:
        return bool(ip_address(name))
    except ValueError:
        return _HOST_NAME.fullmatch(name) is not None


class BadSetting(Exception):  # noqa: N818 - what it is, in words
    """A setting that the server refuses to start with, in one line."""


def load_settings(**given: Any) -> Settings:
    """The settings, where `given` (what the command line said; None is nothing) comes first."""
    _refuse_unknown_variables()
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise BadSetting("; ".join(_sentence(problem) for problem in error.errors(include_url=False))) from error


def variables(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> dict[str, Any]:
    """Every environment variable, with the field of the settings behind it."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= variables(field.annotation, f"{prefix}{name.upper()}{_NESTED}")
        else:
            found[f"{prefix}{name.upper()}"] = field
    return found


def _sentence(problem: Any) -> str:
    name = ".".join(str(part) for part in problem["loc"] if not isinstance(part, int))
    message = problem["msg"].removeprefix("Value error, ")
    variable = PREFIX + name.replace(".", _NESTED).upper()
    flag = f"--{name.replace('_', '-')} or " if "." not in name else ""
    return f"{name}: {problem['input']!r} is refused: {message[0].lower()}{message[1:]} (set by {flag}{variable})"


def _refuse_unknown_variables() -> None:
    known = variables().keys() | CLIENT_VARIABLES
    for name in os.environ:
        if name.startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            raise BadSetting(f"{name}: there is no such setting" + (f"; did you mean {near[0]}?" if near else ""))
