"""What a reader of a message sees, and can click on."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

_URL = re.compile(r"""https?://[^\s<>"'\x00-\x20]+""")
_MOST = 100_000
"""Characters of each part that are read: mail programs cut longer messages off as well."""
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL)
_TAG, _NO_TAG = re.compile(r"<(?=[a-zA-Z/!?])"), re.compile(r"<(?![a-zA-Z/])")
_AFTER_URL = ".,;:!?)]}'\""
"""What ends a sentence rather than an address."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and the words that it stands behind; a link of plain text has none."""

    url: str
    text: str


def links(html: str, text: str) -> list[Link]:
    """Every address of a message once: those behind words of the HTML in their order, then those that only the text has.

    A message without plain text is read as a person sees it.
    """
    found: dict[str, Link] = {}
    for link in _read(html[:_MOST]).links:
        found.setdefault(link.url, link)
    for address in _URL.findall(text[:_MOST] or visible_text(html)):
        url = address.rstrip(_AFTER_URL)
        found.setdefault(url, Link(url, ""))
    return list(found.values())


def visible_text(html: str) -> str:
    """What a person sees of it, each block on lines of its own."""
    return "".join(_read(html[:_MOST]).pieces)


@lru_cache(maxsize=4)
def _read(html: str) -> "_Reader":
    reader = _Reader()
    reader.feed(_closed(html))
    reader.close()
    return reader


def _closed(html: str) -> str:
    """The same without comments and declarations, and without a beginning of anything that does not end.

    For each of those Python's parser looks through all that follows, again and again.
    """
    whole, left = html[: html.rfind(">") + 1], html[html.rfind(">") + 1 :]
    return _NO_TAG.sub("&lt;", _UNSEEN.sub("", whole) + _TAG.split(left, 1)[0])


class _Reader(HTMLParser):
    """Gathers links with their words, and the text that a person sees."""

    _BLOCKS = frozenset({"p", "div", "br", "tr", "td", "th", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "pre"})
    _HIDDEN = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.pieces: list[str] = []
        self._url: str | None = None
        self._words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self.pieces.append("\n")
        if tag in self._HIDDEN:
            self._hidden += 1
        if tag == "body":
            self._hidden = 0
        if tag == "a":
            self._end_link()
            url = (dict(attrs).get("href") or "").strip()
            self._url = url if url.lower().startswith(("http://", "https://")) else None

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self.pieces.append("\n")
        if tag in self._HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        if self._url is not None:
            self._words.append(data)
        if not self._hidden:
            self.pieces.append(data)

    def close(self) -> None:
        super().close()
        self._end_link()

    def _end_link(self) -> None:
        if self._url is not None:
            self.links.append(Link(self._url, " ".join("".join(self._words).split())))
        self._url, self._words = None, []
