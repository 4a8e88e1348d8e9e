"""Which calls an armed fault takes, in what order, and how it counts them."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.call import Call
from mockserver.core.errors import NoRoomForFault
from mockserver.core.faults import SHOWN_CALLS, Delay, Fault, Faults, Match, When
from mockserver.core.provider import Provider
from mockserver.core.runtime import Runtime
from mockserver.providers.emfluence import EMFLUENCE
from mockserver.providers.emma import EMMA
from mockserver.providers.ethermailer import ETHERMAILER
from tests.runtime import new_runtime

PAGE = "/user/contact/limit/5/offset/0"
ONCE = When(first=1)
probabilities = st.floats(0, 1)
counts = st.integers(1, 12)


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    made = new_runtime()
    yield made
    made.workspaces.close()


@pytest.fixture(scope="module")
def call(runtime: Runtime) -> Call:
    return a_call(runtime)


def a_call(runtime: Runtime, provider: Provider = ETHERMAILER, method: str = "GET", path: str = PAGE) -> Call:
    return Call(runtime, provider, {"method": method, "path": path, "query_string": b"", "headers": []})


def armed(*when: When, **match: Any) -> Faults:
    faults = Faults(most=10)
    for each in when:
        faults.arm(Match(**match), each, None, None)
    return faults


def taken(faults: Faults, call: Call, calls: int) -> list[int | None]:
    """The id of the fault that each of so many calls has."""
    chosen = [faults.choose(call) for _ in range(calls)]
    return [fault.id if fault is not None else None for fault in chosen]


def takes(when: When, call: Call, calls: int = 50) -> list[int]:
    """The numbers, from 1, of the calls that it takes."""
    return [number for number, fault in enumerate(taken(armed(when), call, calls), 1) if fault is not None]


def counters(faults: Faults) -> list[tuple[int, int]]:
    return [(fault.matched, fault.fired) for fault in faults]


# When


@given(first=counts, calls=counts)
def test_the_first_calls_are_taken_and_none_after_them(call: Call, first: int, calls: int) -> None:
    assert list(range(1, min(first, calls) + 1)) == takes(When(first=first), call, calls)


@given(nth=counts, calls=counts)
def test_the_nth_call_is_taken_and_no_other(call: Call, nth: int, calls: int) -> None:
    assert [nth] * (nth <= calls) == takes(When(nth=nth), call, calls)


@given(calls=counts)
def test_every_call_is_taken_when_nothing_else_is_said(call: Call, calls: int) -> None:
    assert list(range(1, calls + 1)) == takes(When(), call, calls)


@given(probability=probabilities, seed=st.integers(0, 99))
def test_the_same_seed_takes_the_same_calls_again(call: Call, probability: float, seed: int) -> None:
    when = When(probability=probability, seed=seed)

    assert takes(when, call) == takes(when, call)


@given(one=probabilities, other=probabilities, seed=st.integers(0, 99))
def test_a_larger_probability_takes_the_same_calls_and_more(call: Call, one: float, other: float, seed: int) -> None:
    fewer, more = (takes(When(probability=each, seed=seed), call) for each in sorted((one, other)))

    assert set(fewer) <= set(more)


def test_probability_0_takes_none_and_1_takes_all(call: Call) -> None:
    assert [] == takes(When(probability=0), call)
    assert list(range(1, 51)) == takes(When(probability=1), call)


def test_a_probability_is_kept_in_the_long_run(call: Call) -> None:
    assert 250 < len(takes(When(probability=0.3), call, 1000)) < 350


def test_another_seed_takes_other_calls(call: Call) -> None:
    assert takes(When(probability=0.5, seed=1), call) != takes(When(probability=0.5, seed=2), call)


def test_no_seed_is_seed_1(call: Call) -> None:
    assert takes(When(probability=0.5, seed=1), call) == takes(When(probability=0.5), call)


# Several faults


def test_faults_armed_one_after_the_other_happen_one_after_the_other(call: Call) -> None:
    assert [1, 1, 2, None] == taken(armed(When(first=2), ONCE), call, 4)


@given(first=st.lists(counts, max_size=5), calls=st.integers(0, 30))
def test_a_call_has_one_fault_at_most_and_a_later_one_counts_what_was_left(call: Call, first: list[int], calls: int) -> None:
    faults = armed(*(When(first=each) for each in first))
    chosen = taken(faults, call, calls)

    assert sorted(chosen, key=lambda fault: fault or 99) == chosen
    assert sum(fired for _, fired in counters(faults)) == calls - chosen.count(None)
    left = calls
    for (matched, fired), most in zip(counters(faults), first, strict=True):
        assert (left, min(most, left)) == (matched, fired)
        left -= fired


def test_a_fault_that_does_not_take_a_call_leaves_it_to_the_next(call: Call) -> None:
    faults = armed(When(nth=2), When())

    assert [2, 1, 2] == taken(faults, call, 3)
    assert [(3, 1), (2, 2)] == counters(faults)


def test_a_removed_fault_happens_no_more_and_its_id_is_not_given_again(call: Call) -> None:
    faults = armed(When(), When())
    faults.remove(1)
    again = faults.arm(Match(), When(), None, None)

    assert [2] == taken(faults, call, 1)
    assert 3 == again.id
    assert None is faults.find(1)


def test_there_is_room_for_so_many_faults_and_for_another_when_one_is_gone() -> None:
    faults = Faults(most=2)
    for _ in range(2):
        faults.arm(Match(), When(), None, None)
    with pytest.raises(NoRoomForFault, match="there are 2 faults armed already"):
        faults.arm(Match(), When(), None, None)
    faults.remove(1)
    faults.arm(Match(), When(), None, None)

    assert [2, 3] == [fault.id for fault in faults]


def test_only_the_newest_calls_of_a_fault_are_kept() -> None:
    fault = Fault(1, Match(), When(), None, None)
    fault.calls.extend(range(1000))

    assert list(range(1000 - SHOWN_CALLS, 1000)) == list(fault.calls)


# Match


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"provider": "ethermailer"},
        {"operation": "list_contacts"},
        {"method": "GET"},
        {"path": PAGE},
        {"path": "/user/contact/limit/*"},
        {"path": "*offset*"},
        {"provider": "ethermailer", "operation": "list_contacts", "method": "GET", "path": "*"},
    ],
)
def test_a_call_fits_what_is_said_of_it(call: Call, match: dict[str, str]) -> None:
    assert [1] == taken(armed(When(), **match), call, 1)


@pytest.mark.parametrize(
    "match",
    [
        {"provider": "emma"},
        {"operation": "get_contact"},
        {"method": "POST"},
        {"path": "/user/contact"},
        {"path": "/USER/*"},
        {"path": "/user/contact/limit/?/offset/?"},
        {"path": "/user/contact/limit/[0-9]/offset/0"},
        {"provider": "ethermailer", "operation": "list_contacts", "method": "POST"},
    ],
)
def test_a_call_that_one_thing_does_not_fit_is_neither_taken_nor_counted(call: Call, match: dict[str, str]) -> None:
    faults = armed(When(), **match)

    assert [None] == taken(faults, call, 1)
    assert [(0, 0)] == counters(faults)


@pytest.mark.parametrize(
    ("provider", "path", "pattern"),
    [
        (EMFLUENCE, "/V1/Contacts/SAVE", "/v1/contacts/save"),
        (EMFLUENCE, "/v1/contacts/save", "/v1/contacts/Sa*"),
        (EMMA, "//100//members/", "/100/members"),
        (EMMA, "/100/members", "/100/members/"),
    ],
)
def test_a_path_fits_in_every_spelling_that_the_provider_takes(
    runtime: Runtime, provider: Provider, path: str, pattern: str
) -> None:
    assert [1] == taken(armed(When(), path=pattern), a_call(runtime, provider, path=path), 1)


def test_a_call_of_no_operation_fits_by_its_path_and_by_no_operation(runtime: Runtime) -> None:
    nowhere = a_call(runtime, path="/user/nowhere")

    assert [1] == taken(armed(When(), path="/user/*"), nowhere, 1)
    assert [None] == taken(armed(When(), operation="get_user"), nowhere, 1)


# Delay


def test_a_fixed_delay_is_always_as_long() -> None:
    assert 0.5 == Delay(seconds=0.5).draw(None)  # type: ignore[arg-type] # nothing is drawn


@given(bounds=st.tuples(st.floats(0, 3600), st.floats(0, 3600)).map(sorted), seed=st.integers(0, 99))
def test_a_spread_delay_is_between_its_bounds_and_the_same_again(bounds: list[float], seed: int) -> None:
    delay = Delay(min=bounds[0], max=bounds[1], seed=seed)
    one, other = ([delay.draw(chance) for _ in range(5)] for chance in seeded(delay))

    assert all(bounds[0] <= each <= bounds[1] for each in one)
    assert one == other


def seeded(delay: Delay) -> list[Any]:
    """The generators of two faults with this delay."""
    return [Fault(1, Match(), When(), delay, None)._spread for _ in range(2)]


def test_delays_differ_from_call_to_call() -> None:
    delay = Delay(min=0, max=1)
    (chance, _) = seeded(delay)

    assert 20 == len({delay.draw(chance) for _ in range(20)})
