"""Files that claim to be snapshots: whatever is in them, they are taken or refused in words."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.core import snapshots
from mockserver.core.runtime import Runtime
from mockserver.core.snapshot_files import received
from mockserver.core.snapshots import SnapshotRefused
from tests.runtime import NOON, new_runtime


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    runtime = new_runtime()
    snapshots.take(runtime.workspaces.default, "before")
    yield runtime
    runtime.workspaces.close()


@pytest.fixture(scope="module")
def file(runtime: Runtime) -> bytes:
    with snapshots.opened(runtime.workspaces.default, "before") as kept:
        return kept.dump()


def outcome(file: bytes, runtime: Runtime) -> str:
    """What is said of a file; nothing if it is taken. Anything but a refusal fails the test."""
    try:
        received(file, runtime).database.close()
    except SnapshotRefused as refusal:
        return str(refusal)
    return ""


def test_a_whole_file_is_taken(file: bytes, runtime: Runtime) -> None:
    taken = received(file, runtime)
    taken.database.close()

    assert NOON == taken.at


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 400))
def test_a_file_with_any_bytes_changed_is_taken_or_refused(file: bytes, runtime: Runtime, seed: int, changes: int) -> None:
    draw, damaged = random.Random(seed), bytearray(file)  # noqa: S311 - seeded, and no secret
    for _ in range(changes):
        damaged[draw.randrange(16, len(damaged))] = draw.randrange(256)

    assert "Traceback" not in outcome(bytes(damaged), runtime)


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 0.999))
def test_a_file_that_ends_too_early_is_refused(file: bytes, runtime: Runtime, share: float) -> None:
    assert outcome(file[: int(len(file) * share)], runtime)
