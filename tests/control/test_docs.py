"""The documentation: pages that work without a network, and the OpenAPI documents that they show."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.provider import Provider
from mockserver.providers import PROVIDERS
from mockserver.settings import Settings

HERE = "http://127.0.0.1:8765"
PAGES = ["/_mock/docs", *(f"/_mock/docs/{provider.name}" for provider in PROVIDERS)]
DOCUMENTS = ["/_mock/openapi.json", *(f"/_mock/openapi/{provider.name}.json" for provider in PROVIDERS)]
ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-start.js": "text/javascript",
}


def foreign_hosts(text: str) -> list[str]:
    """The addresses in a text that are not this server's."""
    return [url for url in re.findall(r"(?:https?:)?//[\w.-]+[^\s\"'<>]*", text) if not url.startswith(HERE)]


def references(page: str) -> list[str]:
    """What a page loads or links to."""
    return re.findall(r'(?:src|href|data-openapi)="([^"]*)"', page)


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def resolve(document: dict[str, Any], reference: str) -> Any:
    """What a `$ref` of the document points to; KeyError for nothing."""
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def every_reference(value: Any) -> list[str]:
    match value:
        case {"$ref": str(reference)}:
            return [reference]
        case dict():
            return [reference for each in value.values() for reference in every_reference(each)]
        case list():
            return [reference for each in value for reference in every_reference(each)]
        case _:
            return []


# Pages


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_html_and_names_no_foreign_host(server: TestClient, path: str) -> None:
    page = server.get(path)

    assert 200 == page.status_code
    assert page.headers["content-type"].startswith("text/html")
    assert [] == foreign_hosts(page.text)


@pytest.mark.parametrize("path", PAGES)
def test_everything_that_a_page_loads_is_served(server: TestClient, path: str) -> None:
    loaded = [each for each in references(server.get(path).text) if not each.startswith("data:")]

    assert 4 == len(loaded)
    assert [200] * 4 == [server.get(each).status_code for each in loaded]


@pytest.mark.parametrize(
    ("path", "title", "document"),
    [
        ("/_mock/docs", "mockserver control API", "/_mock/openapi.json"),
        *((f"/_mock/docs/{each.name}", each.title, f"/_mock/openapi/{each.name}.json") for each in PROVIDERS),
    ],
)
def test_a_page_shows_its_own_document(server: TestClient, path: str, title: str, document: str) -> None:
    page = server.get(path).text

    assert f"<title>{title}</title>" in page
    assert f'data-openapi="{document}"' in page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_inline_script_and_a_policy_against_foreign_ones(server: TestClient, path: str) -> None:
    page = server.get(path)

    assert [] == re.findall(r"<script>|<script (?!src=)| on\w+=", page.text)
    assert "default-src 'none'; script-src 'self'" in page.headers["content-security-policy"]
    assert [] == foreign_hosts(page.headers["content-security-policy"])


@pytest.mark.parametrize(("name", "media_type"), ASSETS.items())
def test_an_asset_is_served_with_its_media_type(server: TestClient, name: str, media_type: str) -> None:
    asset = server.get(f"/_mock/static/{name}")

    assert 200 == asset.status_code
    assert asset.headers["content-type"].startswith(media_type)
    assert asset.content


def test_the_start_script_asks_no_validator_of_another_host(server: TestClient) -> None:
    script = server.get("/_mock/static/swagger-start.js").text

    assert "validatorUrl: null" in script
    assert [] == re.findall(r"https?://", script)


@pytest.mark.parametrize("name", ["nothing.js", "redoc.standalone.js", "app.py", "%2e%2e%2fapp.py", "%00"])
def test_an_unknown_asset_is_declined(server: TestClient, name: str) -> None:
    response = server.get(f"/_mock/static/{name}")

    assert 404 == response.status_code
    assert {"error"} == set(response.json())


@pytest.mark.parametrize("path", ["/_mock/docs/etermailer", "/_mock/openapi/etermailer.json"])
def test_an_unknown_provider_is_declined_with_the_nearest_name(server: TestClient, path: str) -> None:
    response = server.get(path)

    assert 404 == response.status_code
    assert {"error": 'no provider is called "etermailer"; did you mean "ethermailer"?'} == response.json()


# Documents


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_is_openapi_in_which_every_reference_leads_somewhere(server: TestClient, path: str) -> None:
    document = server.get(path).json()

    assert document["openapi"].startswith("3.1")
    assert {"title", "version"} <= set(document["info"])
    assert every_reference(document)
    assert all(resolve(document, reference) for reference in every_reference(document))


@pytest.mark.parametrize("path", DOCUMENTS)
def test_operations_of_a_document_have_names_of_their_own_and_a_success(server: TestClient, path: str) -> None:
    found = operations(server.get(path).json())
    names = [operation["operationId"] for operation in found]

    assert len(set(names)) == len(names)
    assert all({"200", "201"} & set(operation["responses"]) for operation in found)
    assert all("default" in operation["responses"] for operation in found)
    assert all(operation["summary"] and operation["description"] for operation in found)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_mentions_no_422(server: TestClient, path: str) -> None:
    text = server.get(path).text

    assert "422" not in text
    assert "HTTPValidationError" not in text


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_parameter_of_a_path_is_declared(server: TestClient, path: str) -> None:
    for template, methods in server.get(path).json()["paths"].items():
        for operation in methods.values():
            declared = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}

            assert set(re.findall(r"{(\w+)}", template)) == declared


def test_the_document_of_a_provider_says_where_and_with_which_key(server: TestClient) -> None:
    document = server.get("/_mock/openapi/ethermailer.json").json()

    assert "Ether Mailer API" == document["info"]["title"]
    assert [{"url": "/ethermailer"}] == document["servers"]
    assert [{"credentials": []}] == document["security"]
    assert "Authorization" == document["components"]["securitySchemes"]["credentials"]["name"]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_the_document_of_a_provider_has_exactly_the_operations_that_it_serves(
    server: TestClient, provider: Provider
) -> None:
    document = server.get(f"/_mock/openapi/{provider.name}.json").json()
    listed = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}

    served = provider.operations.served

    assert {(method, each.template) for each in served for method in provider.operations.methods(each.name)} == listed


def test_the_control_document_has_the_backstage_but_no_links(server: TestClient) -> None:
    paths = set(server.get("/_mock/openapi.json").json()["paths"])

    assert {"/_mock/health", "/_mock/reset", "/_mock/ethermailer/confirm", "/_mock/ethermailer/registrations"} <= paths
    assert [] == [path for path in paths if path.startswith(("/_mock/links", "/_mock/docs", "/_mock/static"))]


def test_documents_are_the_same_after_a_reset_and_at_every_reading() -> None:
    with TestClient(create_app(Settings()), base_url=HERE) as client:
        before = [client.get(path).text for path in DOCUMENTS]
        client.post("/_mock/reset")

        assert before == [client.get(path).text for path in DOCUMENTS]


def test_every_control_call_is_explained_and_every_body_has_an_example(server: TestClient) -> None:
    document = server.get("/_mock/openapi.json").json()
    schemas = document["components"]["schemas"]
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    bodies = [
        each["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for each in operations
        if "application/json" in each.get("requestBody", {}).get("content", {})
    ]

    assert len(operations) > 70
    assert [] == [each["operationId"] for each in operations if not each.get("description")]
    assert [] == [name for name in bodies if not schemas[name].get("examples")]


@pytest.mark.parametrize("part", ["faults", "snapshots", "webhooks", "journal", "outbox", "manners", "coverage", "config"])
def test_every_answer_of_the_control_api_has_a_shape(server: TestClient, part: str) -> None:
    document = server.get("/_mock/openapi.json").json()
    answers = [
        answer
        for path, methods in document["paths"].items()
        if path.startswith(f"/_mock/{part}")
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    ]

    assert answers
    assert [] == [answer for answer in answers if not all(each["schema"] for each in answer["content"].values())]
