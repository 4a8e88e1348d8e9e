"""Servers in processes of their own, on free ports of the loopback interface."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from tests.performance.figures import Unmeasured

EMPTY = ("tests.performance.empty",)
MOCKSERVER = ("mockserver", "serve", "--port", "0", "--throttle", "off", "--fixtures", "standard")

_ROOT = Path(__file__).parents[2]
_POLL_SECONDS = 0.001
_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers, and how long it took from its start to be ready."""

    process: subprocess.Popen[bytes]
    url: str
    seconds_to_ready: float

    def end(self) -> float:
        """Ask it to end by SIGTERM, see it exit, and return how long that took."""
        began = perf_counter()
        self.process.terminate()
        self.process.wait(_PATIENCE_SECONDS)
        return perf_counter() - began

    def memory(self) -> float:
        """Its resident memory in megabytes."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        except FileNotFoundError as error:
            raise Unmeasured("resident memory is read from /proc, which is not here") from error
        found = re.search(r"^VmRSS:\s*(\d+) kB", status, re.MULTILINE)
        if found is None:
            raise Unmeasured("the server has no memory any more")
        return int(found[1]) * 1024 / 1e6


@contextmanager
def running(module: Sequence[str], *, patience: float = _PATIENCE_SECONDS, **variables: str) -> Iterator[Server]:
    """A module as a server that gets ready within `patience` seconds; it ends with the block, if that has not ended it."""
    with TemporaryDirectory() as folder:
        ready_file = Path(folder) / "ready.json"
        command = [sys.executable, "-m", *module, "--ready-file", str(ready_file)]
        began = perf_counter()
        process = subprocess.Popen(command, cwd=_ROOT, env={**_environment(), **variables}, stdout=subprocess.DEVNULL)
        try:
            url = _wait(process, ready_file, began + patience)
            yield Server(process, url, perf_counter() - began)
        finally:
            _see_off(process)


def _wait(process: subprocess.Popen[bytes], ready_file: Path, deadline: float) -> str:
    while not ready_file.exists():
        if process.poll() is not None or perf_counter() > deadline:
            raise Unmeasured(f"{' '.join(map(str, process.args))} did not get ready")  # type: ignore[arg-type]
        sleep(_POLL_SECONDS)
    return str(json.loads(ready_file.read_text("utf-8"))["url"])


def _see_off(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    """This environment, without what would configure the server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
