"""Laws of contacts/search: SQL finds whom plain Python finds, and pages show everybody once, in order."""

import fnmatch
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.context import Context
from mockserver.core.statements import Statement
from mockserver.core.workspace import Workspace
from mockserver.providers.emfluence.actions import contact_rows, contact_search
from mockserver.providers.emfluence.schemas.contact_search import ContactCriteria
from mockserver.providers.emfluence.tables import Contact
from mockserver.providers.emfluence.wire import email_key
from mockserver.settings import Settings
from tests.providers.emfluence.client import Emfluence
from tests.workspace import Workspace as Driven

NOW = datetime(2030, 6, 15, 12, tzinfo=UTC)
TEXTS = {"last_name": "lastName", "company": "company", "state": "state", "zip_code": "zipCode", "purl": "purl"}

Person = dict[str, Any]
Criterion = tuple[dict[str, Any], Callable[[Person], bool]]
"""Parameters, and what they mean."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A world with an account and nobody in it."""
    folder = tmp_path_factory.mktemp("laws")
    (folder / "emfluence.toml").write_text('[account]\nname = "x"\n', "utf-8")
    app = create_app(Settings(fixtures=[str(folder)]))
    yield app.runtime.workspaces.default
    app.runtime.workspaces.close()


# People

words = st.text("aAbBéÉß1-*[]?_%", max_size=4)
moments = st.none() | st.integers(-5, 5).map(lambda seconds: NOW + timedelta(seconds=seconds, microseconds=seconds * 1000))
people = st.lists(
    st.fixed_dictionaries(
        {
            "email": words.map(lambda word: f"{word}@example.com"),
            **dict.fromkeys(TEXTS, words),
            "suppressed": st.booleans(),
            "held": st.booleans(),
            "date_of_birth": st.just("") | st.dates(date(1900, 1, 1), NOW.date()).map(str),
            "date_modified": moments,
            "last_activity": moments,
            "last_click": moments,
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda person: email_key(person["email"]),
)


# Criteria


def fits(pattern: str) -> Callable[[str], bool]:
    """`*` is anything, and nothing else is special. The others are hidden from fnmatch in brackets."""
    hidden = re.sub(r"[\[?]", lambda found: f"[{found[0]}]", pattern)
    return lambda text: re.compile(fnmatch.translate(hidden), re.IGNORECASE).fullmatch(text) is not None


def text(name: str) -> st.SearchStrategy[Criterion]:
    return words.map(lambda pattern: ({TEXTS[name]: pattern}, lambda person: not pattern or fits(pattern)(person[name])))


def email(pattern: str) -> Criterion:
    return {"email": pattern}, lambda person: fits(email_key(pattern))(email_key(person["email"]))


def flag(name: str) -> st.SearchStrategy[Criterion]:
    return st.booleans().map(lambda value: ({name: int(value)}, lambda person: person[name] is value))


def born(name: str, place: int, values: st.SearchStrategy[int]) -> st.SearchStrategy[Criterion]:
    return values.map(
        lambda value: (
            {name: value},
            lambda person: person["date_of_birth"] != "" and int(person["date_of_birth"].split("-")[place]) == value,
        )
    )


ends = st.none() | st.integers(-5, 5).map(lambda seconds: NOW + timedelta(seconds=seconds))


def happened(column: str, start: datetime | None, end: datetime | None) -> Callable[[Person], bool]:
    def holds(person: Person) -> bool:
        moment = person[column] and person[column].replace(microsecond=0)
        return moment is not None and (start is None or start <= moment) and (end is None or moment <= end)

    return holds


@st.composite
def ranges(draw: st.DrawFn) -> Criterion:
    column, name, kind = draw(
        st.sampled_from(
            [
                ("date_modified", "dateModified", ""),
                ("last_activity", "lastActivityDate", "lastActivityType"),
                ("last_click", "lastClickDate", "lastClickType"),
            ]
        )
    )
    start, end = draw(ends), draw(ends)
    asked = {f"{name}Start": start and f"{start:%Y-%m-%d %H:%M:%S}", f"{name}End": end and f"{end:%Y-%m-%d %H:%M:%S}"}
    within = happened(column, start, end)
    if start is None and end is None:
        return asked, lambda _: True
    if kind and draw(st.booleans()):
        return {**asked, kind: "inactive"}, lambda person: not within(person)
    return asked, within


criteria = st.one_of(
    *map(text, TEXTS),
    words.map(lambda word: email(f"{word}@example.com")),
    words.filter(lambda word: "*" in word).map(email),
    flag("suppressed"),
    flag("held"),
    born("dobMonth", 1, st.integers(1, 12)),
    born("dobDay", 2, st.integers(1, 31)),
    born("dobYear", 0, st.integers(1900, 2030)),
    ranges(),
)


class _ForgottenError(Exception):
    """Rolls the transaction back."""


def found(world: Workspace, present: list[Person], *asked: dict[str, Any]) -> list[list[int]]:
    """Whom each of the criteria finds among some people, by their places. The world forgets them again."""
    provider = world.runtime.providers["emfluence"]
    results: list[list[int]] = []
    with suppress(_ForgottenError), world.transaction(provider, now=NOW) as context:
        contact_rows.insert_all(context, [row(context, place, person) for place, person in enumerate(present, 1)])
        for each in asked:
            fitting = contact_search.condition(context, ContactCriteria.model_validate(each))
            statement = Statement(select(Contact.c.id).where(fitting).order_by(Contact.c.id))
            results.append([place for (place,) in context.tuples(statement)])
        raise _ForgottenError
    return results


def row(context: Context[Any], place: int, person: Person) -> dict[str, Any]:
    return {
        **person,
        "id": place,
        "user_id": 1,
        "email_key": email_key(person["email"]),
        "date_added": context.now,
    }


# The laws


@pytest.mark.rule(
    "emf.search_contacts.wildcards",
    "emf.search_contacts.all_of",
    "emf.search_contacts.birth",
    "emf.search_contacts.ranges",
    "emf.search_contacts.inactive",
)
@settings(deadline=None, max_examples=120)
@given(present=people, asked=st.lists(criteria, min_size=1, max_size=8))
def test_sql_finds_whom_python_finds(world: Workspace, present: list[Person], asked: list[Criterion]) -> None:
    expected = [[place for place, person in enumerate(present, 1) if holds(person)] for _, holds in asked]

    assert expected == found(world, present, *(each for each, _ in asked))


@pytest.mark.rule("emf.search_contacts.all_of")
@settings(deadline=None, max_examples=60)
@given(present=people, first=criteria, second=criteria)
def test_criteria_together_find_whom_each_finds(
    world: Workspace, present: list[Person], first: Criterion, second: Criterion
) -> None:
    (one, _), (other, _) = first, second
    mixed = {**one, **other}
    if len(mixed) < len(one) + len(other):
        return

    these, those, both, everybody = found(world, present, one, other, mixed, {})

    assert [place for place in these if place in those] == both
    assert list(range(1, len(present) + 1)) == everybody


# Pages


_numbers = count(1)


@pytest.fixture(scope="module")
def museum(server: TestClient) -> Iterator[Emfluence]:
    """The standard contacts, some of them modified, in a workspace that nobody changes."""
    driven = Driven(server, f"pages{next(_numbers)}")
    driven.control("POST", "workspaces", json={"name": driven.name})
    emfluence = Emfluence(driven)
    for contact in (1003, 1001, 1008):
        emfluence.ok("contacts/save", contactID=contact)
    yield emfluence
    driven.control("DELETE", f"workspaces/{driven.name}")


@pytest.mark.rule("emf.search_contacts", "emf.search_contacts.sort")
@settings(deadline=None, max_examples=40)
@given(
    rpp=st.integers(1, 25),
    field=st.sampled_from(["contactID", "email", "dateModified", "contactScore"]),
    direction=st.sampled_from(["asc", "desc"]),
    asked=st.sampled_from([{}, {"email": "*example.org"}, {"groupID": 201}, {"groupID": 207, "suppressed": 0}]),
)
def test_pages_show_everybody_once_and_in_order(
    museum: Emfluence, rpp: int, field: str, direction: str, asked: dict[str, Any]
) -> None:
    order = {"sortField": field, "sortDirection": direction, "fields": ["email", "dateModified", "contactScore"]}
    everybody = museum.records("contacts/search", rpp=250, **order, **asked)

    shown, page, following = [], 1, "first"
    while following:
        data = museum.ok("contacts/search", rpp=rpp, page=page, **order, **asked)
        shown += data["records"]
        assert (page, rpp, len(everybody)) == tuple(data["paging"][name] for name in ("page", "rpp", "totalRecords"))
        assert -(-len(everybody) // rpp) == data["paging"]["totalPages"]
        assert (page > 1) == bool(data["paging"]["prev"])
        page, following = page + 1, data["paging"]["next"]

    assert everybody == shown
    values = [record[field] for record in shown]
    assert sorted(values, reverse=direction == "desc") == values
    assert len(shown) == len({record["contactID"] for record in shown})
