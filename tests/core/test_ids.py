"""Ids are counted, never drawn: the same calls give the same ids."""

from mockserver.core.ids import Ids


def test_numbers_of_a_kind_begin_at_1_and_rise_by_1() -> None:
    ids = Ids("seed")

    assert [1, 2, 3] == [ids.number("message") for _ in range(3)]


def test_each_kind_has_a_count_of_its_own() -> None:
    ids = Ids("seed")

    assert [1, 1, 2] == [ids.number("message"), ids.number("contact"), ids.number("message")]


def test_many_numbers_at_once_are_the_next_ones() -> None:
    ids = Ids("seed")

    assert [1, 2, 3] == list(ids.numbers("contact", 3))
    assert [4, 5] == list(ids.numbers("contact", 2))
    assert 6 == ids.number("contact")


def test_no_numbers_at_all_leave_the_count_where_it_is() -> None:
    ids = Ids("seed")

    assert [] == list(ids.numbers("contact", 0))
    assert 1 == ids.number("contact")


def test_a_number_that_was_skipped_past_is_never_handed_out() -> None:
    ids = Ids("seed")

    ids.skip_past("contact", 10)

    assert 11 == ids.number("contact")


def test_skipping_past_a_number_that_was_handed_out_changes_nothing() -> None:
    ids = Ids("seed", {"contact": 10})

    ids.skip_past("contact", 10)
    ids.skip_past("contact", 3)

    assert not ids.changed
    assert 11 == ids.number("contact")


def test_counting_goes_on_from_the_counters_that_were_kept() -> None:
    ids = Ids("seed", {"contact": 41})

    assert 42 == ids.number("contact")
    assert 1 == ids.number("message")


def test_two_workspaces_that_start_from_the_same_counters_do_not_share_them() -> None:
    kept = {"contact": 41}
    first, second = Ids("seed", kept), Ids("seed", kept)

    first.number("contact")

    assert 42 == second.number("contact")
    assert {"contact": 41} == kept


def test_whatever_is_handed_out_marks_the_counters_as_changed() -> None:
    numbered, skipped, tokened = Ids("seed"), Ids("seed"), Ids("seed")

    numbered.number("contact")
    skipped.skip_past("contact", 1)
    tokened.token("key")

    assert not Ids("seed").changed
    assert numbered.changed
    assert skipped.changed
    assert tokened.changed


def test_a_token_is_32_hexadecimal_digits() -> None:
    token = Ids("seed").token("key")

    assert 32 == len(token)
    assert set(token) <= set("0123456789abcdef")


def test_the_same_calls_give_the_same_tokens() -> None:
    first, second = Ids("seed"), Ids("seed")

    assert [first.token("key") for _ in range(3)] == [second.token("key") for _ in range(3)]


def test_tokens_differ_by_seed_and_kind_and_order() -> None:
    ids, other = Ids("seed:a"), Ids("seed:b")

    tokens = [ids.token("key"), ids.token("key"), ids.token("confirmation"), other.token("key")]

    assert 4 == len(set(tokens))


def test_a_token_is_not_given_twice_after_the_counters_were_kept() -> None:
    ids = Ids("seed")
    given = ids.token("key")

    assert given != Ids("seed", ids.counters).token("key")
