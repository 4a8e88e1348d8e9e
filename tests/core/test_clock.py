"""A workspace's clock, on a machine whose time the test decides."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mockserver.core import clock as module
from mockserver.core.clock import EARLIEST, LATEST, Clock

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def after(seconds: float, moment: datetime = NOON) -> datetime:
    return moment + timedelta(seconds=seconds)


class Machine:
    """What tells the real time."""

    def __init__(self) -> None:
        self.now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(module, "_machine_time", machine)
    return machine


def test_a_clock_shows_real_time_until_somebody_touches_it(machine: Machine) -> None:
    clock = Clock()

    machine.sleep(5)

    assert after(5) == clock.now()
    assert machine.now == clock.timestamp()


def test_a_clock_that_starts_at_a_moment_goes_on_from_there(machine: Machine) -> None:
    clock = Clock(datetime(2000, 2, 29, tzinfo=UTC))

    machine.sleep(60)

    assert datetime(2000, 2, 29, 0, 1, tzinfo=UTC) == clock.now()


@pytest.mark.usefixtures("machine")
def test_now_is_aware_and_in_utc() -> None:
    assert UTC == Clock().now().tzinfo


@pytest.mark.usefixtures("machine")
def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    athens = NOON.astimezone(timezone(timedelta(hours=2)))

    assert NOON == Clock(athens, frozen=True).now()


def test_a_frozen_clock_stands_still(machine: Machine) -> None:
    clock = Clock()
    machine.sleep(5)

    clock.freeze()
    machine.sleep(60)

    assert after(5) == clock.now()
    assert clock.frozen


def test_a_resumed_clock_goes_on_from_where_it_stood(machine: Machine) -> None:
    clock = Clock()
    clock.freeze()
    machine.sleep(60)

    clock.resume()
    machine.sleep(1)

    assert after(1) == clock.now()
    assert not clock.frozen


def test_a_frozen_clock_that_is_set_stays_frozen_there(machine: Machine) -> None:
    clock = Clock(frozen=True)

    clock.set(after(3600))
    machine.sleep(60)

    assert after(3600) == clock.now()


def test_a_running_clock_that_is_set_runs_on_from_there(machine: Machine) -> None:
    clock = Clock()

    clock.set(after(-3600))
    machine.sleep(60)

    assert after(-3540) == clock.now()


def test_a_clock_advances_by_as_much_as_is_asked(machine: Machine) -> None:
    running, frozen = Clock(), Clock(frozen=True)

    for clock in (running, frozen):
        clock.advance(timedelta(days=1))
    machine.sleep(1)

    assert after(86_401) == running.now()
    assert after(86_400) == frozen.now()


def test_a_scaled_clock_lets_more_or_fewer_seconds_pass(machine: Machine) -> None:
    fast, slow = Clock(), Clock()

    fast.run_at(60)
    slow.run_at(0.5)
    machine.sleep(10)

    assert after(600) == fast.now()
    assert after(5) == slow.now()


def test_a_change_of_scale_makes_no_jump(machine: Machine) -> None:
    clock = Clock()
    clock.run_at(60)
    machine.sleep(10)

    clock.run_at(1)
    machine.sleep(10)

    assert after(610) == clock.now()


def test_a_scaled_clock_keeps_its_pace_when_it_is_set_or_frozen_for_a_while(machine: Machine) -> None:
    clock = Clock()
    clock.run_at(60)
    clock.set(after(1000))
    clock.freeze()
    machine.sleep(10)

    clock.resume()
    machine.sleep(1)

    assert after(1060) == clock.now()


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("moment", [EARLIEST, LATEST])
def test_a_clock_shows_the_first_and_the_last_of_its_moments(moment: datetime) -> None:
    clock = Clock(frozen=True)

    clock.set(moment)

    assert moment == clock.now()


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    "moment", [EARLIEST - timedelta(microseconds=1), LATEST + timedelta(microseconds=1), datetime.max.replace(tzinfo=UTC)]
)
def test_a_moment_outside_of_its_years_is_refused_and_changes_nothing(moment: datetime) -> None:
    clock = Clock(frozen=True)

    with pytest.raises(ValueError, match="1970 to 9000"):
        clock.set(moment)

    assert NOON == clock.now()


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("by", [timedelta(days=7000 * 365.25), timedelta.max], ids=["past 9000", "past all years"])
def test_an_advance_beyond_its_years_is_refused_and_changes_nothing(by: timedelta) -> None:
    clock = Clock(frozen=True)

    with pytest.raises(ValueError, match="clock"):
        clock.advance(by)

    assert NOON == clock.now()


@pytest.mark.usefixtures("machine")
def test_a_clock_does_not_start_outside_of_its_years() -> None:
    with pytest.raises(ValueError, match="1970 to 9000"):
        Clock(datetime(1969, 12, 31, tzinfo=UTC))


def test_a_running_clock_that_is_loaded_went_on_while_the_server_was_down(machine: Machine) -> None:
    clock = Clock()
    clock.set(after(3600))
    clock.run_at(2)

    dumped = clock.dump()
    machine.sleep(100)

    assert after(3800) == Clock.load(dumped).now()


def test_a_frozen_clock_that_is_loaded_stands_where_it_stood(machine: Machine) -> None:
    clock = Clock(frozen=True)

    dumped = clock.dump()
    machine.sleep(100)
    loaded = Clock.load(dumped)

    assert loaded.frozen
    assert NOON == loaded.now()


@pytest.mark.usefixtures("machine")
def test_a_loaded_clock_dumps_what_it_was_loaded_from() -> None:
    clock = Clock(after(5), frozen=True, scale=3)

    assert clock.dump() == Clock.load(clock.dump()).dump()
