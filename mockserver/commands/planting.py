"""A bar for people who wait while large fixtures are planted; programs are shown nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

_LARGE = 10_000
"""Fewer people are there before a bar could be read."""


@contextmanager
def shown() -> Iterator["Bars | None"]:
    """Who is to be told of the planting; None when there is no terminal to show it on."""
    if not (sys.stderr and sys.stderr.isatty()):  # a process may have none
        yield None
        return
    bars = Bars()
    try:
        yield bars
    finally:
        bars.end()


class Bars:
    """One bar after the other, each for the people of one fixture file."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._file = ""

    def __call__(self, file: str, done: int, people: int) -> None:
        if people < _LARGE:
            return
        if file != self._file or self._bar is None:
            self._begin(file, people)
        self._bar.update(done - self._bar.pos)
        if done == people:
            self.end()

    def end(self) -> None:
        """Leave the terminal as it was: a bar hides its cursor."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

    def _begin(self, file: str, people: int) -> None:
        self.end()
        self._file = file
        self._bar = typer.progressbar(length=people, label=f"planting {file}", show_pos=True, file=sys.stderr)
        self._bar.render_progress()
