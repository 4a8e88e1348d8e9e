"""Where the server is, whether it works, and what is in it."""

from starlette.testclient import TestClient

from mockserver import __version__
from mockserver.app import create_app
from mockserver.providers import PROVIDERS
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

API_KEY = "100000000000000001-00000000-0000-0000"


def test_the_index_leads_to_pages_that_exist(server: TestClient) -> None:
    places = server.get("/_mock/").json()

    assert {"page", "control", "openapi", "providers", *(provider.name for provider in PROVIDERS)} == set(places)
    assert {200} == {server.get(place).status_code for place in places.values()}


def test_health_tells_version_fixtures_and_number_of_workspaces(server: TestClient, workspace: Workspace) -> None:
    health = server.get("/_mock/health").json()
    names = [each["name"] for each in server.get("/_mock/workspaces").json()]

    assert {
        "status": "ok",
        "version": __version__,
        "fixtures": ["standard"],
        "workspaces": len(names),
        "tls_url": None,
    } == health
    assert {"default", workspace.name} <= set(names)


def test_health_names_all_fixture_sets_in_their_order() -> None:
    with TestClient(create_app(Settings(fixtures=["empty", "standard"])), base_url="http://127.0.0.1:8765") as client:
        assert ["empty", "standard"] == client.get("/_mock/health").json()["fixtures"]


def test_all_providers_are_told_in_their_order(workspace: Workspace) -> None:
    assert [(each.name, each.title) for each in PROVIDERS] == [
        (each["name"], each["title"]) for each in workspace.control("GET", "providers")
    ]


def test_a_provider_is_told_with_its_address_names_and_contents(server: TestClient) -> None:
    provider = Workspace(server, "default").provider("ethermailer")

    assert "Ether Mailer" == provider["title"]
    assert "http://127.0.0.1:8765/ethermailer" == provider["base_url"]
    assert ["api.ethermailer.com"] == provider["hosts"]
    assert [{"api_key": API_KEY}] == provider["credentials"]
    assert {"contacts": 12, "contact_groups": 4, "extra_fields": 5, "sender_profiles": 3, "registrations": 0} == provider[
        "counts"
    ]


def test_base_urls_are_those_under_which_the_server_was_started() -> None:
    with TestClient(create_app(Settings(port=9000), url="http://mock.test:9000"), base_url="http://127.0.0.1") as client:
        providers = client.get("/_mock/providers").json()
        places = client.get("/_mock/").json()

    assert [f"http://mock.test:9000/{each.name}" for each in PROVIDERS] == [each["base_url"] for each in providers]
    assert "http://mock.test:9000/_mock/providers" == places["providers"]


def test_contents_are_those_of_the_workspace(workspace: Workspace) -> None:
    EtherMailer(workspace).add("new@example.com")

    assert 13 == workspace.provider("ethermailer")["counts"]["contacts"]


def test_credentials_are_those_of_the_workspace(workspace: Workspace) -> None:
    credentials = workspace.provider("ethermailer")["credentials"]

    assert {"api_key": f"ws-{workspace.name}"} == credentials[-1]
    assert {"api_key": API_KEY} not in credentials


def test_providers_of_an_unknown_workspace_are_declined(server: TestClient) -> None:
    response = server.get("/_mock/providers?workspace=nowhere")

    assert 404 == response.status_code
    assert {"error": 'there is no workspace "nowhere"; POST /_mock/workspaces makes one'} == response.json()


def test_an_unknown_path_is_declined_in_json(server: TestClient) -> None:
    response = server.get("/_mock/nothing")

    assert 404 == response.status_code
    assert {"error"} == set(response.json())


def test_an_unknown_method_is_declined_in_json(server: TestClient) -> None:
    response = server.delete("/_mock/health")

    assert 405 == response.status_code
    assert "GET" == response.headers["allow"]
    assert {"error"} == set(response.json())


def test_a_fault_of_the_server_is_told_in_json() -> None:
    app = create_app(Settings())
    with TestClient(app, base_url="http://127.0.0.1:8765", raise_server_exceptions=False) as client:
        app.runtime.fixtures = None  # type: ignore[assignment] # what could be wrong with it
        response = client.get("/_mock/health")

    assert 500 == response.status_code
    assert {"error": "the mock server failed; its log says why"} == response.json()
