"""A person at a desk: the server in a thread, Debian's Chromium in front of it, a fresh workspace for each test.

`CHROMIUM` names the browser, where it is not on the path. Screenshots go into `tests/browser/screenshots`, which git
ignores.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from mockserver.testing import Control
from mockserver.testing.server import serving

SCREENSHOTS = Path(__file__).parent / "screenshots"
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
_PATIENCE_MS = 10_000
GONE = "-gone"
"""The end of the name of a workspace that is deleted while a page shows it."""
_numbers = count(1)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser. Playwright has the thread's event loop while it runs, so other modules must not find it there."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: install it, or say in CHROMIUM where it is")
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        # It is root in a container, where Chromium's own sandbox does not start; what it shows is ours.
        browser = playwright.chromium.launch(executable_path=path, args=[*_FLAGS, "--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desk() -> Iterator[str]:
    """The address of a server that runs as long as the tests do."""
    with serving(throttle="observe") as url:
        yield url


@pytest.fixture
def mock(desk: str) -> Iterator[Control]:
    """A fresh workspace of it, for the program under development."""
    with Control(desk, f"desk-{os.environ.get('PYTEST_XDIST_WORKER', 'one')}-{next(_numbers)}") as control:
        control.create()
        yield control
        control.delete()


@pytest.fixture
def context(chromium: Browser, mock: Control) -> Iterator[BrowserContext]:
    """A browser window of its own. Whatever a page says on the console, or asks of another host, fails the test.

    It is closed before its workspace is deleted: an open page would ask for what is gone.
    """
    complaints: list[str] = []
    context = chromium.new_context(base_url=mock.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(_PATIENCE_MS)
    context.grant_permissions(["clipboard-read", "clipboard-write"])

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _is_expected(message):
            complaints.append(f"{message.type}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((mock.url, "data:", "blob:", "about:")):
            complaints.append(f"asked another host: {request.url}")

    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(f"error: {error.error}"))
    context.on("request", asked)
    yield context
    context.close()

    assert [] == complaints


@pytest.fixture
def page(context: BrowserContext, mock: Control) -> Page:
    """A tab that shows the overview of the workspace."""
    tab = context.new_page()
    tab.goto(f"/_mock/ui/{mock.workspace}")
    return tab


def _is_expected(message: ConsoleMessage) -> bool:
    """Chromium notes every form that was refused, news that end, and what a message in its frame tries in vain."""
    place = str(message.location.get("url", ""))
    is_refusal = "Failed to load resource" in message.text and ("/do/" in place or "/news?" in place or GONE in place)
    return is_refusal or "/_mock/outbox/" in place + message.text
