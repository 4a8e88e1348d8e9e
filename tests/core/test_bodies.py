"""Bodies: what is JSON and what is not, and that large ones are read the same way, some elements at a time."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.core.bodies import read_json, read_large_json

GOOD = [
    b"null",
    b" true\n",
    b"-0.5e3",
    b'"crumb"',
    b"[]",
    b" [ ] ",
    b"{}",
    b"\t{\r\n}\n",
    b'[1, "two", 3.0, [4, [5]], {"six": 6}, null]',
    b'{"a": [1, 2] , "b" :{"c":[3]},"d":"e"}',
    b'{"a":[],"b":[],"":[[]]}',
    b'{"twice": [1, 2], "twice": "the last one counts"}',
    rb'["\"]", "\\", "\u0041", "\\ud800"]',
    rb'{"\ud83d\ude00": ["\ud83d\ude00", "\uD83D\uDE00"]}',
    '["Ελένη", "\u2028"]'.encode(),
    '{"groß": ["ß"]}'.encode("utf-16"),
    '["utf-32"]'.encode("utf-32-le"),
    b"\xef\xbb\xbf[1]",
    f"[{2**70}, {-(2**70)}, 1e3, 0.1]".encode(),
]
BAD = [
    b"",
    b"  ",
    b"nul",
    b"{",
    b"[",
    b"}",
    b"]",
    b",",
    b"[1 2]",
    b"[,1]",
    b"[1,,2]",
    b"[1",
    b"[1}",
    b"[1] x",
    b"[1][2]",
    b'{"a"',
    b'{"a" 1}',
    b'{"a":',
    b'{"a":}',
    b'{"a":1',
    b'{"a":1 "b":2}',
    b'{"a":1]',
    b'{"a":1} {}',
    b'{"a":[',
    b'{"a":[1',
    b'{"a":[1]',
    b'{"a":[1] "b":2}',
    b'{"a":[1,,2]}',
    b'{"a":["b":1]}',
    b"{,}",
    b"{1:2}",
    b"{null:1}",
    b"{[]:1}",
    b"{'a':1}",
    b'{"a":1,2:3}',
    b'"a',
    b'["\t"]',
    b"[01]",
    b"[1.]",
    b"[+1]",
    b"[\xc2\xa0]",
    b"\xff",
    b"[\xff]",
    b"\xef\xbb\xbf\xef\xbb\xbf[1]",
    b"NaN",
    b"[Infinity]",
    b'{"a":[1,-Infinity]}',
    rb'"\ud800"',
    rb'["\udc00"]',
    rb'{"a":["\ude00\ud83d"]}',
    rb'{"\ud800":1}',
    rb'{"a":{"b":["\uD800"]}}',
    b"[" + b"9" * 5000 + b"]",
    b"[" * 100_000,
    b'{"a":' * 100_000,
]


def read_in_slices(body: bytes) -> tuple[Any, int]:
    """The value, and in how many pieces the work was cut."""
    work = read_large_json(body)
    pieces = 1
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value, pieces
        pieces += 1


def refusal(read: Callable[[bytes], object], body: bytes) -> str | None:
    """What a way of reading says against a body."""
    try:
        read(body)
    except ValueError as problem:
        return str(problem)
    return None


@pytest.mark.parametrize("body", GOOD)
def test_json_is_read_as_python_reads_it_whole_and_in_slices(body: bytes) -> None:
    assert json.loads(body) == read_json(body)
    assert json.loads(body) == read_in_slices(body)[0]


@pytest.mark.parametrize("body", BAD, ids=lambda body: repr(body[:25]))
def test_what_is_no_json_is_refused_in_the_same_words_whole_and_in_slices(body: bytes) -> None:
    said = refusal(read_json, body)

    assert said
    assert said == refusal(read_in_slices, body)


@pytest.mark.parametrize("body", [b"[1,]", b"[1,", b'{"a":1,}', b'{"a":1,', b'{"a":[1,]}'])
def test_a_comma_at_the_end_is_refused_whole_and_in_slices(body: bytes) -> None:
    """In words of its own by newer Pythons."""
    assert refusal(read_json, body)
    assert refusal(read_in_slices, body)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"[1, NaN]", "NaN is not JSON"),
        (rb'["\ud83d"]', "it holds bytes or escapes that are no text"),
        (b"\xff", "it holds bytes or escapes that are no text"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
        (b'{"a": 1, b: 2}', "Expecting property name enclosed in double quotes: line 1 column 10 (char 9)"),
    ],
    ids=lambda value: repr(value[:25]),
)
def test_a_refusal_says_what_is_wrong(body: bytes, says: str) -> None:
    assert says == refusal(read_json, body)


def test_numbers_can_be_read_as_they_were_written() -> None:
    assert ["100000000000000000001", "1.10", "-0"] == read_json(b"[100000000000000000001, 1.10, -0]", numbers_as_text=True)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@settings(deadline=None)
@given(
    value=values,
    escaped=st.booleans(),
    indent=st.sampled_from([None, 0, 1, "\t"]),
    separators=st.sampled_from([(",", ":"), (" ,", " : "), ("\n,\r", ":\t")]),
)
@example(value={"people": [{"name": "😀"}] * 2500}, escaped=True, indent=None, separators=(",", ":"))
def test_any_value_read_in_slices_is_what_was_written(
    value: Any, escaped: bool, indent: int | str | None, separators: tuple[str, str]
) -> None:
    text = json.dumps(value, ensure_ascii=escaped, indent=indent, separators=separators)

    assert json.loads(text) == read_in_slices(text.encode())[0]


@settings(deadline=None)
@given(st.binary() | st.text(alphabet='[]{}",:\\ud8c0 1ntrue').map(str.encode))
def test_whatever_is_sent_is_read_or_refused_alike(body: bytes) -> None:
    whole, sliced = refusal(read_json, body), refusal(read_in_slices, body)

    assert (whole is None) == (sliced is None)
    assert whole is not None or read_json(body) == read_in_slices(body)[0]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("{numbers}", 4),
        ('{{"add_only": true, "members": {numbers}}}', 4),
        ('{{"members": {numbers}, "more": {numbers}}}', 7),
        ('{{"deep": {{"members": {numbers}}}}}', 1),
        ("[{numbers}]", 1),
    ],
)
def test_others_have_a_turn_every_thousand_elements_of_an_array_near_the_top(text: str, pieces: int) -> None:
    body = text.format(numbers=list(range(3500))).encode()

    assert (json.loads(body), pieces) == read_in_slices(body)


def test_a_search_for_halves_of_surrogate_pairs_is_cut_as_well() -> None:
    """Python writes whatever is not ASCII as escapes, so that many a large body has some."""
    whole = {"😀": ["😀"] * 3500}
    value, pieces = read_in_slices(json.dumps(whole).encode())

    assert whole == value
    assert pieces > 7


def test_the_half_of_a_surrogate_pair_is_found_in_the_last_element_of_many() -> None:
    body = rb'{"names": [' + b'"crumb", ' * 3500 + rb'"\ud83d"]}'

    assert "it holds bytes or escapes that are no text" == refusal(read_in_slices, body)
