"""The benchmark, in one run: starts the servers, drives them, prints what came out beside what is to be reached."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.performance import wrk
from tests.performance.figures import Figure, Unmeasured, table
from tests.performance.imports import imports
from tests.performance.large import large, last_page
from tests.performance.lifetimes import memory, starts
from tests.performance.pages import pages
from tests.performance.processes import EMPTY, MOCKSERVER, running
from tests.performance.ratios import ratios
from tests.performance.workspaces import workspaces


def main() -> int:
    """Exit code 0 when everything could be measured, and with `--strict` is as it should be."""
    options = _options()
    figures: list[Figure] = []
    complete = _collect(figures, options)
    if figures:
        print(f"{_machine()}\n\n{table(figures)}")
    if options.json is not None:
        record = {"machine": _machine(), "complete": complete, "figures": [figure.dump() for figure in figures]}
        options.json.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    missed = options.strict and not all(figure.ok for figure in figures)
    return int(missed or not complete)


def _collect(figures: list[Figure], options: argparse.Namespace) -> bool:
    """Measure one work after the other; what cannot be measured ends the run and is said."""
    try:
        wrk.demand()
        for figure in _measure(options):
            print(f"{figure.work}: {figure.figure:,.2f} {figure.unit}".rstrip(), file=sys.stderr, flush=True)
            figures.append(figure)
    except Unmeasured as problem:
        print(f"could not be measured: {problem}", file=sys.stderr)
        return False
    return True


def _measure(options: argparse.Namespace) -> Iterator[Figure]:
    with running(MOCKSERVER) as server:
        with running(EMPTY) as empty:
            yield from ratios(server.url, empty.url, rounds=options.rounds, seconds=options.seconds)
        yield from imports(server.url)
        yield from large(server.url)
        yield from workspaces(server.url)
    yield from last_page()
    yield from pages()
    yield from starts()
    yield from memory(options.calls)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.performance", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="pairs of rounds for each ratio [5]")
    parser.add_argument("--seconds", type=int, default=2, help="whole seconds of each round, as wrk counts them [2]")
    parser.add_argument("--calls", type=int, default=50_000, help="calls over which memory is to stay flat [50000]")
    parser.add_argument("--strict", action="store_true", help="end with 1 when a target is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    return parser.parse_args()


def _machine() -> str:
    implementation = platform.python_implementation()
    return f"{os.cpu_count()} cores, {platform.machine()}; {implementation} {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
