"""The request that a delivery becomes, and the address that it goes to, without a network."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from mockserver.app import create_app
from mockserver.core.exchange import Exchange
from mockserver.core.targets import Targets
from mockserver.core.webhooks import Outcome
from mockserver.settings import Settings
from tests.core.test_targets import NEAR, PUBLIC, Names


@dataclass
class Wire:
    """Stands in for a connection: notes what goes out, and connects only to what is up."""

    down: set[str] = field(default_factory=set)
    requests: list[httpx2.Request] = field(default_factory=list)
    failure: Exception | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if request.url.host in self.down:
            raise httpx2.ConnectError("connection refused")
        if self.failure is not None:
            raise self.failure
        return httpx2.Response(200, stream=httpx2.ByteStream(b"heard"))

    async def aclose(self) -> None:
        pass


@dataclass
class Delivery:
    """As much of one as a request is made of."""

    url: str
    method: str = "POST"
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    patience: float = 5.0


def post(wire: Wire, names: Names, url: str, *listed: str, **columns: Any) -> Outcome:
    targets = Targets(names)
    targets.allow(listed)
    exchange = Exchange(targets, 100)
    exchange._transports = {"http": wire, "https": wire}  # type: ignore[dict-item]
    return asyncio.run(exchange.post(Delivery(url, **columns)))


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)])
def test_the_connection_goes_to_the_address_and_the_name_is_only_told(scheme: str, port: int) -> None:
    wire, names = Wire(), Names(receiver_example=[NEAR])
    outcome = post(wire, names, f"{scheme}://receiver.example/a%20b?c=%2F#part")
    (request,) = wire.requests

    assert (200, None, "heard", False) == (outcome.status, outcome.error, outcome.answer, outcome.refused)
    assert f"{scheme}://{NEAR}/a%20b?c=%2F" == str(request.url)
    assert ("receiver.example", "receiver.example") == (request.headers["host"], request.extensions["sni_hostname"])
    assert [f"receiver.example:{port}"] == names.asked


def test_an_address_of_ipv6_is_connected_to() -> None:
    wire = Wire()
    post(wire, Names(receiver=["fd12::1"]), "http://receiver:8080/")

    assert ["http://[fd12::1]:8080/"] == [str(request.url) for request in wire.requests]


def test_the_next_address_is_tried_when_nobody_listens_at_the_first() -> None:
    wire = Wire(down={"::1"})
    outcome = post(wire, Names(localhost=["::1", "127.0.0.1"]), "http://localhost:8080/")

    assert 200 == outcome.status
    assert ["::1", "127.0.0.1"] == [request.url.host for request in wire.requests]


def test_no_request_is_made_twice_where_somebody_listened() -> None:
    wire = Wire(failure=httpx2.ReadError("reset"))
    outcome = post(wire, Names(localhost=["::1", "127.0.0.1"]), "http://localhost:8080/")

    assert (None, "reset") == (outcome.status, outcome.error)
    assert 1 == len(wire.requests)


def test_nothing_is_sent_to_an_address_that_is_not_good() -> None:
    wire = Wire()
    outcome = post(wire, Names(shop_example=[PUBLIC]), "http://shop.example/")

    assert outcome.refused
    assert [] == wire.requests


@pytest.mark.parametrize("url", ["", "http://", "ftp://receiver/", "http://[::1", "http://\u2603.\u0000/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    wire = Wire()

    assert post(wire, Names(), url).refused
    assert [] == wire.requests


def test_a_name_that_means_nothing_is_a_failed_attempt_and_not_refused() -> None:
    names = Names(failure=OSError(-2, "Name or service not known"))
    outcome = post(Wire(), names, "http://receiver/")

    assert (False, "[Errno -2] Name or service not known") == (outcome.refused, outcome.error)


def test_a_name_that_takes_too_long_to_look_up_is_a_failed_attempt() -> None:
    outcome = post(Wire(), Names(seconds=20), "http://receiver/", patience=0.05)

    assert "no whole answer within 0.05 seconds" == outcome.error


def test_whatever_else_goes_wrong_is_a_failed_attempt_that_the_log_tells_of(caplog: pytest.LogCaptureFixture) -> None:
    outcome = post(Wire(failure=ZeroDivisionError("by zero")), Names(receiver=[NEAR]), "http://receiver/")

    assert (False, "by zero") == (outcome.refused, outcome.error)
    assert ["a webhook delivery to http://receiver/ failed"] == caplog.messages


@pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X": "\u2603"}])
def test_headers_that_cannot_be_sent_fail_or_are_sent_whole(headers: dict[str, str]) -> None:
    wire = Wire()
    post(wire, Names(receiver=[NEAR]), "http://receiver/", headers=headers)

    assert all("Y" not in request.headers for request in wire.requests)


def test_a_body_that_is_empty_is_none() -> None:
    wire = Wire()
    post(wire, Names(receiver=[NEAR]), "http://receiver/", method="GET", body="")
    (request,) = wire.requests

    assert b"" == request.content
    assert "transfer-encoding" not in request.headers


def test_a_server_reaches_the_public_hosts_that_its_setting_lists() -> None:
    settings = Settings(webhook_hosts="shop.example, other.example")  # type: ignore[arg-type] # as the environment says it
    courier = create_app(settings).runtime.courier
    wire = Wire()
    courier._targets._resolve = Names(shop_example=[PUBLIC], third_example=[PUBLIC])
    courier._exchange._transports = {"http": wire}  # type: ignore[dict-item]
    good, bad = (asyncio.run(courier._exchange.post(Delivery(f"http://{name}.example/"))) for name in ("shop", "third"))

    assert (200, False) == (good.status, good.refused)
    assert (None, True) == (bad.status, bad.refused)
    assert [PUBLIC] == [request.url.host for request in wire.requests]
