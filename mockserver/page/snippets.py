"""A call in the languages that people write clients in, ready to be pasted."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.core.samples import Sample


@dataclass(frozen=True, slots=True)
class Snippet:
    """The same call in one language."""

    language: str
    code: str


def snippets(base_url: str, headers: Mapping[str, str], sample: Sample) -> list[Snippet]:
    """A sample as curl, Python (httpx), Node (fetch) and PHP (curl)."""
    url = f"{base_url}{sample.path}"
    return [
        Snippet("curl", curl(sample.method, url, headers, None if sample.body is None else json.dumps(sample.body))),
        Snippet("Python", _python(sample, url, headers)),
        Snippet("Node", _node(sample, url, headers)),
        Snippet("PHP", _php(sample, url, headers)),
    ]


def curl(method: str, url: str, headers: Mapping[str, str], body: str | None) -> str:
    """A call for a shell; one line for each thing that it says."""
    untidy = " --path-as-is" if "/." in url else ""
    said = [f"curl{untidy}{_method(method, body)} {shlex.quote(url)}"]
    said += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in _with_type(headers, body).items()]
    if body is not None:
        said.append(f"--data-raw {shlex.quote(body)}")
    return " \\\n  ".join(said)


def _method(method: str, body: str | None) -> str:
    """What makes curl use it, and show the status.

    Without being told, curl gets where nothing is sent; told to send HEAD, it waits for a body.
    """
    if method == "HEAD":
        return " --head"
    return " -i" if method == "GET" and body is None else f" -i -X {shlex.quote(method)}"


def _python(sample: Sample, url: str, headers: Mapping[str, str]) -> str:
    body = "" if sample.body is None else f",\n    json={sample.body!r}"
    return (
        "import httpx\n\n"
        f"response = httpx.request(\n    {sample.method!r},\n    {url!r},\n"
        f"    headers={dict(headers)!r}{body},\n)\nprint(response.status_code, response.text)"
    )


def _node(sample: Sample, url: str, headers: Mapping[str, str]) -> str:
    body = "" if sample.body is None else f"\n  body: JSON.stringify({_json(sample.body)}),"
    method, shown = _json(sample.method), _json(_with_type(headers, sample.body))
    return (
        f"fetch({_json(url)}, {{\n  method: {method},\n  headers: {shown},{body}\n}}).then(async (response) => {{\n"
        "  console.log(response.status, await response.text());\n});"
    )


def _php(sample: Sample, url: str, headers: Mapping[str, str]) -> str:
    lines = [f"{name}: {value}" for name, value in _with_type(headers, sample.body).items()]
    options = [
        f"  CURLOPT_CUSTOMREQUEST => {_php_text(sample.method)},",
        f"  CURLOPT_HTTPHEADER => [{', '.join(map(_php_text, lines))}],",
        "  CURLOPT_RETURNTRANSFER => true,",
    ]
    if sample.body is not None:
        options.append(f"  CURLOPT_POSTFIELDS => {_php_text(json.dumps(sample.body))},")
    return "\n".join(
        [
            "<?php",
            f"$curl = curl_init({_php_text(url)});",
            "curl_setopt_array($curl, [",
            *options,
            "]);",
            "echo curl_exec($curl);",
        ]
    )


def _with_type(headers: Mapping[str, str], body: Any) -> dict[str, str]:
    is_said = body is None or "content-type" in {name.lower() for name in headers}
    return {**headers, **({} if is_said else {"Content-Type": "application/json"})}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _php_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
