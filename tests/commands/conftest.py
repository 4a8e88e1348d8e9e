"""Commands against a real server, each test in a workspace of its own."""

import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest

from tests.conftest import Run
from tests.journeys.conftest import Server, environment, running, serve, server
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

__all__ = ["running", "serve", "server"]

PATIENCE_SECONDS = 20
Ask = Callable[..., tuple[int, str, str]]
"""Runs a command of the command line for the workspace of the test."""


@pytest.fixture
def ask(run: Run, running: Server, workspace: Workspace) -> Ask:
    """Run a command for this workspace; returns the exit code and what was printed on stdout and stderr."""

    def ask(*arguments: str) -> tuple[int, str, str]:
        return run(*arguments, "--url", running.url, "--workspace", workspace.name)

    return ask


@pytest.fixture
def ether(workspace: Workspace) -> EtherMailer:
    return EtherMailer(workspace)


def shell(line: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell in which `mockserver` is this one."""
    mockserver = f'mockserver() {{ "{sys.executable}" -m mockserver "$@"; }}'
    return subprocess.run(
        ["bash", "-c", f"{mockserver}\nset -o pipefail\n{line}"],
        env=environment(variables),
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
