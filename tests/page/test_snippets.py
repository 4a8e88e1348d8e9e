"""The same call in four languages: what is copied says what was meant, whatever is in it."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mockserver.core.samples import Sample
from mockserver.page.snippets import snippets
from tests.page.reader import Reader

URL = 'http://127.0.0.1:8765/path?a=b&c=it\'s%20"100%"$HOME`id`\\🦉'
BASE_URL, PATH = "http://127.0.0.1:8765", URL.removeprefix("http://127.0.0.1:8765")
HEADERS = {"X-Key": 'it\'s "quoted" \\ $HOME', "X-Other": "7"}
BODY = {
    "text": 'it\'s "quoted" \\ \\n $HOME `id` ${1} </script>\nBäcker 🦉 \u2028',
    "nothing": None,
    "yes": True,
    "no": [False, 1, 1.5, -0.0, {}, [], {"": ""}],
    "clé": "?><?php",
}
BODIES = [BODY, None, [], {}, False, "text's"]


def written(language: str, method: str = "POST", body: Any = BODY) -> str:
    """The call in one of the languages."""
    made = snippets(BASE_URL, HEADERS, Sample("Try", method, PATH, body))
    (found,) = [each.code for each in made if each.language == language]
    return found


def expected_headers(body: Any) -> dict[str, str]:
    return HEADERS if body is None else {**HEADERS, "Content-Type": "application/json"}


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_curl_sends_what_was_meant(body: Any) -> None:
    pasted = f'curl() {{ printf "%s\\0" "$@"; }}\n{written("curl", body=body)}'
    told = subprocess.run(["bash", "-c", pasted], capture_output=True, check=True).stdout.decode().split("\0")[:-1]
    headers = dict(told[place + 1].split(": ", 1) for place, word in enumerate(told) if word == "-H")
    sent = [json.loads(told[place + 1]) for place, word in enumerate(told) if word == "--data-raw"]

    assert ["-i", "-X", "POST", URL] == told[:4]
    assert expected_headers(body) == headers
    assert ([] if body is None else [body]) == sent


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_python_sends_what_was_meant(body: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[Any, ...]] = []

    def request(method: str, url: str, *, headers: dict[str, str], json: Any = None) -> SimpleNamespace:
        sent.append((method, url, headers, json))
        return SimpleNamespace(status_code=200, text="")

    monkeypatch.setitem(sys.modules, "httpx", SimpleNamespace(request=request))
    exec(compile(ast.parse(written("Python", body=body)), "snippet", "exec"), {})  # noqa: S102 - the snippet itself

    assert [("POST", URL, HEADERS, body)] == sent


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node here")
@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_node_sends_what_was_meant(body: Any, tmp_path: Path) -> None:
    fetch = "globalThis.fetch = async (...given) => ({ status: JSON.stringify(given), text: async () => '' });\n"
    script = tmp_path / "snippet.mjs"
    script.write_text(fetch + written("Node", body=body), "utf-8")
    told = subprocess.run(["node", script], capture_output=True, check=True).stdout.decode()
    url, options = json.loads(told)

    assert (URL, "POST", expected_headers(body)) == (url, options["method"], options["headers"])
    assert body == json.loads(options.get("body", "null"))
    assert (body is None) == ("body" not in options)


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_php_says_what_was_meant(body: Any) -> None:
    """Between single quotes, PHP reads a backslash before a quote or another backslash, and nothing else."""
    code = written("PHP", body=body)
    texts = [re.sub(r"\\([\\'])", r"\1", each) for each in re.findall(r"'((?:[^\\']|\\.)*)'", code, re.DOTALL)]
    url, method, *others = texts
    headers = dict(each.split(": ", 1) for each in others[: len(expected_headers(body))])
    sent = [json.loads(each) for each in others[len(headers) :]]

    assert (URL, "POST", expected_headers(body)) == (url, method, headers)
    assert ([] if body is None else [body]) == sent
    assert "'" not in re.sub(r"'(?:[^\\']|\\.)*'", "", code, flags=re.DOTALL)


@pytest.mark.parametrize(("method", "beginning"), [("GET", "curl -i http"), ("DELETE", "curl -i -X DELETE http")])
def test_curl_is_told_of_the_method_where_it_would_not_choose_it(method: str, beginning: str) -> None:
    code = snippets(BASE_URL, {}, Sample("Try", method, "/user"))[0].code

    assert code.startswith(beginning)


def test_every_sample_of_every_provider_works_as_python(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    server, answers = reader.workspace.server, []

    def request(method: str, url: str, **sent: Any) -> Any:
        answers.append(server.request(method, url, **sent))
        return answers[-1]

    monkeypatch.setitem(sys.modules, "httpx", SimpleNamespace(request=request))
    snippets = reader.get().tree.select(".snippet")
    codes = [each.select_one("code") for each in snippets if "Python" in str(each.select_one("summary"))]
    for code in codes:
        assert code is not None
        exec(code.get_text(), {})  # noqa: S102 - the snippet itself

    assert 4 * len(codes) == len(snippets)
    assert {200, 404} == {answer.status_code for answer in answers}, "some show a refusal, but none for who is asking"
    assert None not in {call["operation"] for call in reader.workspace.calls()}
