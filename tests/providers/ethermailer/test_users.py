"""The account: one operation, and what its flags do not do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

SUSPENDED = """
[account]
username = "suspended"
active = false
verified = false
"""


@pytest.fixture(scope="module")
def suspended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EtherMailer]:
    """A client of a server whose account is neither active nor verified."""
    folder: Path = tmp_path_factory.mktemp("suspended")
    (folder / "ethermailer.toml").write_text(SUSPENDED)
    with TestClient(create_app(Settings(fixtures=[str(folder)])), base_url="http://127.0.0.1:8765") as server:
        yield EtherMailer(Workspace(server, "suspended"))


@pytest.mark.rule("ether.get_user")
def test_the_account_is_told_as_the_document_shows_it(ether: EtherMailer) -> None:
    response = ether.get("/user")

    assert 200 == response.status_code
    assert {
        "username": "olivegrove",
        "company": "Olive Grove",
        "email": "office@olivegrove.example",
        "apiKey": ether.workspace.key,
        "active": True,
        "verified": True,
        "createdAt": 1506087346000,
    } == response.json()


@pytest.mark.rule("ether.get_user")
def test_the_flags_are_json_booleans_and_the_moment_is_a_whole_number(ether: EtherMailer) -> None:
    account = ether.get("/user").json()

    assert [bool, bool, int] == [type(account[name]) for name in ("active", "verified", "createdAt")]


@pytest.mark.rule("ether.auth.presented_key")
def test_each_key_of_an_account_is_told_the_key_it_presented(ether: EtherMailer) -> None:
    keys = [
        credential["api_key"]
        for credential in ether.workspace.control("GET", f"workspaces/{ether.workspace.name}")["credentials"]["ethermailer"]
    ]

    assert 2 == len(set(keys))
    assert keys == [ether.get("/user", headers={"Authorization": f"API {key}"}).json()["apiKey"] for key in keys]


@pytest.mark.rule("ether.auth.inactive")
def test_the_flags_of_a_suspended_account_are_shown(suspended: EtherMailer) -> None:
    account = suspended.get("/user").json()

    assert "suspended" == account["username"]
    assert account["active"] is False
    assert account["verified"] is False


@pytest.mark.rule("ether.auth.inactive")
def test_a_suspended_account_may_write_and_read_like_any_other(suspended: EtherMailer) -> None:
    contact = suspended.add("ann@example.com")

    assert "ann@example.com" == suspended.contact(contact)["email"]
