"""What a browser may do with the pages, and who may press their buttons."""

import re

import pytest

from tests.page.reader import ORIGIN, Reader


def policy(reader: Reader) -> str:
    return str(reader.get().headers["content-security-policy"])


def test_only_the_script_and_the_style_of_the_answer_run(reader: Reader) -> None:
    page = reader.get()
    (nonce,) = set(re.findall(r"'nonce-([^']+)'", page.headers["content-security-policy"]))

    assert {nonce} == {str(each["nonce"]) for each in page.tree.select("script, link[rel=stylesheet]")}
    assert [] == page.tree.select("script:not([src]), style, [style], [onclick]")


def test_no_answer_has_the_nonce_of_another(reader: Reader) -> None:
    assert policy(reader) != policy(reader)


def test_nothing_comes_from_elsewhere(reader: Reader) -> None:
    assert policy(reader).startswith("default-src 'none'; ")
    assert "unsafe" not in policy(reader)
    assert [] == [
        each for each in reader.get().tree.select("[src], link[href]") if "//" in str(each.get("src") or each["href"])
    ]


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}], ids=["none", "foreign", "null"]
)
def test_a_form_that_does_not_say_whose_page_it_is_on_changes_nothing(reader: Reader, headers: dict[str, str]) -> None:
    answer = reader.workspace.server.post(f"{reader.at}/do/put/clock", data={"frozen": "true"}, headers=headers)

    assert answer.status_code in {403, 415}
    assert not reader.workspace.control("GET", "clock")["frozen"]


def test_the_control_api_itself_takes_no_forms(reader: Reader) -> None:
    answer = reader.workspace.server.put("/_mock/clock", data={"frozen": "true"}, headers={"Origin": ORIGIN})

    assert 415 == answer.status_code


def test_a_form_leads_to_pages_of_this_server_alone(reader: Reader) -> None:
    form = {"frozen": "true", "_back": "https://elsewhere.example/"}
    answer = reader.workspace.server.post(
        f"{reader.at}/do/put/clock", data=form, headers={"Origin": ORIGIN}, follow_redirects=False
    )

    assert reader.at == answer.headers["location"]


def test_a_script_is_told_where_to_go(reader: Reader) -> None:
    answer = reader.send_by_script("put/clock", {"frozen": "true"})

    assert {"to": reader.at} == answer.json()


def test_a_script_is_told_what_was_wrong(reader: Reader) -> None:
    answer = reader.send_by_script("put/clock", {"frozen": "maybe"})

    assert 400 == answer.status_code
    assert answer.json()["error"].startswith("body.frozen: ")


def test_a_field_that_the_address_needs_is_asked_for(reader: Reader) -> None:
    answer = reader.send_by_script("put/snapshots/{name}", {"name": " "})

    assert "name: this is to be filled in" == answer.json()["error"]


def test_no_method_that_nobody_has_is_called(reader: Reader) -> None:
    answer = reader.workspace.server.post(f"{reader.at}/do/brew/clock", data={"a": "b"}, headers={"Origin": ORIGIN})

    assert 405 == answer.status_code


def test_assets_that_are_not_there_are_not_found(reader: Reader) -> None:
    assert 404 == reader.workspace.server.get("/_mock/ui/-/static/..%2Fapp.py").status_code


@pytest.mark.parametrize("name", ["login", "loginx", "static", "docs"])
def test_no_name_of_a_workspace_is_in_the_way_of_the_pages(reader: Reader, name: str) -> None:
    server = reader.workspace.server
    made = server.post("/_mock/workspaces", json={"name": name})

    assert 201 == made.status_code
    assert f"Calls · {name} · mockserver" == reader.get(f"/_mock/ui/{name}/calls").title
    server.delete(f"/_mock/workspaces/{name}")


def test_a_form_reads_nothing(reader: Reader) -> None:
    """What it says afterwards would be a way out for what it read."""
    answer = reader.send_by_script("get/workspaces/default", {})

    assert 405 == answer.status_code


@pytest.mark.parametrize("path", ["post/%00", "post/%ff", "post/ ", "post//", "delete/..%2f..%2femma"])
def test_a_control_call_that_cannot_be_is_not_found(reader: Reader, path: str) -> None:
    assert reader.send_by_script(path, {"a": "b"}).status_code in {404, 405}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "[1e999]"])
def test_a_number_that_json_does_not_have_is_refused(reader: Reader, number: str) -> None:
    answer = reader.send_by_script("post/emma/compose", {"subject": "News", "links{}": number})

    assert 400 == answer.status_code
    assert answer.json()["error"].startswith("links: this is no JSON")


def test_a_form_that_says_nothing_is_told_what_is_missing(reader: Reader) -> None:
    answer = reader.send_by_script("post/ethermailer/confirm", {"email": "", "token": ""})

    assert "name the registration by email or by token, one of the two" == answer.json()["error"]


def test_the_way_back_leads_to_pages_of_this_server_alone(reader: Reader) -> None:
    headers = {"Origin": ORIGIN, "Referer": "https://elsewhere.example/", "Accept": "text/html"}
    answer = reader.workspace.server.post(f"{reader.at}/do/put/clock", data={"frozen": "maybe"}, headers=headers)

    assert 400 == answer.status_code
    assert "elsewhere.example" not in answer.text


def test_what_is_open_to_everybody_names_no_workspace(reader: Reader) -> None:
    page = reader.get("/_mock/ui/-/static/nothing", status=404)

    assert reader.workspace.name not in page.source
    assert [] == page.tree.select("nav, details")


def test_half_a_character_is_refused(reader: Reader) -> None:
    answer = reader.send_by_script("post/faults", {"match{}": '{"path": "/\\ud800"}', "delay.seconds": "1"})

    assert (400, {"error": "a text holds half of a surrogate pair, which no encoding has"}) == (
        answer.status_code,
        answer.json(),
    )
