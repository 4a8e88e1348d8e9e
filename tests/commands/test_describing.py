"""The command that describes the APIs to programs: openapi."""

import json

import pytest

from mockserver.providers import PROVIDERS
from tests.conftest import Run
from tests.journeys.conftest import Server

PATHS = {"control": "openapi.json", **{each.name: f"openapi/{each.name}.json" for each in PROVIDERS}}


@pytest.mark.parametrize("api", PATHS)
def test_a_document_is_the_one_that_a_server_shows_and_names_where_a_server_is(run: Run, running: Server, api: str) -> None:
    shown = running.get(f"/_mock/{PATHS[api]}").json()
    place = "/" if api == "control" else f"/{api}"
    code, own, _ = run("openapi", api)
    _, served, _ = run("openapi", api, "--url", running.url)

    assert 0 == code
    assert {**shown, "servers": [{"url": f"http://127.0.0.1:8765{place}"}]} == json.loads(own)
    assert {**shown, "servers": [{"url": f"{running.url}{place}"}]} == json.loads(served)


def test_the_control_api_is_described_when_nothing_is_named(run: Run) -> None:
    assert run("openapi", "control") == run("openapi")


@pytest.mark.parametrize("options", [(), ("--url",)])
def test_an_api_that_there_is_not_ends_with_64(run: Run, running: Server, options: tuple[str, ...]) -> None:
    where = (*options, running.url) if options else ()

    assert (64, "", 'mockserver: no API is called "ema"; did you mean "emma"?\n') == run("openapi", "ema", *where)


def test_a_server_that_is_not_there_is_a_failure(run: Run) -> None:
    code, out, _ = run("openapi", "--url", "http://127.0.0.1:9")

    assert (1, "") == (code, out)
