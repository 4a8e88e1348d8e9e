"""What holds for the markup of every page, so that whoever reads by keyboard or by ear finds the way."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.page.reader import Page, Reader
from tests.providers.emma.client import Emma
from tests.providers.emma.hooks import hook
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

PAGES = [
    "",
    "difference",
    "calls",
    "calls/1",
    "mail",
    "mail/1",
    "state",
    "state/emma",
    "state/emma/emma_member",
    "state/emma/emma_member/200",
    "faults",
    "faults?path=/",
    "webhooks",
    "webhooks/1",
    "manners",
    "coverage",
    "coverage?show=untouched",
    "rulebook",
    "rulebook?rule=ether.bulk.unknown",
    "docs",
]


@pytest.fixture(scope="module")
def filled(server: TestClient) -> Iterator[Reader]:
    """Who looks at a workspace where something is to be seen on every page."""
    workspace = Workspace(server, "markup")
    workspace.control("POST", "workspaces", json={"name": workspace.name})
    emma, ether = Emma(workspace), EtherMailer(workspace)
    for _ in range(2):
        ether.get("/user/contact/7")
    hook(emma, "member_add")
    emma.add("new@example.com")
    composed = emma.backstage("compose", {"subject": "News", "html_body": "<p>News</p>", "members": ["emma@myemma.com"]})
    emma.backstage("send", {"mailing_id": composed["mailing_id"]})
    workspace.advance(minutes=10)
    workspace.control("POST", "faults", json={"act": {"kind": "answer", "status": 502}})
    workspace.control("PUT", "snapshots/noon")
    yield Reader(workspace)
    workspace.control("DELETE", "workspaces/markup")


@pytest.fixture(params=PAGES, ids=lambda path: path or "overview")
def page(request: pytest.FixtureRequest, filled: Reader) -> Page:
    """One of the pages."""
    return filled.get(request.param)


def test_every_page_is_well_made(page: Page) -> None:
    assert 1 == len(page.tree("h1"))
    assert [] == _leaps(page), "headings leave no level out"
    assert [] == page.tree.select("th:not([scope])"), "a heading of a table says what it is the heading of"
    assert [] == page.tree.select("p form, p div, p ul, p table, span form"), "a browser would end the paragraph there"
    assert [] == page.tree.select("section:not([aria-labelledby], [aria-label])"), "a section has a name"
    assert [] == page.tree.select("nav:not([aria-label])"), "so does a navigation"
    assert [] == page.tree.select("main pre:not([tabindex])"), "what scrolls is reached by the keyboard"
    assert [] == page.tree.select('a[href=""], a:not([href])'), "a link leads somewhere else"


def test_every_name_of_an_element_is_given_once_and_known(page: Page) -> None:
    ids = page.ids("[id]")
    named = {str(each["aria-labelledby"]) for each in page.tree.select("[aria-labelledby]")}

    assert len(set(ids)) == len(ids)
    assert named <= set(ids)


def test_every_field_has_a_label_and_every_button_a_text(page: Page) -> None:
    fields = page.tree.select("input:not([type=hidden]), select, textarea")

    assert [] == [str(each) for each in fields if each.find_parent("label") is None]
    assert "" not in page.texts("button, summary, a:not(.square)")


def test_every_form_that_changes_something_says_where_to_go_and_what_was_done(page: Page) -> None:
    forms = page.tree.select("form[method=post]")

    assert forms
    for form in forms:
        back, done = form.select_one("[name=_back]"), form.select_one("[name=_done]")

        assert back is not None
        assert done is not None
        assert str(back["value"]).startswith("/_mock/ui/")
        assert done["value"]


def _leaps(page: Page) -> list[str]:
    """The headings that are more than a level below the one before."""
    headings = page.tree.select("h1, h2, h3, h4")
    levels = [int(each.name[1]) for each in headings]
    return [str(each) for each, level, before in zip(headings, levels, [0, *levels], strict=False) if level > before + 1]
