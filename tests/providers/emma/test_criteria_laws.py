"""Criteria against an oracle: what SQL finds is what plain Python finds, over invented members and criteria."""

import fnmatch
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from mockserver.app import create_app
from mockserver.core.context import Context
from mockserver.core.statements import Statement
from mockserver.core.workspace import Workspace
from mockserver.providers.emma.actions import criteria as language
from mockserver.providers.emma.tables import Click, Delivery, Member, Membership
from mockserver.settings import Settings

NOW = datetime(2030, 6, 15, 12, 0, tzinfo=UTC)
WALL = NOW.astimezone(ZoneInfo("America/Chicago")).replace(tzinfo=None)
"""What the clocks of the account show at that moment."""

FIELDS = {"name": "text", "tags": "text[]", "orders": "numeric", "loyal": "boolean", "born": "date"}
GROUPS = ["Bakers", "bakers", "Millers"]
FIXTURE = "\n".join(
    [
        *(
            f'[[fields]]\nshortcut_name = "{name}"\ndisplay_name = "x"\nfield_type = "{kind}"'
            for name, kind in FIELDS.items()
        ),
        *(f'[[groups]]\nname = "{name}"' for name in GROUPS),
    ]
)

Person = dict[str, Any]
Filter = tuple[list[Any], Callable[[Person], bool]]
"""Criteria, and what they mean."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A world with fields and groups and without members."""
    folder = tmp_path_factory.mktemp("laws")
    (folder / "emma.toml").write_text(FIXTURE, "utf-8")
    app = create_app(Settings(fixtures=[str(folder)]))
    yield app.runtime.workspaces.default
    app.runtime.workspaces.close()


# People

words = st.text("aAbBéÉ1-*[", max_size=4)
moments = st.one_of(
    st.integers(-40_000_000, 40_000_000).map(lambda seconds: WALL + timedelta(seconds=seconds)),
    st.integers(-3, 3).map(lambda days: WALL - timedelta(days=days)),
    st.integers(-2, 2).map(lambda seconds: WALL - timedelta(weeks=1, seconds=seconds)),
)
numbers = st.one_of(st.integers(-2, 4), st.sampled_from([0.5, 1.0, -1.5]))
people = st.lists(
    st.fixed_dictionaries(
        {
            "email": words.map(lambda word: f"{word}@example.com".casefold()),
            "status": st.sampled_from("aeof"),
            "since": moments,
            "groups": st.sets(st.sampled_from(GROUPS)),
            "opened": st.dictionaries(st.integers(1, 2), st.none() | moments, max_size=2),
            "clicked": st.lists(st.tuples(st.integers(1, 2), moments), max_size=2),
        },
        optional={
            "name": words,
            "tags": st.lists(words, max_size=3),
            "orders": numbers,
            "loyal": st.booleans(),
            "born": moments,
        },
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda person: person["email"],
)


# Values of a term, and tests of values: criteria without their term

TERMS: dict[str, Callable[[Person], list[Any]]] = {
    **{f"member_field:{name}": lambda person, name=name: [person[name]] if name in person else [] for name in FIELDS},
    "member_field:tags": lambda person: person.get("tags", []),
    "member_field:unknown": lambda _: [],
    "email": lambda person: [person["email"]],
    "member_since": lambda person: [person["since"]],
    "member_status_id": lambda person: [person["status"]],
    "group": lambda person: list(person["groups"]),
    "opened": lambda person: [moment for moment in person["opened"].values() if moment is not None],
    "clicked": lambda person: [moment for _, moment in person["clicked"]],
}


def written(value: Any) -> Any:
    """A value as an argument: moments in one of their forms."""
    return value.isoformat() if isinstance(value, date) else value


def same(value: Any, argument: Any) -> bool:
    return value.date() == argument if type(argument) is date else bool(value == argument)


def less(value: Any, argument: Any) -> bool:
    return value.date() < argument if type(argument) is date else bool(value < argument)


def comparisons(arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Filter]:
    return st.one_of(
        st.tuples(st.sampled_from(["eq", "=", "any", "in"]), arguments).map(
            lambda drawn: ([drawn[0], written(drawn[1])], lambda value: same(value, drawn[1]))
        ),
        st.lists(arguments, min_size=1, max_size=3).map(
            lambda drawn: (["in", *map(written, drawn)], lambda value: any(same(value, each) for each in drawn))
        ),
    )


def orders(arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Filter]:
    return st.one_of(
        st.tuples(st.sampled_from(["lt", "<"]), arguments).map(
            lambda drawn: ([drawn[0], written(drawn[1])], lambda value: less(value, drawn[1]))
        ),
        st.tuples(st.sampled_from(["gt", ">"]), arguments).map(
            lambda drawn: (
                [drawn[0], written(drawn[1])],
                lambda value: not less(value, drawn[1]) and not same(value, drawn[1]),
            )
        ),
        st.tuples(arguments, arguments).map(
            lambda drawn: (
                ["between", written(drawn[0]), written(drawn[1])],
                lambda value: not less(value, drawn[0]) and (less(value, drawn[1]) or same(value, drawn[1])),
            )
        ),
    )


def fits(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.compile(fnmatch.translate(pattern), re.IGNORECASE).fullmatch(value) is not None


patterns = st.lists(st.sampled_from(["*", "?", "a", "B", "é", "1", "-", "[ab]", "[!a]", "[1-9É]", "@"]), max_size=5).map(
    "".join
)
globs = patterns.map(lambda pattern: (["contains", pattern], fits(pattern)))
intervals = st.dictionaries(st.sampled_from(["week", "day", "hour", "second"]), st.integers(0, 9), min_size=1, max_size=2)
last = intervals.map(
    lambda drawn: (["in last", drawn], lambda value: WALL - timedelta(**in_plural(drawn)) <= value <= WALL),
)
following = intervals.map(
    lambda drawn: (
        ["in next", {unit: str(number) for unit, number in drawn.items()}],
        lambda value: WALL <= value <= WALL + timedelta(**in_plural(drawn)),
    )
)


def in_plural(interval: dict[str, int]) -> dict[str, int]:
    return {f"{unit}s": number for unit, number in interval.items()}


PARTS: dict[str, Callable[[datetime], int]] = {
    **{name: lambda value, name=name: getattr(value, name) for name in ("year", "month", "day", "hour", "minute", "second")},
    "week": lambda value: value.isocalendar().week,
    "dow": lambda value: value.isoweekday() % 7,
}
dates = st.tuples(moments, st.sets(st.sampled_from(list(PARTS)), min_size=1, max_size=3)).map(
    lambda drawn: (
        ["datematch", {name: PARTS[name](drawn[0]) for name in drawn[1]}],
        lambda value: all(PARTS[name](value) == PARTS[name](drawn[0]) for name in drawn[1]),
    )
)

texts = st.one_of(comparisons(words), orders(words), globs)
times = st.one_of(comparisons(moments | moments.map(datetime.date)), orders(moments | moments.map(datetime.date)))
times |= st.one_of(last, following, dates)
tests = {
    "member_field:name": texts,
    "member_field:tags": texts,
    "member_field:orders": comparisons(numbers) | orders(numbers),
    "member_field:loyal": comparisons(st.booleans()),
    "member_field:born": times,
    "member_field:unknown": texts | times,
    "email": comparisons(words.map(lambda word: f"{word}@example.com".casefold())) | globs,
    "member_since": times,
    "member_status_id": comparisons(st.sampled_from("aeof")),
    "group": comparisons(st.sampled_from([*GROUPS, "Nobody"])) | globs,
    "opened": times,
    "clicked": times,
}


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    term = draw(st.sampled_from(list(tests)))
    if draw(st.integers(0, 9)) == 0:
        return [term], lambda person: TERMS[term](person) != []
    parts, passes = draw(tests[term])
    if term in {"opened", "clicked"} and draw(st.booleans()):
        record = draw(st.integers(1, 2))
        return [term, record, *parts], lambda person: any(map(passes, of_record(person, term, record)))
    return [term, *parts], lambda person: any(map(passes, TERMS[term](person)))


def of_record(person: Person, term: str, record: int) -> list[datetime]:
    happened = person["opened"].items() if term == "opened" else person["clicked"]
    return [moment for id_, moment in happened if id_ == record and moment is not None]


def predicates(operands: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(operands, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda each: (["and", *(c for c, _ in each)], lambda person: all(holds(person) for _, holds in each))),
        several.map(lambda each: (["or", *(c for c, _ in each)], lambda person: any(holds(person) for _, holds in each))),
        operands.map(lambda one: (["not", one[0]], lambda person: not one[1](person))),
    )


criteria = st.recursive(filters(), predicates, max_leaves=5)


# The laws


def found(world: Workspace, present: list[Person], *asked: list[Any]) -> list[list[int]]:
    """Whom each of the criteria finds among some people, by their places. The world forgets them again."""
    provider = world.runtime.providers["emma"]
    results: list[list[int]] = []
    with suppress(_ForgottenError), world.transaction(provider, now=NOW) as context:
        for place, person in enumerate(present, 1):
            add(context, place, person)
        for each in asked:
            statement = Statement(select(Member.c.id).where(language.condition(context, each)).order_by(Member.c.id))
            results.append([place for (place,) in context.tuples(statement)])
        raise _ForgottenError
    return results


class _ForgottenError(Exception):
    """Rolls the transaction back."""


def add(context: Context[Any], place: int, person: Person) -> None:
    fields = {name: person[name] for name in FIELDS if name in person}
    if "born" in fields:
        fields["born"] = stamp(fields["born"])
    row = {"id": place, "email": person["email"], "email_key": person["email"], "status": person["status"]}
    context.execute(insert(Member), {**row, "member_since": stamp(person["since"]), "fields": fields})
    for name in person["groups"]:
        context.execute(insert(Membership), {"member_id": place, "group_id": 1024 + GROUPS.index(name)})
    for mailing, moment in person["opened"].items():
        row = {"member_id": place, "mailing_id": mailing, "place": place, "opened": moment and stamp(moment)}
        context.execute(insert(Delivery), row)
    for link, moment in person["clicked"]:
        row = {"member_id": place, "mailing_id": 1, "link_id": link, "timestamp": stamp(moment)}
        context.execute(insert(Click), row)


def stamp(moment: datetime) -> str:
    return f"@D:{moment.isoformat()}"


@pytest.mark.rule("emma.criteria.predicates", "emma.criteria.not", "emma.criteria.fields", "emma.criteria.between")
@settings(deadline=None, max_examples=300)
@given(present=people, asked=st.lists(criteria, min_size=1, max_size=5))
def test_sql_finds_whom_python_finds(world: Workspace, present: list[Person], asked: list[Filter]) -> None:
    expected = [[place for place, person in enumerate(present, 1) if holds(person)] for _, holds in asked]

    assert expected == found(world, present, *(each for each, _ in asked))


@settings(deadline=None, max_examples=60)
@given(present=people, first=criteria, second=criteria)
def test_the_laws_of_de_morgan_hold(world: Workspace, present: list[Person], first: Filter, second: Filter) -> None:
    (one, _), (other, _) = first, second

    either, neither, both, not_both = found(
        world,
        present,
        ["not", ["or", one, other]],
        ["and", ["not", one], ["not", other]],
        ["not", ["and", one, other]],
        ["or", ["not", one], ["not", other]],
    )

    assert either == neither
    assert both == not_both


@settings(deadline=None, max_examples=60)
@given(present=people, asked=criteria)
def test_everybody_is_found_by_criteria_or_by_their_opposite(world: Workspace, present: list[Person], asked: Filter) -> None:
    those, others, again = found(world, present, asked[0], ["not", asked[0]], ["not", ["not", asked[0]]])

    assert list(range(1, len(present) + 1)) == sorted(those + others)
    assert those == again
