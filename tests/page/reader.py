"""A person with a browser that runs no script: reads pages, follows links, fills forms in."""

from typing import Any
from urllib.parse import urlencode, urljoin

from bs4 import BeautifulSoup, Tag

from tests.workspace import Response, Workspace

ORIGIN = "http://127.0.0.1:8765"
STRANGE = "<script>alert(1)</script>"
"""What somebody hostile puts in wherever a text is taken."""
_BROWSER = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


class Page:
    """One page as it was answered."""

    def __init__(self, response: Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.url = str(response.url).removeprefix(ORIGIN)
        self.source = response.text
        self.tree = BeautifulSoup(response.text, "html.parser")

    @property
    def title(self) -> str:
        return self.one("title").get_text()

    @property
    def text(self) -> str:
        """What a person reads, blanks folded."""
        return " ".join(self.one("main").get_text(" ").split())

    @property
    def said(self) -> str:
        """The sentence that tells what was done just before."""
        return self.one("#said").get_text()

    def one(self, selector: str) -> Tag:
        found = self.tree.select_one(selector)

        assert found is not None, f"no {selector} on {self.url}"
        return found

    def texts(self, selector: str) -> list[str]:
        """What the fitting elements say, blanks folded."""
        return [" ".join(each.get_text(" ").split()) for each in self.tree.select(selector)]

    def ids(self, selector: str) -> list[str]:
        """The ids of the fitting elements."""
        return [str(each["id"]) for each in self.tree.select(selector)]

    @property
    def links(self) -> dict[str, str]:
        """Where the links lead, by what they say; of those that say the same, the last."""
        return {each.get_text().strip(): str(each["href"]) for each in self.tree.select("main a")}

    def form(self, button: str, *, within: str = "main") -> Tag:
        """The first form with a button of this label."""
        found = [
            each for each in self.one(within).select("form") if button in [b.get_text().strip() for b in each("button")]
        ]

        assert found, f"no form with a button {button!r} on {self.url}"
        return found[0]


class Reader:
    """Opens the pages of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.at = f"/_mock/ui/{workspace.name}"

    def get(self, path: str = "", *, status: int = 200, **query: Any) -> Page:
        """The page at a path below the workspace's address; redirects are followed."""
        address = path if path.startswith("/_mock") else f"{self.at}/{path}".rstrip("/")
        page = Page(self.workspace.server.get(address, params=query or None, headers=_BROWSER))

        assert status == page.status, page.source
        return page

    def follow(self, page: Page, label: str) -> Page:
        """The page behind the first link of this label."""
        found = [str(each["href"]) for each in page.tree.select("main a") if label == each.get_text().strip()]

        assert found, f"no link {label!r} on {page.url}"
        return self.get(urljoin(page.url, found[0]))

    def press(self, page: Page, button: str, *, within: str = "main", status: int = 200, **filled: str) -> Page:
        """Fill a form in, send it by the button, and see the page that follows.

        Names of fields with dots or marks are given as `**{"match.provider": ...}`.
        """
        form = page.form(button, within=within)
        fields = {**_prefilled(form), **filled}
        is_post = form.get("method", "get").lower() == "post"
        unknown = set(filled) - {str(each.get("name")) for each in form.select("input, select, textarea, button")}

        assert not unknown, f"the form has no field {unknown}"
        if not is_post:
            return self.get(str(form.get("action") or page.url.partition("?")[0]), status=status, **fields)
        sent = {"data": fields, "headers": {**_BROWSER, "Origin": ORIGIN, "Referer": f"{ORIGIN}{page.url}"}}
        following = Page(self.workspace.server.post(str(form["action"]), **sent))

        assert status == following.status, following.source
        return following

    def send_by_script(self, call: str, fields: dict[str, str]) -> Response:
        """What the page's script is answered when it sends a form for a control call, like `put/clock`."""
        headers = {"Origin": ORIGIN, "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode(fields, errors="surrogatepass")
        return self.workspace.server.post(f"{self.at}/do/{call}", content=content, headers=headers)


def _prefilled(form: Tag) -> dict[str, str]:
    """What a form would send as it stands."""
    fields = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name = str(field["name"])
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            fields[name] = str(chosen.get("value", chosen.get_text())) if chosen is not None else ""
        elif field.name == "textarea":
            fields[name] = field.get_text()
        elif field.get("type") not in {"checkbox", "radio"} or field.has_attr("checked"):
            fields[name] = str(field.get("value", ""))
    return fields
