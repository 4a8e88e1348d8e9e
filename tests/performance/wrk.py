"""Driving wrk, and reading its figures."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.performance.figures import Unmeasured

_CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Burst:
    calls: int
    per_second: float


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk sends: one address with headers, or whatever a Lua script makes of it."""

    url: str
    headers: Sequence[str] = ()
    script: Path | None = None


def demand() -> None:
    """Say so when there is no wrk."""
    if shutil.which("wrk") is None:
        raise Unmeasured("the benchmark drives the servers with wrk, which is not installed (apt-get install wrk)")


def drive(load: Load, *, seconds: int, argument: str = "") -> Burst:
    """Send for some whole seconds as fast as one thread can; `argument` goes to the script."""
    options = ["-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s"]
    options += [part for header in load.headers for part in ("-H", header)]
    options += ["-s", str(load.script)] if load.script is not None else []
    run = subprocess.run(["wrk", *options, load.url, "--", argument], capture_output=True, text=True, check=False)
    return _read(run.stdout, load, run.stderr)


def _read(report: str, load: Load, complaint: str) -> Burst:
    calls = re.search(r"(\d+) requests in ", report)
    per_second = re.search(r"^Requests/sec:\s*([\d.]+)", report, re.MULTILINE)
    if calls is None or per_second is None:
        raise Unmeasured(f"wrk could not drive {load.url}: {complaint or report}")
    if faults := re.search(r"Non-2xx or 3xx responses: .*|Socket errors: .*", report):
        raise Unmeasured(f"{load.url} did not always answer with a success: {faults[0]}")
    return Burst(int(calls[1]), float(per_second[1]))
