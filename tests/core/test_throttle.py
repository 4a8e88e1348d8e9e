"""The sliding window and the pace alone, on times that a test makes up."""

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists

from mockserver.core import throttle
from mockserver.core.throttle import Pace, SlidingWindow, Verdict

NOON = 1_893_499_200.0
"""A moment of 2030. Near it floats are a fraction of a microsecond apart, so that sums with a second lose nothing."""


def judged(window: SlidingWindow, *times: float, limit: int = 3, key: str = "a") -> list[bool]:
    return [window.admit(key, limit=limit, seconds=1.0, now=NOON + time).admitted for time in times]


def test_a_verdict_tells_how_many_more_may_pass() -> None:
    window = SlidingWindow()

    verdicts = [window.admit("a", limit=3, seconds=1.0, now=NOON) for _ in range(4)]

    assert [(True, 2), (True, 1), (True, 0), (False, 0)] == [(each.admitted, each.remaining) for each in verdicts]


def test_a_verdict_tells_when_the_oldest_call_will_be_out_of_the_window() -> None:
    window = SlidingWindow()
    judged(window, 0, 0.25, 0.5)

    assert Verdict(False, 0, 0.25) == window.admit("a", limit=3, seconds=1.0, now=NOON + 0.75)


def test_a_call_leaves_the_window_exactly_when_its_seconds_have_passed() -> None:
    assert [True, False, False, True] == judged(SlidingWindow(), 0, 0.5, 1 - 2**-20, 1, limit=1)


def test_a_refused_call_uses_nothing_up() -> None:
    assert [True, False, False, False, True] == judged(SlidingWindow(), 0, 0.25, 0.5, 0.75, 1, limit=1)


def test_keys_do_not_know_of_each_other() -> None:
    window = SlidingWindow()

    assert [True, False] == judged(window, 0, 0, limit=1, key="a")
    assert [True, False] == judged(window, 0, 0, limit=1, key="b")


def test_windows_may_be_of_any_length() -> None:
    window = SlidingWindow()

    times = [0.0, 59.0, 60.0]

    assert [True, False, True] == [window.admit("a", limit=1, seconds=60.0, now=NOON + each).admitted for each in times]


def test_a_clock_that_was_set_back_starts_a_new_window() -> None:
    assert [True, True, True, False, True, True, True, False] == judged(SlidingWindow(), 0, 0, 0, 0, -9, -9, -9, -9)


def test_a_lower_limit_holds_for_the_calls_that_a_higher_one_let_in() -> None:
    window = SlidingWindow()
    judged(window, 0, 0.25, 0.5, limit=3)

    verdict = window.admit("a", limit=1, seconds=1.0, now=NOON + 0.5)

    assert Verdict(False, 0, 1.0) == verdict
    assert window.admit("a", limit=1, seconds=1.0, now=NOON + 1.5).admitted


def test_a_higher_limit_holds_at_once() -> None:
    window = SlidingWindow()

    assert [True, False] == judged(window, 0, 0, limit=1)
    assert [True, True, False] == judged(window, 0, 0, 0, limit=3)


def test_the_keys_used_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_KEYS", 2)
    window = SlidingWindow()
    for key in ("first", "second", "first", "third"):
        judged(window, 0, key=key)

    assert [False] == judged(window, 0, key="first", limit=2)
    assert [True] == judged(window, 0, key="second", limit=1)


def test_a_client_with_ever_new_keys_leaves_a_bounded_number_of_them_under_a_frozen_clock() -> None:
    window = SlidingWindow()

    for number in range(throttle.MOST_KEYS + 1000):
        judged(window, 0, key=str(number))

    assert throttle.MOST_KEYS == len(window)


steps = lists(integers(min_value=0, max_value=1500), max_size=60).map(lambda gaps: [gap / 1024 for gap in gaps])
"""Gaps between calls of up to one and a half seconds, many of them none at all."""


@given(gaps=steps, limit=integers(min_value=1, max_value=5))
def test_no_window_ever_holds_more_calls_than_the_limit(gaps: list[float], limit: int) -> None:
    window, now = SlidingWindow(), NOON
    admitted: list[float] = []

    for gap in gaps:
        now += gap
        if window.admit("a", limit=limit, seconds=1.0, now=now).admitted:
            admitted.append(now)

    assert all(later - earlier >= 1 for earlier, later in zip(admitted, admitted[limit:], strict=False))


@given(gaps=steps, limit=integers(min_value=1, max_value=5))
def test_a_call_is_refused_only_when_the_window_before_it_is_full(gaps: list[float], limit: int) -> None:
    window, now = SlidingWindow(), NOON
    admitted: list[float] = []

    for gap in gaps:
        now += gap
        recent = [each for each in admitted if each > now - 1]
        verdict = window.admit("a", limit=limit, seconds=1.0, now=now)
        assert (len(recent) < limit) == verdict.admitted
        admitted += [now] * verdict.admitted


@given(gaps=steps, limit=integers(min_value=1, max_value=5))
def test_whoever_waits_retry_after_is_let_in_and_nobody_sooner(gaps: list[float], limit: int) -> None:
    window, now = SlidingWindow(), NOON

    for gap in gaps:
        now += gap
        verdict = window.admit("a", limit=limit, seconds=1.0, now=now)
        if not verdict.admitted:
            just_before = now + verdict.retry_after - 2**-20
            assert not window.admit("a", limit=limit, seconds=1.0, now=max(now, just_before)).admitted
            now += verdict.retry_after
            assert window.admit("a", limit=limit, seconds=1.0, now=now).admitted


@given(gaps=lists(integers(min_value=-3000, max_value=3000), max_size=60), limit=integers(min_value=1, max_value=5))
def test_no_wait_is_ever_longer_than_the_window_even_when_the_clock_jumps(gaps: list[int], limit: int) -> None:
    window, now = SlidingWindow(), NOON

    for gap in gaps:
        now += gap / 1024
        verdict = window.admit("a", limit=limit, seconds=1.0, now=now)

        assert verdict.admitted == (verdict.retry_after == 0)
        assert 0 <= verdict.retry_after <= 1


# Pace


def waits(pace: Pace, *times: float, limit: int = 3) -> list[float]:
    return [pace.wait(limit=limit, seconds=1.0, now=NOON + time) for time in times]


def test_as_many_as_the_limit_go_at_once_and_the_next_ones_a_second_later() -> None:
    assert [0, 0, 0, 1, 1, 1, 2] == waits(Pace(), 0, 0, 0, 0, 0, 0, 0)


def test_a_call_waits_until_the_one_that_is_the_limit_before_it_is_a_second_ago() -> None:
    assert [0, 0, 0, 0.25, 0.25, 0.5] == waits(Pace(), 0, 0.25, 0.5, 0.75, 1, 1)


def test_a_call_leaves_the_pace_exactly_when_its_second_has_passed() -> None:
    assert [0, 2**-20, 0] == waits(Pace(), 0, 1 - 2**-20, 2, limit=1)


def test_a_call_that_waits_has_its_turn_whoever_comes_meanwhile() -> None:
    pace = Pace()

    assert [0, 1, 2] == waits(pace, 0, 0, 0, limit=1)
    assert [2.5, 3] == waits(pace, 0.5, 1, limit=1)
    assert [0] == waits(pace, 9, limit=1)


def test_processed_are_those_that_had_their_turn_in_the_last_second() -> None:
    pace = Pace()
    waits(pace, 0, 0, 0, 0, 0)

    assert [3, 3, 2, 2, 0] == [pace.processed(seconds=1.0, now=NOON + time) for time in (0, 0.75, 1, 1.75, 2)]


def test_a_pace_with_a_clock_that_was_set_back_starts_anew() -> None:
    assert [0, 1, 2, 0, 1] == waits(Pace(), 0, 0, 0, -0.5, -0.5, limit=1)


def test_a_higher_limit_lets_more_go_but_nobody_overtakes() -> None:
    pace = Pace()

    assert [0, 1, 2] == waits(pace, 0, 0, 0, limit=1)
    assert [2, 2, 2] == waits(pace, 0, 0, 0, limit=4)
    assert [0, 0, 0, 0, 1] == waits(pace, 4, 4, 4, 4, 4, limit=4)


def test_a_lower_limit_holds_for_the_calls_that_came_under_a_higher_one() -> None:
    pace = Pace()

    assert [0, 0, 0] == waits(pace, 0, 0.25, 0.5, limit=3)
    assert [1, 2] == waits(pace, 0.5, 0.5, limit=1)


def test_a_frozen_clock_leaves_a_bounded_number_of_turns_and_the_right_ones() -> None:
    pace = Pace()
    many = throttle.MOST_WAITING + 3_000

    told = waits(pace, *[0] * many)

    assert throttle.MOST_WAITING + 3 == len(pace)
    assert [number // 3 for number in range(many)] == told
    assert 3 == pace.processed(seconds=1.0, now=NOON)


def test_a_limit_above_all_bounds_is_kept() -> None:
    limit = throttle.MOST_WAITING * 2

    assert [0] * limit + [1] == waits(Pace(), *[0] * (limit + 1), limit=limit)


@given(gaps=steps, limit=integers(min_value=1, max_value=5))
def test_no_second_ever_has_more_turns_than_the_limit_and_nobody_waits_longer_than_needed(
    gaps: list[float], limit: int
) -> None:
    pace, now = Pace(), NOON
    turns: list[float] = []

    for gap in gaps:
        now += gap
        turns.append(now + pace.wait(limit=limit, seconds=1.0, now=now))
        before = turns[-limit - 1] + 1 if len(turns) > limit else now

        assert max(now, before) == turns[-1]

    assert turns == sorted(turns)
    assert all(later - earlier >= 1 for earlier, later in zip(turns, turns[limit:], strict=False))


@given(
    gaps=lists(integers(min_value=-3000, max_value=3000), max_size=60),
    limits=lists(integers(1, 5), min_size=60, max_size=60),
)
def test_no_clock_and_no_change_of_the_limit_confuses_a_pace(gaps: list[int], limits: list[int]) -> None:
    pace, now = Pace(), NOON

    for number, (gap, limit) in enumerate(zip(gaps, limits, strict=False)):
        now += gap / 1024

        assert 0 <= pace.wait(limit=limit, seconds=1.0, now=now) <= number
        assert 0 <= pace.processed(seconds=1.0, now=now) <= number + 1
