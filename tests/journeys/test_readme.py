"""What the README shows is done: every block of shell and Python, in its order, with the answers that are printed."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.journeys.conftest import Serve, Server
from tests.readme import TOP

OPTIONS = ("-p", "no:cacheprovider", "-o", "addopts=")
SHOWN_ONLY = {"json", "console", "php", "ruby", "csharp"}
"""Answers, sessions, and languages that are not on every machine that runs the tests."""


class Block(NamedTuple):
    """A fenced block: the comment above it, its language, its text, and the answer that is printed below it."""

    name: str
    language: str
    text: str
    answer: str


def blocks() -> list[Block]:
    text = (TOP / "README.md").read_text("utf-8")
    found = re.findall(r"(?:<!-- (\w+) -->\n)?```(\w*)\n(.*?)```(?:\n+```json\n(.*?)```)?", text, flags=re.DOTALL)
    return [Block(*each) for each in found]


SHELL = [block for block in blocks() if block.language == "sh" and not block.name]
SCRIPTS = [block for block in blocks() if block.language == "python" and block.name != "pytest"]
SUITES = [block for block in blocks() if block.language == "python" and block.name == "pytest"]

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="the conversation is held with curl")
needs_node = pytest.mark.skipif(
    shutil.which("node") is None and not os.environ.get("CI"), reason="one of the blocks is for Node"
)


def test_every_block_says_what_it_is_and_is_done_or_only_shown() -> None:
    known = {"sh", "python", *SHOWN_ONLY}
    strange = [block for block in blocks() if block.language not in known and "mockserver/" not in block.text]

    assert [] == strange
    assert {"run", "test"} == {block.name for block in blocks() if block.language == "sh" and block.name}
    assert (35, 1, 2) == (len(SHELL), len(SCRIPTS), len(SUITES))


@needs_curl
@needs_node
def test_the_conversation_goes_as_the_readme_prints_it(serve: Serve, tmp_path: Path) -> None:
    server = serve("--tls", "--tls-port", "0", variables={"MOCKSERVER_CA_DIR": str(tmp_path / "ca")})
    for block in SHELL:
        said = run(server, tmp_path, ["sh", "-ec", local(server, block.text)])

        assert not block.answer or fits(json.loads(local(server, block.answer)), json.loads(said)), (block.text, said)


@pytest.mark.parametrize("block", SCRIPTS, ids=lambda block: block.text.splitlines()[0])
def test_scripts_run(serve: Serve, tmp_path: Path, block: Block) -> None:
    server = serve()

    run(server, tmp_path, [sys.executable, "-c", local(server, block.text)])


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one after the other", "in parallel"])
def test_suites_pass_in_an_empty_folder(tmp_path: Path, options: tuple[str, ...]) -> None:
    for number, block in enumerate(SUITES):
        (tmp_path / f"test_readme_{number}.py").write_text(block.text, "utf-8")
    command = [sys.executable, "-m", "pytest", *OPTIONS, *options, str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout
    assert f"{sum(block.text.count('def test_') for block in SUITES)} passed" in done.stdout


def environment(**variables: str) -> dict[str, str]:
    """This one, without a configuration of the server, and with the package of this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    return {**kept, "PYTHONPATH": str(TOP), **variables}


def run(server: Server, folder: Path, command: list[str]) -> str:
    variables = environment(MOCKSERVER_URL=server.url, MOCKSERVER_CA_DIR=str(folder / "ca"))
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, (command[-1], done.stdout, done.stderr)
    return done.stdout


def local(server: Server, text: str) -> str:
    """What is printed for a server at its usual address, for the one of the test."""
    tls_port = str(server.ready["tls_url"] or "").rpartition(":")[2]
    return (
        text.replace("http://127.0.0.1:8765", server.url)
        .replace("127.0.0.1:8443", f"127.0.0.1:{tls_port}")
        .replace(".venv/bin/mockserver", f"{sys.executable} -m mockserver")
    )


def fits(shown: Any, found: Any) -> bool:
    """Whether an answer is the one shown, where `"..."` stands for anything."""
    if isinstance(shown, dict) and isinstance(found, dict):
        return shown.keys() == found.keys() and all(fits(value, found[key]) for key, value in shown.items())
    if isinstance(shown, list) and isinstance(found, list):
        return len(shown) == len(found) and all(map(fits, shown, found))
    return shown in ("...", found)
