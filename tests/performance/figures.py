"""What a measurement comes to, and how it is shown."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


class Unmeasured(Exception):  # noqa: N818 - what it is, in words
    """Something could not be measured, and why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: the figure, what it is to be at least or at most, and in words what it was made of."""

    work: str
    measured: str
    figure: float
    unit: str
    bound: Literal["at least", "at most"]
    target: float

    @property
    def ok(self) -> bool:
        return self.figure >= self.target if self.bound == "at least" else self.figure <= self.target

    @property
    def verdict(self) -> str:
        missed = "below" if self.bound == "at least" else "above"
        return "ok" if self.ok else missed

    def dump(self) -> dict[str, Any]:
        return {**asdict(self), "ok": self.ok}


def table(figures: Iterable[Figure]) -> str:
    """The figures in aligned columns."""
    rows: list[Sequence[str]] = [("work", "measured", "ratio or figure", "target", "")]
    rows += [_cells(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _cells(figure: Figure) -> Sequence[str]:
    target = f"{figure.bound} {_amount(figure.target, figure.unit)}"
    return figure.work, figure.measured, _amount(figure.figure, figure.unit), target, figure.verdict


def _amount(number: float, unit: str) -> str:
    digits = 0 if abs(number) >= 1000 else 2
    return f"{number:,.{digits}f} {unit}".rstrip()
