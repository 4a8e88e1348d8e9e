"""Printing what commands find: on any terminal, into files, and to readers that do not stay until the end."""

import json
import os
import select
import sys
from io import TextIOWrapper
from typing import Any


def prepare() -> None:
    """Let a terminal that cannot show a character show its number in place of it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> bool:
    """Print lines. False when nobody reads them any longer, as behind `| head`: the command ends as it would have."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _stop_printing()
        return False
    return True


def is_read() -> bool:
    """Whether somebody still reads what is printed; where that cannot be told, somebody does."""
    try:
        watch = select.poll()
        watch.register(sys.stdout.fileno(), 0)
        return not watch.poll(0)  # unasked it tells only of an end
    except (AttributeError, OSError, ValueError):  # not on Windows, and not of what is no file
        return True


def hand_over(content: bytes) -> None:
    """Print what is not only for people, byte for byte."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _stop_printing()


def finish() -> None:
    """Print what was kept back, so that nothing is left to fail once Python itself ends."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _stop_printing()


def as_json(value: Any, *, indent: int | None = 2) -> str:
    """Models and lists of them as JSON that every terminal and every encoding can carry."""
    from pydantic_core import to_jsonable_python  # noqa: PLC0415 - `--help` answers without it

    return json.dumps(to_jsonable_python(value), indent=indent)


def _stop_printing() -> None:
    """What is still in the stream, or is printed from now on, goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
