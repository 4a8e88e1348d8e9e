"""The rulebook: everything a provider does, as numbered rows that say where they come from."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Evidence = Literal["documented", "observed", "inferred", "chosen"]
"""documented: the vendor's text says so. observed: real clients or answers show it. inferred: it follows from either.
chosen: nobody outside knows, and this is the reading we took."""

ANY = "*"
"""The operation of a row that holds for every call."""


class Rule(BaseModel):
    """One behaviour."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z_]+(\.[a-z_0-9]+)+$", description="Its name, for tests, errors and people.")
    operation: list[str] = Field(min_length=1, description='The operations it is about; ["*"] for all.')
    text: str = Field(description="What the server does.")
    evidence: Evidence
    source: str = Field(description="Where to look it up.")
    switch: str | None = Field(None, description="The provider setting that chooses another reading.")
    cited: bool = Field(True, description="Whether calls can cite it; a row about form holds for every answer alike.")


class _Chapter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    row: list[Rule]


class Rulebook(Mapping[str, Rule]):
    """The rows of one provider by id, in the order of its book."""

    def __init__(self, rows: list[Rule]) -> None:
        self._rows: dict[str, Rule] = {}
        for row in rows:
            if row.id in self._rows:
                raise ValueError(f"two rows of a rulebook have the id {row.id}")
            self._rows[row.id] = row

    @classmethod
    def load(cls, folder: Path) -> "Rulebook":
        """The rows of all TOML files of a folder: by name of the file, then in its order. No two may have the same id."""
        texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))]
        return cls([row for text in texts for row in _Chapter.model_validate(tomllib.loads(text)).row])

    def __getitem__(self, rule: str) -> Rule:
        return self._rows[rule]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
