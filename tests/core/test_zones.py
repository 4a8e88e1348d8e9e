"""Names of time zones."""

import pytest

from mockserver.core.zones import zone_fault


@pytest.mark.parametrize("name", ["UTC", "America/Chicago", "Europe/Athens"])
def test_a_zone_that_exists_has_no_fault(name: str) -> None:
    assert zone_fault(name) is None


@pytest.mark.parametrize(
    "name", ["", "America", "america/Chicagoo", "Chicago", "/etc/passwd", "../etc/passwd", "x\x00y", "ü" * 300, "+01:00"]
)
def test_whatever_is_no_zone_is_told_so(name: str) -> None:
    fault = zone_fault(name)

    assert fault is not None
    assert fault.startswith(f'no time zone is called "{name}"')


def test_the_nearest_name_is_offered() -> None:
    assert 'no time zone is called "Europe/Athen"; did you mean "Europe/Athens"?' == zone_fault("Europe/Athen")
