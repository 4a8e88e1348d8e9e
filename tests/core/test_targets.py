"""Where webhooks may go, by address, whatever a name says."""

import asyncio

import pytest

from mockserver.core.targets import TargetRefused, Targets, resolved

PUBLIC, NEAR, METADATA = "93.184.216.34", "192.168.1.20", "169.254.169.254"


class Names:
    """A resolver that knows some names, and tells how often it was asked; an address means itself."""

    def __init__(self, *, seconds: float = 0, failure: OSError | None = None, **known: list[str]) -> None:
        self.known = {name.replace("_", "."): addresses for name, addresses in known.items()}
        self.asked: list[str] = []
        self._seconds = seconds
        self._failure = failure

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(f"{host}:{port}")
        await asyncio.sleep(self._seconds)
        if self._failure is not None:
            raise self._failure
        return self.known.get(host, [host])


def addresses(host: str, *listed: str, scheme: str = "http", names: Names | None = None) -> list[str]:
    targets = Targets(names or Names())
    targets.allow(listed)
    return asyncio.run(targets.addresses(scheme, host, 8080))


def refusal(host: str, *listed: str, scheme: str = "http", names: Names | None = None) -> str:
    with pytest.raises(TargetRefused) as refused:
        addresses(host, *listed, scheme=scheme, names=names)
    return str(refused.value)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.9.9", "::1", "10.0.0.1", "172.16.5.4", "172.31.255.255", NEAR, "fd12::1", "::ffff:10.0.0.1"]
)
def test_loopback_and_private_addresses_are_good(host: str) -> None:
    assert [host] == addresses(host)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        (METADATA, "link-local"),
        ("169.254.170.2", "link-local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fd00:ec2::254", "that of a metadata service"),
        ("fd20:ce::254", "that of a metadata service"),
        ("100.100.100.200", "that of a metadata service"),
        ("168.63.129.16", "that of a metadata service"),
        ("192.0.0.192", "that of a metadata service"),
        ("0.0.0.0", "unspecified"),  # noqa: S104 - refused
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::ffff:169.254.169.254", "link-local"),
        ("64:ff9b::a9fe:a9fe", "link-local"),
    ],
)
def test_some_addresses_are_never_good_even_when_they_are_listed(host: str, kind: str) -> None:
    expected = f"{host} is {kind}: webhooks never go there"

    assert expected == refusal(host) == refusal(host, host)


@pytest.mark.parametrize("host", [PUBLIC, "2606:2800:220:1::1", "100.64.0.1", "172.32.0.1", "2002:a9fe:a9fe::1"])
def test_a_public_address_is_good_when_it_is_listed(host: str) -> None:
    said = refusal(host)

    assert f"{host} is a public address; MOCKSERVER_WEBHOOK_HOSTS can allow {host}" == said
    assert [host] == addresses(host, host)


def test_a_public_name_is_good_when_it_is_listed() -> None:
    names = Names(shop_example=[PUBLIC])

    assert refusal("shop.example", names=names).startswith(f"shop.example is at {PUBLIC}, which is a public address; ")
    assert refusal("shop.example", "other.example", "example", names=names)
    assert [PUBLIC] == addresses("shop.example", "Shop.Example.", names=names)
    assert [PUBLIC] == addresses("shop.example", PUBLIC, names=names)


def test_a_listed_name_is_judged_by_its_address_all_the_same() -> None:
    names = Names(shop_example=[METADATA])

    assert f"shop.example is at {METADATA}, which is link-local: webhooks never go there" == refusal(
        "shop.example", "shop.example", names=names
    )


def test_a_name_of_a_private_address_is_good() -> None:
    assert [NEAR] == addresses("receiver.internal.example", names=Names(receiver_internal_example=[NEAR]))


@pytest.mark.parametrize("address", [NEAR, "172.200.0.3"])
def test_the_name_of_a_container_is_good_wherever_it_is(address: str) -> None:
    assert [address] == addresses("receiver", names=Names(receiver=[address]))


def test_the_name_of_a_container_does_not_lead_to_metadata() -> None:
    assert "webhooks never go there" in refusal("receiver", names=Names(receiver=[METADATA]))


@pytest.mark.parametrize("spelling", ["1572395042", "0x5db8d822", "0135.0270.0330.042"])
def test_an_address_in_another_spelling_is_no_name_of_a_container(spelling: str) -> None:
    names = Names()
    names.known[spelling] = [PUBLIC]

    assert "is a public address" in refusal(spelling, names=names)


@pytest.mark.parametrize("spelling", ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376"])
def test_the_system_sees_through_other_spellings_of_metadata(spelling: str) -> None:
    targets = Targets(resolved)

    with pytest.raises(TargetRefused, match="link-local"):
        asyncio.run(targets.addresses("http", spelling, 80))


def test_of_several_addresses_the_good_ones_are_left_in_their_order() -> None:
    names = Names(mixed_example=[METADATA, "::1", PUBLIC, "127.0.0.1"])

    assert ["::1", "127.0.0.1"] == addresses("mixed.example", names=names)


def test_a_name_is_looked_up_once() -> None:
    names = Names(shop_example=[NEAR])
    addresses("shop.example", names=names)

    assert ["shop.example:8080"] == names.asked


@pytest.mark.parametrize("scheme", ["ftp", "file", "gopher", "ws", ""])
def test_only_http_is_spoken(scheme: str) -> None:
    assert "expected http or https" in refusal("127.0.0.1", scheme=scheme)


def test_an_address_needs_a_host() -> None:
    assert "the address names no host" == refusal("")


def test_a_name_without_an_address_is_refused() -> None:
    assert "nobody.example has no address" == refusal("nobody.example", names=Names(nobody_example=[]))


def test_localhost_is_this_machine() -> None:
    found = asyncio.run(Targets().addresses("http", "localhost", 80))

    assert {"127.0.0.1", "::1"} >= set(found) > set()
