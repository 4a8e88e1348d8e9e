"""What a strict workspace refuses: fields, parameters and headers that nothing reads, with the names that are near."""

from collections.abc import Generator, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args, get_origin

from mockserver.core.errors import UnknownInput
from mockserver.core.unread import body_of, fields_of, is_model, kinds_of, unread_in

if TYPE_CHECKING:
    from mockserver.core.call import Call

_SAID = 20
"""Names that a refusal tells."""
_LONGEST_NAME = 100
"""Characters of a name that are looked at to find one that is near it."""
_DEEPEST = 4
"""How far models within models are followed for names to suggest."""
_LIKE_A_NAME, _LIKE_A_HEADER = 0.6, 0.8
"""How alike a name must be to be suggested. There are so many headers that one is always a little alike."""

STANDARD_HEADERS = frozenset(
    {
        # of HTTP itself, and of its caches and proxies
        "accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "cache-control", "connection",
        "content-encoding", "content-language", "content-length", "content-type", "cookie", "date", "dnt", "expect",
        "forwarded", "from", "host", "http2-settings", "if-match", "if-modified-since", "if-none-match", "if-range",
        "if-unmodified-since", "keep-alive", "max-forwards", "origin", "pragma", "priority", "proxy-authorization",
        "proxy-connection", "range", "referer", "save-data", "te", "trailer", "transfer-encoding", "upgrade",
        "upgrade-insecure-requests", "user-agent", "via", "warning", "x-real-ip", "x-requested-with",
        # of tracing, which clients add by themselves
        "b3", "baggage", "sentry-trace", "traceparent", "tracestate", "x-amzn-trace-id", "x-cloud-trace-context",
        "x-correlation-id", "x-request-id",
    }
)  # fmt: skip
"""Headers that clients and what lies between send without meaning anything by them here."""
_STANDARD_PREFIXES = ("sec-", "x-b3-", "x-datadog-", "x-forwarded-", "x-mock-")
"""The same of whole families: of browsers, tracing and proxies, and the ones that this server itself reads."""


def refuse_unread(call: "Call") -> Generator[None, None, None]:
    """Raise UnknownInput if a call whose body a gate has just read holds anything that nothing reads, headers among it."""
    takes_body = call.operation is not None and call.operation.body is not None
    found: dict[str, None] = {}
    for name in unread_in(call, call.json if takes_body else body_of(call)):
        if name is None:
            yield
        else:
            found[name] = None
    headers = unknown_headers(call)
    names = [*found, *(f"header: {name}" for name in headers)]
    if names:
        said = names[:_SAID]
        raise UnknownInput(said, {name: near for name in said if (near := _near(call, name))}, more=len(names) - len(said))


def unknown_headers(call: "Call") -> list[str]:
    """Headers that are neither usual nor the provider's."""
    names = dict.fromkeys(name.decode("latin-1").lower() for name, _ in call.headers)
    known = STANDARD_HEADERS | call.provider.reads.headers
    return [name for name in names if name not in known and not name.startswith(_STANDARD_PREFIXES)]


def _near(call: "Call", name: str) -> str | None:
    """What the client may have meant, as a person spells it."""
    bare = name.removeprefix("header: ")
    if bare != name:
        known, likeness = [*sorted(STANDARD_HEADERS), *sorted(call.provider.reads.headers)], _LIKE_A_HEADER
    else:
        known, likeness = _known_names(call), _LIKE_A_NAME
    found = get_close_matches(bare[:_LONGEST_NAME], known, n=1, cutoff=likeness)
    return found[0] if found else None


def _known_names(call: "Call") -> list[str]:
    """What the operation reads, as `unread` would name it."""
    operation = call.operation
    assert operation is not None
    return [*(f"?{name}" for name in sorted(operation.query)), *_names_in(operation.body, "", 0)]


def _names_in(annotation: Any, place: str, depth: int) -> Iterator[str]:
    for kind in kinds_of(annotation) if depth < _DEEPEST else ():
        if get_origin(kind) is list:
            yield from _names_in(get_args(kind)[0], f"{place}[]", depth)
        elif is_model(kind):
            for name, inner in fields_of(kind, fold=False).items():
                yield f"{place}.{name}".removeprefix(".")
                yield from _names_in(inner, f"{place}.{name}".removeprefix("."), depth + 1)
