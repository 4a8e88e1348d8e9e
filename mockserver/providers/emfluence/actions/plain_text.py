"""HTML as plain text, for whoever reads no HTML: an email's text version, when it has none of its own."""

import re
from html import unescape

_TAG = re.compile(r"\s*(/?)\s*([a-zA-Z][\w-]*)")
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_BREAKS = dict.fromkeys(("br", "hr", "li", "tr", "div", "table", "ul", "ol"), "\n") | dict.fromkeys(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6"), "\n\n"
)
_UNSEEN = {"head", "style", "script", "title"}
_COMMENT = "!--"


def plain_text(html: str) -> str:
    """The text of HTML, with the addresses of its links in parentheses. One way through, whatever it holds."""
    first, *chunks = html.split("<")
    written = [_words(first)]
    unseen, address = "", ""
    for chunk in chunks:
        inside, _, after = chunk.partition(">")
        if unseen == _COMMENT or inside.startswith(_COMMENT):
            _, end, after = chunk.partition("-->")
            unseen = "" if end else _COMMENT
            written.append(_words(after))
            continue
        tag = _TAG.match(inside)
        closing, name = (bool(tag[1]), tag[2].lower()) if tag else (False, "")
        if unseen:
            unseen = "" if closing and name == unseen else unseen
        elif name in _UNSEEN and not closing:
            unseen = name
        elif name == "a":
            written.append(f" ({address})" if closing and address else "")
            address = "" if closing else _address(inside)
        written.append(_BREAKS.get(name, ""))
        if not unseen:
            written.append(_words(after))
    return _tidy("".join(written))


def _words(text: str) -> str:
    """Text between two tags: line breaks in the source are blanks."""
    return unescape(text.replace("\r", " ").replace("\n", " "))


def _address(inside: str) -> str:
    found = _HREF.search(inside)
    return unescape(next((each for each in found.groups() if each), "")) if found else ""


def _tidy(text: str) -> str:
    """No blanks at the ends of lines or next to each other, and no more than one empty line at a time."""
    lines: list[str] = []
    for line in text.split("\n"):
        words = " ".join(line.split())
        if words or (lines and lines[-1]):
            lines.append(words)
    return "\n".join(lines).strip()
