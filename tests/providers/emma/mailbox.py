"""Mailings as people write them, and the messages that come of them."""

from typing import Any

from tests.providers.emma.client import Emma
from tests.workspace import Response

NOON = "2030-01-01T12:00:00Z"
STAMP = "@D:2030-01-01T06:00:00"
"""Noon in Greenwich, as it travels from Chicago."""

EMMA, GLADYS, TONY, GREG, NADIA, LUIS, HARRIET, FRIEND = range(200, 208)
"""The members of the standard fixtures."""
NEWSLETTER, BUYERS, EVENTS = 150, 151, 152
"""Groups: Emma and Gladys; Emma and Tony; Emma, Tony, Nadia and Luis."""
LINKS = [{"name": "Shop", "target": "https://shop.example"}, {"name": "Map", "target": "https://map.example"}]


def compose(emma: Emma, **written: Any) -> int:
    """Write a mailing and return its id."""
    return int(emma.backstage("compose", {"subject": "News", **written})["mailing_id"])


def compose_test(emma: Emma, *subjects: str, **written: Any) -> list[int]:
    """Write a split test; returns its id and those of its variations."""
    first, *others = subjects
    made = emma.backstage(
        "compose", {"type": "s", "subject": first, "variations": [{"subject": each} for each in others], **written}
    )
    return [made["mailing_id"], *made["variations"]]


def send(emma: Emma, mailing: int) -> None:
    emma.backstage("send", {"mailing_id": mailing})


def sent(emma: Emma, **written: Any) -> int:
    """Write a mailing and let it go out."""
    mailing = compose(emma, **written)
    send(emma, mailing)
    return mailing


def listed(emma: Emma, mailing: int) -> dict[str, Any]:
    """A mailing as the list shows it."""
    rows: list[dict[str, Any]] = emma.ask("GET", "/mailings", mailing_types="m,t,r,s,c", include_archived="true")
    return next(row for row in rows if row["mailing_id"] == mailing)


def status(emma: Emma, mailing: int) -> str:
    return str(listed(emma, mailing)["mailing_status"])


def outbox(emma: Emma, kind: str = "mailing") -> dict[str, dict[str, Any]]:
    """The newest message to each address."""
    return {each["recipient"]: each for each in reversed(emma.workspace.messages()) if each["kind"] == kind}


def readers(emma: Emma, mailing: int) -> set[str]:
    """Who got a mailing, by address."""
    return {to for to, message in outbox(emma).items() if message["details"]["mailing_id"] == mailing}


def history(emma: Emma, member: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emma.ask("GET", f"/members/{member}/mailings")
    return found


def delivery(emma: Emma, member: int, mailing: int) -> dict[str, Any]:
    """A mailing in the history of a member."""
    return next(row for row in history(emma, member) if row["mailing_id"] == mailing)


def declined(emma: Emma, verb: str, json: Any) -> tuple[int, str]:
    """Ask for something that cannot be done: the status, and why not."""
    parameters = {"workspace": emma.workspace.name}
    response: Response = emma.workspace.server.request("POST", f"/_mock/emma/{verb}", params=parameters, json=json)
    return response.status_code, str(response.json()["error"])


def crowd(emma: Emma, count: int, group: int = NEWSLETTER) -> list[int]:
    """So many new members in a group; returns their ids."""
    return [emma.add(f"reader.{number}@example.com", group_ids=[group]) for number in range(count)]
