"""A call of the journal made once more, and expected in a test."""

import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from tests.page.reader import Reader
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace


def command(workspace: Workspace) -> str:
    """What the page of the newest call offers to a shell."""
    page = Reader(workspace).get(f"calls/{workspace.calls()[0]['id']}")
    (button,) = [each for each in page.tree("button") if each.get_text() == "Copy as curl"]

    assert button["data-copy"] == page.tree("pre")[-2].get_text()
    return str(button["data-copy"])


def run(workspace: Workspace, pasted: str) -> Any:
    """Make the call that curl would make, after a shell has read the command."""
    told = subprocess.run(["bash", "-c", f'curl() {{ printf "%s\\0" "$@"; }}\n{pasted}'], capture_output=True, check=True)
    arguments = told.stdout.decode().split("\0")[:-1]
    method, headers, body, urls = None, {}, None, []
    words = iter(arguments)
    for word in words:
        if word in {"-i", "--path-as-is"}:
            continue
        if word == "-X":
            method = next(words)
        elif word == "--head":
            method = "HEAD"
        elif word == "-H":
            name, _, value = next(words).partition(":")
            headers[name] = value.strip()
        elif word == "--data-raw":
            body = next(words)
        else:
            urls.append(word)
    (url,) = urls

    assert not set("[]{}") & set(url), "curl would take these for patterns"
    sent = {name: value for name, value in headers.items() if value}
    return workspace.server.request(method or ("GET" if body is None else "POST"), url, headers=sent, content=body)


def again(workspace: Workspace) -> tuple[dict[str, Any], dict[str, Any]]:
    """The newest call and what its command leads to, as far as both should be alike."""
    first = workspace.calls()[0]
    run(workspace, command(workspace))
    second = workspace.calls()[0]
    alike = ("provider", "operation", "method", "path", "status", "outcome", "rules")

    assert first["id"] + 1 == second["id"]
    return tuple({name: call[name] for name in alike} for call in (first, second))  # type: ignore[return-value]


def sent(workspace: Workspace) -> str:
    call = workspace.control("GET", f"journal/{workspace.calls()[0]['id']}")
    return str(call["request"]["body"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/user", None),
        ("GET", "/user?trace=7&x[]={1}&name=J%C3%BCrgen+it's", None),
        ("PUT", "/user/contact-groups/7", {"name": 'it\'s "quoted" $HOME `id` \\ \n 100%'}),
        ("POST", "/user/contact", {"email": "nobody", "name": "Jürgen \u202e \x1b[2J"}),
        ("DELETE", "/user/contact/multiple?contactIds=1&contactIds=2", None),
        ("GET", "/nothing at all/%25/%3F/%5B", None),
    ],
)
def test_a_call_is_made_once_more_from_a_shell(workspace: Workspace, method: str, path: str, body: Any) -> None:
    EtherMailer(workspace).request(method, path, json=body)
    first, second = again(workspace)

    assert first == second


def test_what_was_sent_is_sent_to_the_letter(workspace: Workspace) -> None:
    EtherMailer(workspace).post("/user/contact", content=b'{"email" :\n "n@example.com"}')
    run(workspace, command(workspace))

    assert '{"email" :\n "n@example.com"}' == sent(workspace)


def test_emma_is_shown_a_key_of_the_workspace(workspace: Workspace) -> None:
    Emma(workspace).post("/groups", {"groups": []})
    first, second = again(workspace)

    assert first == second


def test_a_credential_of_nobody_stays_blacked_out_and_is_refused_again(workspace: Workspace) -> None:
    workspace.server.get("/ethermailer/user", headers={"Authorization": "API of-another-server"})
    (call,) = workspace.server.get("/_mock/journal", params={"limit": 1}).json()
    page = Reader(workspace).get(f"/_mock/ui/default/calls/{call['id']}")

    assert "the credential is left blacked out, as it is none of this workspace" in page.text
    assert 401 == run(workspace, page.tree("pre")[-2].get_text()).status_code


def test_a_call_without_a_credential_stays_without_one(workspace: Workspace) -> None:
    workspace.server.get("/ethermailer/user/contact/1")
    (call,) = workspace.server.get("/_mock/journal", params={"limit": 1}).json()
    page = Reader(workspace).get(f"/_mock/ui/default/calls/{call['id']}")

    assert "In a shell:" in page.text
    assert call["status"] == run(workspace, page.tree("pre")[-2].get_text()).status_code


def token(workspace: Workspace) -> str:
    given = workspace.control("GET", f"workspaces/{workspace.name}")["credentials"]["emfluence"][0]
    return str(given["access_token"])


@pytest.mark.reading("emfluence", token_in_request="accept")
def test_a_token_in_the_query_gives_way_to_one_in_a_header(workspace: Workspace) -> None:
    parameters = {"accessToken": token(workspace), "text": "a"}
    Emfluence(workspace).request("GET", "helper/ping", headers={"Authorization": None}, params=parameters)
    pasted = command(workspace)

    assert pasted.startswith("curl -i 'http://127.0.0.1:8765/emfluence/v1/helper/ping?text=a' \\\n")
    assert {"success": 1} == {name: value for name, value in run(workspace, pasted).json().items() if name == "success"}


@pytest.mark.reading("emfluence", token_in_request="accept")
def test_a_token_in_json_gives_way_to_one_in_a_header_and_is_put_in_elsewhere(workspace: Workspace) -> None:
    body = {"accessToken": token(workspace), "text": [f"mine is {token(workspace)}", 1, None]}
    Emfluence(workspace).request("POST", "helper/ping", headers={"Authorization": None}, json=body)
    answer = run(workspace, command(workspace))

    assert 1 == answer.json()["success"]
    assert '{"text": ["mine is ***", 1, null]}' == sent(workspace)


def test_a_token_in_a_form_goes(workspace: Workspace) -> None:
    Emfluence(workspace).request("POST", "helper/ping", data={"accessToken": "of-another-server", "text": "a"})

    assert command(workspace).endswith("--data-raw text=a")


def test_a_form_stays_a_form(workspace: Workspace) -> None:
    Emfluence(workspace).request("POST", "helper/ping", data={"text": "a"})

    assert "-H 'content-type: application/x-www-form-urlencoded'" in command(workspace)


def test_a_body_of_no_kind_stays_so(workspace: Workspace) -> None:
    EtherMailer(workspace).post("/user/contact", content=b"{}", headers={"Content-Type": None})

    assert "-H 'Content-Type: '" in command(workspace)


def test_a_question_with_a_body_stays_a_question(workspace: Workspace) -> None:
    EtherMailer(workspace).request("GET", "/user", json={"a": 1})

    assert command(workspace).startswith("curl -i -X GET ")


def test_a_head_is_asked_for_as_curl_does(workspace: Workspace) -> None:
    EtherMailer(workspace).request("HEAD", "/user")

    assert command(workspace).startswith("curl --head ")


def test_a_method_cannot_command_the_shell(workspace: Workspace) -> None:
    EtherMailer(workspace).request("GET`ID`", "/user")

    assert command(workspace).startswith("curl -i -X 'GET`ID`' ")


@pytest.mark.parametrize("body", [b"\xff{", b"a\x1b[2Jb", b"a\rb", b"a\x9bb".decode("latin-1").encode()])
def test_what_no_terminal_takes_is_not_offered(workspace: Workspace, body: bytes) -> None:
    EtherMailer(workspace).post("/user/contact", content=body)

    assert "there is no command for a shell" in Reader(workspace).get("calls/1").text


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/user/contact", {"email": "nobody", "name": None, "x": [True, 1.5, "it's"]}),
        ("GET", "/user?a=b", None),
        ("GET", "/nothing/*/[x]?", None),
        ("POST", "/user/contact", {"email": "x" * 500}),
    ],
)
def test_the_line_for_a_test_holds(workspace: Workspace, method: str, path: str, body: Any) -> None:
    EtherMailer(workspace).request(method, path, json=body)
    line = Reader(workspace).get("calls/1").tree("pre")[-1].get_text()
    judged: list[Any] = []

    def assert_called(**match: Any) -> None:
        judged.append(workspace.control("POST", "journal/verify", json={"match": match}))

    eval(line, {"mock": SimpleNamespace(journal=SimpleNamespace(assert_called=assert_called))})  # noqa: S307 - the line itself

    assert [[1]] == [each["calls"] for each in judged]
