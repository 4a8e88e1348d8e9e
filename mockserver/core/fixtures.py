"""Fixture sets: folders with one TOML file per provider, from which a world starts.

TOML because it has comments and real dates and guesses no types (a YAML reader takes the zip code 02134 for 1116).
"""

import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from mockserver.core.wording import key_path, unknown_name

if TYPE_CHECKING:
    from mockserver.core.provider import Provider
    from mockserver.core.workspace import Workspace

Progress = Callable[[str, int, int], None]
"""Told of a fixture file whose crowd is planted: how many people there are by now, and of how many."""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FARTHEST = timedelta(days=365_000)
"""Nearly a thousand years: from whatever a clock may show, that is still in the calendar."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a fixture file: where, and what was found and expected there."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class FixtureFaults(Exception):  # noqa: N818 - several, and not of the program
    """All faults of the fixtures that a server was to start with, one a line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class FixtureModel(BaseModel):
    """Base of every part of a fixture file: a key that means nothing is a fault, not a shrug."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Generate(FixtureModel):
    """Ask for a crowd of invented people."""

    people: int = Field(ge=1, le=2_000_000, description="How many.")
    seed: int = Field(1, description="The same seed gives the same people.")
    locale: str = Field("en_US", description="Faker's locale for the names.")

    _told: Callable[[int, int], None] | None = PrivateAttr(None)

    @field_validator("locale")
    @classmethod
    def _exists(cls, locale: str) -> str:
        from faker.config import AVAILABLE_LOCALES  # noqa: PLC0415 - slow to import, and rarely needed

        if locale not in AVAILABLE_LOCALES:
            raise ValueError(unknown_name("locale of Faker", locale, AVAILABLE_LOCALES))
        return locale

    @model_validator(mode="after")
    def _tells(self, info: ValidationInfo) -> Self:
        self._told = info.context
        return self

    @property
    def told(self) -> Callable[[int, int], None] | None:
        """Who wants to know how many of the people there are by now, and of how many; whoever validated the file said so."""
        return self._told


@dataclass(frozen=True, slots=True)
class FixtureSet:
    """A folder of fixture files, by the name it was asked for."""

    name: str
    path: Path
    progress: Progress | None = field(default=None, compare=False)
    """Told while its crowds are planted."""

    def file(self, provider: str) -> Path:
        return self.path / f"{provider}.toml"

    def label(self, provider: str) -> str:
        """The file as a person would name it."""
        return f"{self.name}/{provider}.toml"


def find_set(name: str) -> FixtureSet:
    """A set of this package by its name, or any folder by its path. Neither: ValueError that lists the names."""
    packaged = _packaged()
    if name and (packaged / name).is_dir() and "/" not in name and name not in (".", ".."):
        return FixtureSet(name, packaged / name)
    if name and Path(name).is_dir():
        return FixtureSet(name.rstrip("/"), Path(name))
    names = sorted(folder.name for folder in packaged.iterdir() if folder.is_dir())
    raise ValueError(f"{name!r} is neither a folder nor one of the fixture sets {', '.join(names)}")


def plant(template: "Workspace", sets: Iterable[FixtureSet]) -> None:
    """Put all sets into an empty world, one after the other, or raise FixtureFaults with everything that is wrong."""
    providers = template.runtime.providers.values()
    for provider in providers:
        with template.transaction(provider) as context:
            list(provider.plant(context, provider.fixture()))  # what a world has even without fixtures
    faults: list[str] = []
    for fixture_set in sets:
        faults += _stray_files(fixture_set, template.runtime.providers)
        for provider in providers:
            if fixture_set.file(provider.name).exists():
                label = fixture_set.label(provider.name)
                faults += [f"{label}: {fault}" for fault in _plant_file(template, provider, fixture_set)]
    if faults:
        raise FixtureFaults(faults)
    with template.changes():
        template.give_credentials({p.name: list(p.credentials(template.context(p))) for p in providers})


def _stray_files(fixture_set: FixtureSet, providers: Collection[str]) -> list[str]:
    """A misspelt file name would be a fixture that never speaks."""
    stems = sorted(path.stem for path in fixture_set.path.glob("*.toml"))
    if not stems:
        expected = ", ".join(f"{name}.toml" for name in providers)
        return [f"{fixture_set.name}: holds no fixture file; expected one of {expected}"]
    strays = [stem for stem in stems if stem not in providers]
    return [f"{fixture_set.label(stem)}: {unknown_name('provider', stem, providers)}" for stem in strays]


def _plant_file(template: "Workspace", provider: "Provider", fixture_set: FixtureSet) -> list[Fault]:
    progress = fixture_set.progress
    told = partial(progress, fixture_set.label(provider.name)) if progress is not None else None
    try:
        given = tomllib.loads(fixture_set.file(provider.name).read_text("utf-8"))
        fixture = provider.fixture.model_validate(given, context=told)
    except ValidationError as error:
        return list(_shape_faults(error))
    except (ValueError, RecursionError) as error:
        return [Fault("file", f"is not TOML: {error}")]
    except OSError as error:
        return [Fault("file", f"cannot be read: {error.strerror}")]
    with template.transaction(provider) as context:
        return list(provider.plant(context, fixture))


def _shape_faults(error: ValidationError) -> Iterator[Fault]:
    for problem in error.errors(include_url=False):
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            yield Fault(key_path(problem["loc"]), "no such key")
        elif problem["type"] == "missing":
            yield Fault(key_path(problem["loc"]), "is missing")
        else:
            yield Fault(key_path(problem["loc"]), f"found {problem['input']!r}; {message[0].lower()}{message[1:]}")


def _packaged() -> Path:
    """The fixtures travel inside the wheel; in a checkout they lie beside the package."""
    package = Path(str(files("mockserver")))
    inside = package / "fixtures"
    return inside if inside.is_dir() else package.parent / "fixtures"


# Moments


def read_moment(value: Any) -> datetime | timedelta:
    """Absolute (a TOML date) or relative to the clock's start ("now", "-3d", "+12h")."""
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if value == "now":
        return timedelta(0)
    if isinstance(value, str) and value[:1] in {"+", "-"} and value[1:-1].isdecimal() and value[-1] in _UNITS:
        return _distance(int(value[:-1]), _UNITS[value[-1]])
    raise ValueError('expected a date, "now", or a distance such as "-3d" or "+12h" (s, m, h, d, w)')


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("expected a date that is in the calendar of UTC, too") from error


def _distance(count: int, unit: str) -> timedelta:
    try:
        distance = timedelta(**{unit: count})
    except OverflowError:
        distance = timedelta.max
    if abs(distance) > _FARTHEST:
        raise ValueError(f"expected a distance of {_FARTHEST.days} days at most")
    return distance


Moment = Annotated[datetime | timedelta, BeforeValidator(read_moment)]


def resolve(moment: datetime | timedelta, now: datetime) -> datetime:
    return now + moment if isinstance(moment, timedelta) else moment
