"""The mock's own API under `/_mock`. It knows providers only as records, never by name."""

PREFIX = "/_mock"
PAGE = f"{PREFIX}/ui"
"""Below this a person looks at it in a browser (see `mockserver/page`)."""
LOGIN, ASSETS = f"{PAGE}/-/login", f"{PAGE}/-/static"
"""What is there for every workspace; none has a name that begins with `-`."""


def is_below(prefix: str, path: str) -> bool:
    """Whether a path is a prefix or continues it by whole segments."""
    return path.startswith(prefix) and path[len(prefix) :][:1] in {"", "/"}
