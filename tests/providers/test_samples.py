"""The calls that each provider shows to whoever begins: they do what their titles say, on a server as it starts."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.provider import Credential, Provider
from mockserver.core.samples import Sample
from mockserver.providers import PROVIDERS
from mockserver.settings import Settings
from tests.workspace import Response

each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
NOBODY = "Ask for what is not there"


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A server as it starts, with a workspace that is strict."""
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1:8765") as client:
        client.post("/_mock/workspaces", json={"name": "strict"})
        client.patch("/_mock/config", params={"workspace": "strict"}, json={"strict": True})
        yield client


class Beginner:
    """Somebody who knows a credential, and makes the calls that are shown with it."""

    def __init__(self, client: TestClient, provider: Provider, workspace: str) -> None:
        self.client = client
        self.provider = provider
        self.parameters = {"workspace": workspace}
        planted = client.app.runtime.workspaces.get(workspace)  # type: ignore[attr-defined] # of our application
        self.credential: Credential = (
            next(iter(provider.credentials(planted.context(provider))))
            if workspace == "default"
            else provider.named_credential(planted)
        )
        self.samples = list(provider.samples(self.credential))

    def call(self, sample: Sample) -> Response:
        body = {} if sample.body is None else {"json": sample.body}
        headers = self.provider.headers(self.credential)
        return self.client.request(sample.method, f"/{self.provider.name}{sample.path}", headers=headers, **body)

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get("/_mock/outbox", params=self.parameters).json()
        return found


@pytest.fixture(params=["default", "strict"])
def beginner(client: TestClient, provider: Provider, request: pytest.FixtureRequest) -> Beginner:
    return Beginner(client, provider, request.param)


@each_provider
def test_there_are_some_and_each_has_a_title_of_its_own(beginner: Beginner) -> None:
    titles = [sample.title for sample in beginner.samples]

    assert 2 <= len(titles) <= 4
    assert len(titles) == len(set(titles))
    assert titles[-1] == NOBODY


@each_provider
def test_what_asks_for_nobody_is_refused_and_all_others_succeed(beginner: Beginner) -> None:
    answers = {sample.title: beginner.call(sample) for sample in beginner.samples}
    succeeded = {title: good(beginner.provider, answer) for title, answer in answers.items()}

    assert {title: title != NOBODY for title in answers} == succeeded


@each_provider
def test_the_first_one_writes_to_whom_it_adds_where_the_service_does(beginner: Beginner) -> None:
    add = beginner.samples[0]
    beginner.call(add)
    written = {} if beginner.provider.name == "emfluence" else {add.body["email"]: 1}

    assert written == {message["recipient"]: 1 for message in beginner.messages()}


@each_provider
def test_the_second_one_lists_people(beginner: Beginner) -> None:
    answer = beginner.call(beginner.samples[1]).text

    assert answer.count("@example.") + answer.count("@myemma.com") >= 5


@each_provider
def test_addresses_are_reserved_ones(beginner: Beginner) -> None:
    addresses = [sample.body["email"] for sample in beginner.samples if sample.body and "email" in sample.body]

    assert addresses
    assert [] == [address for address in addresses if not address.endswith("@example.com")]


def good(provider: Provider, answer: Response) -> bool:
    """Whether a call was a success; emfluence says so in its envelope."""
    return answer.is_success and (provider.name != "emfluence" or answer.json()["success"] == 1)
