"""A call of the journal as something to run: once more in a shell, and as an expectation in a test."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mockserver.control.schemas.journal import CallView
from mockserver.core.provider import Credential, Provider
from mockserver.core.redaction import REDACTED
from mockserver.page.snippets import curl

_LEFT_OUT = re.compile(
    r"host|content-length|connection|keep-alive|transfer-encoding|accept-encoding|te|upgrade|expect|priority|"
    r"user-agent|referer|origin|accept-language|cache-control|pragma|sec-.*"
)
"""Headers that each client sets by itself, or that are about the connection: nobody wrote them."""
_IN_PATHS, _IN_QUERIES = "/@:+$,;=!'()*~&-._", "/@:+$,;=!'()*~&-._%?"
"""What stays as it is. Brackets and braces do not: curl takes them for patterns."""
_LONGEST_BODY = 400
"""Characters of a body that an expectation names."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The call for a shell, with the credential that the journal blacks out, if the workspace knows it."""

    code: str
    is_open: bool
    """Whether the credential stands in it."""
    is_blacked_out: bool
    """Whether one is missing: it was none of this workspace."""


def replay(call: CallView, provider: Provider, base_url: str, credential: Credential | None) -> Replay | None:
    """The call once more, or None where the journal does not have all of it as a text.

    `credential` is the one that it came with. Where nobody knows it, what is blacked out stays so: the call was refused for
    that, and is again.
    """
    body = _Secrets(provider.reads.secrets, credential)
    sent = body.out_of_body(call.request.body) if call.request.body else None
    if call.request.cut or (sent is not None and not _can_be_pasted(sent)):
        return None
    query = body.out_of_pairs(call.query)
    shown = provider.headers(credential) if credential is not None else {}
    headers, was_shown = _headers(call.request.headers, shown)
    if was_shown or body.dropped:
        headers |= shown
    if sent is not None and "content-type" not in headers:
        headers["Content-Type"] = ""  # curl would say that it is a form
    url = f"{base_url}{quote(call.path, safe=_IN_PATHS)}" + (f"?{quote(query, safe=_IN_QUERIES)}" if query else "")
    code = curl(call.method, url, headers, sent)
    return Replay(code, was_shown or body.dropped or body.replaced, credential is None and REDACTED in code)


def expectation(call: CallView) -> str:
    """The line of a test that holds as long as there is such a call."""
    named = {"provider": call.provider, "operation": call.operation, "outcome": call.outcome}
    if call.operation is None:
        named |= {"method": call.method, "path": call.path}
    said = [f"{name}={json.dumps(value)}" for name, value in named.items() if value is not None]
    return f"mock.journal.assert_called({', '.join([*said, *_body_expected(call)])})"


def _body_expected(call: CallView) -> list[str]:
    text = call.request.body
    if call.request.cut or REDACTED in text or len(text) > _LONGEST_BODY:
        return []
    try:
        value = json.loads(text, parse_constant=_none_such)
    except (ValueError, RecursionError):
        return []
    return [f"body={value!r}"] if isinstance(value, dict | list) else []


def _none_such(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _headers(sent: list[tuple[str, str]], shown: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """What was sent, without what is blacked out, and whether the credential was in it."""
    kept: dict[str, str] = {}
    was_shown = False
    names = {name.lower() for name in shown}
    for name, value in sent:
        if shown and REDACTED in value:
            was_shown = was_shown or name.lower() in names
        elif _was_written(name.lower(), value):
            kept[name] = f"{kept[name]}, {value}" if name in kept else value
    return kept, was_shown


def _was_written(name: str, value: str) -> bool:
    """Whether somebody meant it, and a terminal takes it."""
    is_usual = _LEFT_OUT.fullmatch(name) or (name, value) == ("accept", "*/*")
    return not is_usual and value.isascii() and value.isprintable()


class _Secrets:
    """Takes what the journal has blacked out from a call: parameters that carry a credential go, and where else one
    stood there is one of the workspace."""

    def __init__(self, names: frozenset[str], credential: Credential | None) -> None:
        self._names = {name.lower() for name in names}
        self._instead = credential.secret if credential is not None else None
        self.dropped = False
        self.replaced = False

    def out_of_body(self, text: str) -> str:
        if REDACTED not in text and _can_be_pasted(text):
            return text
        try:
            return json.dumps(self._out_of(json.loads(text)))
        except (ValueError, RecursionError):
            return self.out_of_pairs(text)

    def out_of_pairs(self, text: str) -> str:
        """Of a query or a form."""
        parts = [part.partition("=") for part in text.split("&")]
        kept = [f"{name}{equals}{self._put_in(value)}" for name, equals, value in parts if not self._is_secret(name, value)]
        return "&".join(kept)

    def _out_of(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._out_of(inner) for name, inner in value.items() if not self._is_secret(name, inner)}
        if isinstance(value, list):
            return [self._out_of(inner) for inner in value]
        return self._put_in(value) if isinstance(value, str) else value

    def _is_secret(self, name: str, value: Any) -> bool:
        found = self._instead is not None and value == REDACTED and name.lower() in self._names
        self.dropped = self.dropped or found
        return found

    def _put_in(self, text: str) -> str:
        if self._instead is None or REDACTED not in text:
            return text
        self.replaced = True
        return text.replace(REDACTED, self._instead)


def _can_be_pasted(text: str) -> bool:
    """Whether a terminal takes it as it is, and it was a text at all."""
    return "\ufffd" not in text and not any(_commands(character) for character in text)


def _commands(character: str) -> bool:
    return (character < " " and character not in "\n\t") or "\x7f" <= character <= "\x9f"
