"""The bar that is shown while large fixtures are planted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import PATIENCE_SECONDS
from tests.journeys.conftest import environment

pty = pytest.importorskip("pty", reason="there are no terminals here")


def large_set(folder: Path, people: int = 12_000, more: str = "") -> str:
    folder.mkdir()
    (folder / "ethermailer.toml").write_text(f"[generate]\npeople = {people}\n{more}", "utf-8")
    return str(folder)


def on_terminal(*arguments: str, until: str = "") -> tuple[int, str, str]:
    """Run a command whose stderr is a terminal; returns exit code, stdout and what the terminal was sent.

    With `until`, a server is ended once that was printed on stdout.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mockserver", *arguments],
        env={**environment(), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
            if until and b"\033[?25h" in shown:  # the bar is done, and the server goes on
                break
    except OSError:
        pass  # the other side was closed
    out = _until(process, until) if until else ""
    rest, _ = process.communicate(timeout=PATIENCE_SECONDS)
    os.close(ours)
    return process.returncode, out + rest, shown.decode()


def _until(process: "subprocess.Popen[str]", text: str) -> str:
    assert process.stdout is not None
    out = ""
    for line in process.stdout:
        out += line
        if text in line:
            break
    process.terminate()
    return out


def test_a_terminal_is_shown_how_far_it_is(tmp_path: Path) -> None:
    large = large_set(tmp_path / "large")
    code, out, shown = on_terminal("check", large)

    assert (0, f"{large}: no faults\n") == (code, out)
    assert f"planting {large}/ethermailer.toml" in shown
    assert all(f"{count}/12000" in shown for count in (" 0", 1000, 11000, 12000))
    assert shown.endswith("\033[?25h\r\n")


def test_a_server_that_starts_shows_it_too_and_its_output_is_as_ever(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    arguments = ("--fixtures", large_set(tmp_path / "large"), "--port", "0", "--ready-file", str(ready))
    code, out, shown = on_terminal("serve", *arguments, until="Ctrl-C ends it")

    assert 0 == code
    assert "12000/12000" in shown
    assert out.startswith("mockserver ")
    assert "planting" not in out + ready.read_text("utf-8")


def test_a_crowd_that_is_soon_there_gets_no_bar(tmp_path: Path) -> None:
    code, _, shown = on_terminal("check", large_set(tmp_path / "small", people=9_999))

    assert (0, "") == (code, shown)


def test_where_there_is_no_terminal_nothing_is_shown(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", "check", large_set(tmp_path / "large")],
        env=environment(),
        capture_output=True,
        check=True,
    )

    assert b"" == done.stderr


def test_a_crowd_that_ends_in_the_middle_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    """The second time the first of these people has an address that is taken."""
    crowd = large_set(tmp_path / "crowd")
    _, _, between = on_terminal("check", crowd, crowd, large_set(tmp_path / "other", more="seed = 2"))
    code, out, last = on_terminal("check", crowd, crowd)

    assert 1 == code
    assert "generate: there is another contact" in out
    assert (3, 2) == (between.count("\033[?25h"), last.count("\033[?25h"))
    assert last.endswith("\033[?25h\r\n")
