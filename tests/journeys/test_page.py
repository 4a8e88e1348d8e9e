"""The page over real sockets: what it is told while it is open, and that it holds nobody up."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue

import httpx2
import pytest

from tests.journeys.conftest import Serve, Server
from tests.workspace import Workspace

_PATIENCE_SECONDS = 10.0
END = "the end"


class Watching:
    """Somebody who has a page open."""

    def __init__(self) -> None:
        self.lines: Queue[str] = Queue()

    def next(self) -> str:
        """The next line that says something."""
        return self.lines.get(timeout=_PATIENCE_SECONDS)


@contextmanager
def watching(server: Server, workspace: str) -> Iterator[Watching]:
    """Open the stream of a workspace's news in a thread, and wait until it is there."""
    watcher, begun = Watching(), threading.Event()

    def read() -> None:
        with (
            httpx2.Client(base_url=server.url, timeout=_PATIENCE_SECONDS) as client,
            client.stream("GET", f"/_mock/ui/{workspace}/news") as stream,
        ):
            for line in stream.iter_lines():
                begun.set()
                if line.startswith(("event:", "data:")):
                    watcher.lines.put(line)
        watcher.lines.put(END)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()

    assert begun.wait(_PATIENCE_SECONDS)
    yield watcher
    thread.join(_PATIENCE_SECONDS)

    assert not thread.is_alive()


@pytest.fixture
def desk(running: Server) -> Iterator[Workspace]:
    """A workspace that ends by its being deleted, which ends all watching."""
    with running.client() as client:
        made = Workspace(client, "desk")
        made.control("POST", "workspaces", json={"name": made.name})
        yield made
        client.delete("/_mock/workspaces/desk")


def test_a_call_is_news(running: Server, desk: Workspace) -> None:
    with watching(running, desk.name) as watcher:
        running.get("/ethermailer/user", key=desk.key)

        assert ["event: news", "data: 1"] == [watcher.next(), watcher.next()]
        desk.control("DELETE", f"workspaces/{desk.name}")


def test_so_is_what_a_control_call_changes(running: Server, desk: Workspace) -> None:
    with watching(running, desk.name) as watcher:
        desk.control("POST", "faults", json={"delay": {"seconds": 0}})

        assert "event: news" == watcher.next()
        desk.control("DELETE", f"workspaces/{desk.name}")


def test_nothing_that_happens_while_it_is_told_is_missed(running: Server, desk: Workspace) -> None:
    with watching(running, desk.name) as watcher:
        for _ in range(20):
            running.get("/ethermailer/user", key=desk.key)
        told = ""
        while told != "data: 20":
            told = watcher.next()

        desk.control("DELETE", f"workspaces/{desk.name}")


def test_looking_is_no_news(running: Server, desk: Workspace) -> None:
    with watching(running, desk.name) as watcher:
        running.get(f"/_mock/ui/{desk.name}/mail")

        with pytest.raises(Empty):
            watcher.lines.get(timeout=0.3)
        desk.control("DELETE", f"workspaces/{desk.name}")


def test_the_news_end_with_the_workspace(running: Server, desk: Workspace) -> None:
    with watching(running, desk.name) as watcher:
        desk.control("DELETE", f"workspaces/{desk.name}")
        said = [watcher.next() for _ in range(3)]

        assert END == said[-1]


def test_an_open_page_keeps_no_server_from_ending(serve: Serve) -> None:
    server = serve()
    with watching(server, "default") as watcher:
        assert 0 == server.end()
        assert END in [watcher.next() for _ in range(3)]


def test_the_page_asks_for_the_token_and_a_browser_keeps_it(serve: Serve) -> None:
    server = serve(variables={"MOCKSERVER_CONTROL_TOKEN": "a-token-for-tests"})
    with server.client() as browser:
        asked = browser.get("/_mock/", headers={"Accept": "text/html"}, follow_redirects=True)
        form = {"Origin": server.url}
        wrong = browser.post("/_mock/ui/-/login", data={"token": "another"}, headers=form)
        right = browser.post("/_mock/ui/-/login", data={"token": "a-token-for-tests"}, headers=form)

        assert "/_mock/ui/-/login" == asked.url.path
        assert 401 == wrong.status_code
        assert "This is not the token of this server." in wrong.text
        assert "/_mock/ui" == right.headers["location"]
        assert 200 == browser.get("/_mock/ui/default").status_code
        assert 200 == browser.get("/_mock/outbox").status_code


def test_the_cookie_goes_along_with_no_call_of_another_site(serve: Serve) -> None:
    server = serve(variables={"MOCKSERVER_CONTROL_TOKEN": "a-token-for-tests"})
    with server.client() as browser:
        headers = {"Origin": server.url}
        answer = browser.post("/_mock/ui/-/login", data={"token": "a-token-for-tests"}, headers=headers)

    assert {"HttpOnly", "SameSite=strict", "Path=/_mock"} <= set(answer.headers["set-cookie"].split("; "))


@pytest.mark.parametrize(
    "path",
    [
        "ui/default",
        "ui/default/news",
        "ui/default/do/put/clock",
        "ui/loginx/calls",
        "ui/-/loginx",
        "ui/login/do/post/reset",
        "outbox",
        "docsx",
        "healthx",
    ],
)
def test_without_the_token_there_is_nothing_to_see(serve: Serve, path: str) -> None:
    server = serve(variables={"MOCKSERVER_CONTROL_TOKEN": "a-token-for-tests"})
    method = "POST" if "/do/" in path else "GET"
    with server.client() as client:
        answer = client.request(method, f"/_mock/{path}", headers={"Origin": server.url})

    assert answer.status_code in {303, 401}
    assert "/_mock/ui/-/login" == answer.headers.get("location", "/_mock/ui/-/login")


def test_two_servers_of_one_host_keep_their_tokens_apart(serve: Serve) -> None:
    """A browser does not tell ports apart when it shows cookies."""
    with httpx2.Client(timeout=_PATIENCE_SECONDS) as browser:
        servers = [serve(variables={"MOCKSERVER_CONTROL_TOKEN": token}) for token in ("first-token", "second-token")]
        for server, token in zip(servers, ("first-token", "second-token"), strict=True):
            browser.post(f"{server.url}/_mock/ui/-/login", data={"token": token}, headers={"Origin": server.url})

        assert [200, 200] == [browser.get(f"{server.url}/_mock/ui/default").status_code for server in servers]


def test_a_server_that_was_started_anew_is_not_taken_for_the_one_before(serve: Serve) -> None:
    """Both have seen nothing yet; a page of the one is out of date for the other."""
    seen = [re.search(r"news\?seen=(\S+)\"", server.get("/_mock/ui/default").text) for server in (serve(), serve())]

    assert None not in seen
    assert 2 == len({found[1] for found in seen if found is not None})
