"""The README's first conversation, held as it is printed."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from tests.journeys.conftest import Serve
from tests.readme import TOP

ADDRESS = "http://127.0.0.1:8765"
CONVERSATION = re.findall(
    r"```sh\n(curl .*?)```\n+```json\n(.*?)```", (TOP / "README.md").read_text("utf-8"), flags=re.DOTALL
)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the conversation is held with curl")
def test_the_conversation_goes_as_the_readme_prints_it(serve: Serve) -> None:
    server = serve()
    local = [tuple(text.replace(ADDRESS, server.url) for text in part) for part in CONVERSATION]
    answers = [(answer, _said(command)) for command, answer in local]

    assert 16 == len(answers)
    assert [] == [(shown, found) for shown, found in answers if not fits(json.loads(shown), json.loads(found))]


def _said(command: str) -> str:
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout


def fits(shown: Any, found: Any) -> bool:
    """Whether an answer is the one shown, where `"..."` stands for anything."""
    if isinstance(shown, dict) and isinstance(found, dict):
        return shown.keys() == found.keys() and all(fits(value, found[key]) for key, value in shown.items())
    if isinstance(shown, list) and isinstance(found, list):
        return len(shown) == len(found) and all(map(fits, shown, found))
    return shown in ("...", found)
