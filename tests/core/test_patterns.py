"""Whether a pattern of paths and the template of an operation have a path in common."""

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.patterns import can_meet

MEMBER = "/{account_id}/members/{member_id}"

literals = st.text("ab/", max_size=4)
patterns = st.lists(st.sampled_from(["a", "b", "/", "*"]), max_size=6).map("".join)
templates = st.lists(st.sampled_from(["/a", "/b", "/ab", "/{id}", "/{other_id}"]), max_size=4).map("".join)


@pytest.mark.parametrize(
    "pattern", ["*", "/100/members/200", "/100/members/*", "*/members/*", "/1*/*", "/100/m*s/200", "/*/*/*", "**", "*0"]
)
def test_a_pattern_meets_a_template_when_some_path_fits_both(pattern: str) -> None:
    assert can_meet(pattern, MEMBER)


@pytest.mark.parametrize(
    "pattern",
    ["", "/", "/100/members", "/100/members/", "/100/groups/*", "*/members/", "/100/members/1/2", "/*/*/*/*", "members*"],
)
def test_a_pattern_misses_a_template_when_no_path_fits_both(pattern: str) -> None:
    assert not can_meet(pattern, MEMBER)


def test_many_stars_take_no_long_time() -> None:
    assert not can_meet("*a" * 250, "/{b}" * 20 + "/c")


@given(pattern=patterns, template=templates, values=st.lists(st.text("ab", min_size=1, max_size=2), min_size=4, max_size=4))
def test_whatever_path_fits_both_is_known_to_be_possible(pattern: str, template: str, values: list[str]) -> None:
    remaining = iter(values)
    path = re.sub(r"\{\w+\}", lambda _: next(remaining), template)

    assert can_meet(path, template)
    assert can_meet(pattern, template) or not fnmatchcase(path, pattern)


@given(pattern=patterns, path=literals)
def test_a_template_without_names_is_met_as_the_pattern_fits_it(pattern: str, path: str) -> None:
    assert fnmatchcase(path, pattern) == can_meet(pattern, path)
