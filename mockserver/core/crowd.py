"""Invented people for large fixtures."""

import random  # noqa: TID251 - seeded by the fixture
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mockserver.core.fixtures import Generate

_NAMES = 400
"""Faker draws this many first and last names; a crowd combines them, because drawing each would take minutes a million."""
_STEP = 1000
"""So many people are told of at a time."""


@dataclass(frozen=True, slots=True)
class Person:
    number: int
    first_name: str
    last_name: str
    email: str
    """Unique within the crowd, at a domain reserved for examples."""
    chance: float
    """A number of this person's own from 0 to 1, to decide things by."""


def crowd(generate: Generate) -> Iterator[Person]:
    """The people asked for, one after the other; the same request gives the same people."""
    from faker import Faker  # noqa: PLC0415 - half of a second of start-up that most servers never need

    faker = Faker(generate.locale)
    faker.seed_instance(generate.seed)
    first = [faker.first_name() for _ in range(_NAMES)]
    last = [faker.last_name() for _ in range(_NAMES)]
    draw = random.Random(generate.seed)  # noqa: S311 - seeded, and no secret
    numbers = range(1, generate.people + 1)
    for number in numbers if generate.told is None else _counted(numbers, generate.told):
        first_name, last_name = draw.choice(first), draw.choice(last)
        yield Person(number, first_name, last_name, f"{_mailbox(first_name, last_name)}{number}@example.com", draw.random())


def _counted(numbers: range, told: Callable[[int, int], None]) -> Iterator[int]:
    """The numbers; whoever wants to know is told when the people before one of them are there."""
    for number in numbers:
        if number % _STEP == 1:
            told(number - 1, len(numbers))
        yield number
    told(len(numbers), len(numbers))


def _mailbox(*names: str) -> str:
    """What a mail system makes of a name; a name in another script leaves nothing, and the number will do."""
    return "".join(f"{part}." for part in (re.sub("[^a-z]", "", name.lower()) for name in names) if part)
