"""Asking a running server: which one, which workspace, and what is said when that fails."""

import os
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from urllib.parse import urlsplit

import typer

from mockserver.commands.ending import FAILURE, USAGE, fail

if TYPE_CHECKING:
    from mockserver.testing import Control

_PORT = os.environ.get("MOCKSERVER_PORT", "")
HERE = f"http://127.0.0.1:{_PORT if _PORT.isdigit() and int(_PORT) else 8765}"
"""Where a server is that was started from the same environment."""
DEFAULT = "default"
_ADDRESS = re.compile(r"https?://[\w.:\[\]-]+/?")
AnswerT = TypeVar("AnswerT")

Url = Annotated[
    str,
    typer.Option(
        envvar="MOCKSERVER_URL", show_envvar=False, show_default=False, help="Address of the server. [http://127.0.0.1:8765]"
    ),
]
Token = Annotated[
    str | None,
    typer.Option(envvar="MOCKSERVER_CONTROL_TOKEN", show_envvar=False, help="Token of a server that demands one. [none]"),
]
Named = Annotated[str, typer.Option(metavar="NAME", show_default=False, help="The workspace that is meant. [default]")]
OfProvider = Annotated[str | None, typer.Option(metavar="NAME", help="Only this provider. [all]")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


def ask(url: str, workspace: str, token: str | None, question: "Callable[[Control], AnswerT]") -> AnswerT:
    """The answer of a running server; what it does not know was asked wrongly."""
    from mockserver.testing import Control, ControlRefused, Unreachable  # noqa: PLC0415 - `--help` answers without it

    check_address(url)
    try:
        with Control(url, workspace, token) as control:
            return question(control)
    except Unreachable as problem:
        fail(str(problem), FAILURE)
    except ControlRefused as problem:
        fail(str(problem), USAGE if problem.status in {400, 404} else FAILURE)
    except ValueError:
        fail(f"what answers at {url} is no mockserver", FAILURE)


def keep_apart(*groups: Mapping[str, Any]) -> None:
    """End the command when options of several groups are given: each of them asks another question."""
    named = ([name for name, value in group.items() if value is not None and value is not False] for group in groups)
    given = [names[0] for names in named if names]
    if len(given) > 1:
        fail(f"{given[0]} and {given[1]} do not go together", USAGE)


def check_patience(option: str, seconds: float) -> None:
    """A time to wait is a number, and not a negative one."""
    if not seconds >= 0:  # as it is not if it is no number at all
        fail(f"{option} {seconds} is no time to wait", USAGE)


def check_address(url: str) -> None:
    """End the command when it is no address of a server."""
    try:
        good = _ADDRESS.fullmatch(url) is not None and urlsplit(url).port != 0
    except ValueError:
        good = False
    if not good:
        fail(f"{url!r} is no address of a server; expected one such as {HERE}", USAGE)
