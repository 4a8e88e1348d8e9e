"""The pages of a workspace in which much has happened: 10,000 calls, 100,000 members, a mailing to all of them."""

from collections.abc import Iterator
from statistics import median

from tests.performance.client import Client, emma
from tests.performance.figures import Figure, Unmeasured
from tests.performance.large import send_to_many
from tests.performance.processes import MOCKSERVER, running

_WORKSPACE = "pages"
_JOURNAL = 10_000
_LOOKS = 7
_TARGET_MS = 200
_PAGES = {
    "overview": "",
    "calls": "/calls",
    "calls with a text": "/calls?text=gladys",
    "a call": "/calls/{call}",
    "mail": "/mail",
    "a message": "/mail/1",
    "members": "/state/emma/emma_member",
    "members with a text": "/state/emma/emma_member?q=nobody-has-this",
    "a member": "/state/emma/emma_member/200",
    "faults": "/faults",
    "manners": "/manners",
    "coverage": "/coverage",
    "never touched": "/coverage?show=untouched",
    "rulebook": "/rulebook",
}


def pages() -> Iterator[Figure]:
    """How long the server takes for each page."""
    with running(MOCKSERVER, MOCKSERVER_LIMITS__JOURNAL_CALLS=str(_JOURNAL)) as server:
        client = Client(server.url, emma(f"ws-{_WORKSPACE}"))
        send_to_many(client)
        for number in range(_JOURNAL):
            client.get(f"/100/members/{200 + number % 3}")
        calls = client.get(f"/_mock/journal?workspace={_WORKSPACE}&limit={_JOURNAL}")
        if len(calls) != _JOURNAL:
            raise Unmeasured(f"the journal holds {len(calls):,} calls")
        for name, path in _PAGES.items():
            address = f"/_mock/ui/{_WORKSPACE}{path}".format(call=calls[_JOURNAL // 2]["id"])
            seconds = [client.time("GET", address) for _ in range(_LOOKS)]
            measured = f"median of {_LOOKS}, longest {max(seconds) * 1000:.0f} ms"
            yield Figure(f"page: {name}", measured, median(seconds) * 1000, "ms", "at most", _TARGET_MS)
