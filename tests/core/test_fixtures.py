"""Fixture sets: how they are found, what they plant, and how their faults are told."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from mockserver.core.crowd import crowd
from mockserver.core.fixtures import FixtureFaults, FixtureSet, Generate, Moment, find_set, resolve
from mockserver.core.workspace import Workspace
from mockserver.providers import PROVIDERS
from mockserver.providers.ethermailer import ETHERMAILER
from mockserver.providers.ethermailer.tables import Account, Contact, ContactGroup, ExtraField, Membership
from tests.runtime import NOON, new_runtime


def world(*sets: FixtureSet) -> Workspace:
    """The default workspace of a server that starts from these sets."""
    return new_runtime(fixtures=sets).workspaces.default


def fixture_set(folder: Path, text: str | bytes, name: str = "mine") -> FixtureSet:
    """A set that holds one file for Ether Mailer."""
    path = folder / name
    path.mkdir()
    (path / "ethermailer.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return FixtureSet(name, path)


def faults(*sets: FixtureSet) -> list[str]:
    """What a server says that cannot start from these sets."""
    with pytest.raises(FixtureFaults) as problem:
        world(*sets)
    return list(problem.value.faults)


def rows(workspace: Workspace, *columns: Any) -> list[Any]:
    return list(workspace.context(ETHERMAILER).execute(select(*columns).order_by(columns[0])))


def contacts(workspace: Workspace) -> dict[str, int]:
    """The ids of all contacts by address, by age."""
    return {email: contact for contact, email in rows(workspace, Contact.c.id, Contact.c.email)}


# Finding a set


@pytest.mark.parametrize("name", ["standard", "empty", "crowded"])
def test_a_packaged_set_is_found_by_its_name(name: str) -> None:
    found = find_set(name)

    assert name == found.name
    assert found.file("ethermailer").is_file()
    assert f"{name}/ethermailer.toml" == found.label("ethermailer")


def test_a_folder_is_found_by_its_path(tmp_path: Path) -> None:
    assert FixtureSet(str(tmp_path), tmp_path) == find_set(f"{tmp_path}/")


def test_the_folder_one_stands_in_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert tmp_path == find_set(".").path.resolve()


def test_a_packaged_set_beats_a_folder_of_the_same_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "standard").mkdir()
    monkeypatch.chdir(tmp_path)

    assert find_set("standard").file("ethermailer").is_file()


@pytest.mark.parametrize("name", ["nowhere", "standart", "standard/ethermailer.toml", "../fixtures/nowhere", ""])
def test_a_set_that_is_not_there_is_an_error_that_lists_the_names(name: str) -> None:
    with pytest.raises(ValueError, match="is neither a folder nor one of the fixture sets crowded, empty, standard"):
        find_set(name)


# Moments


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (datetime(2017, 9, 22, 13, 35, 46, tzinfo=UTC), datetime(2017, 9, 22, 13, 35, 46, tzinfo=UTC)),
        (datetime(2017, 9, 22, 1, 30, tzinfo=timezone(timedelta(hours=3))), datetime(2017, 9, 21, 22, 30, tzinfo=UTC)),
        (datetime(2017, 9, 22, 13, 35), datetime(2017, 9, 22, 13, 35, tzinfo=UTC)),  # noqa: DTZ001 - as TOML gives it
        (date(2017, 9, 22), datetime(2017, 9, 22, tzinfo=UTC)),
        ("now", NOON),
        ("-90s", NOON - timedelta(seconds=90)),
        ("+5m", NOON + timedelta(minutes=5)),
        ("+12h", NOON + timedelta(hours=12)),
        ("-3d", NOON - timedelta(days=3)),
        ("-2w", NOON - timedelta(weeks=2)),
        ("-0d", NOON),
        ("-365000d", NOON - timedelta(days=365_000)),
    ],
)
def test_a_moment_is_absolute_or_relative_to_the_start_of_the_clock(written: Any, meant: datetime) -> None:
    moment = TypeAdapter(Moment).validate_python(written)

    assert meant == resolve(moment, NOON)
    assert UTC == resolve(moment, NOON).tzinfo


@pytest.mark.parametrize(
    "written", ["yesterday", "", "3d", "-d", "-", "-3", "-3y", "- 3d", "-1.5d", "-²d", "+3D", "Now", 3, True, None, time(12)]
)
def test_what_is_no_moment_is_refused_with_what_was_expected(written: Any) -> None:
    with pytest.raises(ValidationError, match='expected a date, "now", or a distance such as "-3d" or'):
        TypeAdapter(Moment).validate_python(written)


@pytest.mark.parametrize("written", ["-365001d", "+999999999999w"])
def test_a_distance_out_of_the_calendar_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="expected a distance of 365000 days at most"):
        TypeAdapter(Moment).validate_python(written)


def test_a_date_out_of_the_calendar_is_refused() -> None:
    with pytest.raises(ValidationError, match="expected a date that is in the calendar"):
        TypeAdapter(Moment).validate_python(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))))


def test_every_distance_stays_in_the_calendar_of_every_clock() -> None:
    nearest, farthest = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
    longest = TypeAdapter(Moment).validate_python("+365000d")

    assert isinstance(longest, timedelta)
    assert 970 == resolve(-longest, nearest).year
    assert 9999 == resolve(longest, farthest).year


# What is planted


def test_references_are_by_name(tmp_path: Path) -> None:
    planted = world(
        fixture_set(
            tmp_path,
            """
            [[groups]]
            name = "Bakers"
            [[extra_fields]]
            name = "Size"
            type = "OPTIONS"
            options = ["S", "M"]
            [[contacts]]
            email = "anna@example.com"
            groups = ["Bakers"]
            extra = { Size = "M" }
            """,
        )
    )
    ((group,),) = rows(planted, ContactGroup.c.id)
    ((field, options),) = rows(planted, ExtraField.c.id, ExtraField.c.options)
    ((contact, values),) = rows(planted, Contact.c.id, Contact.c.extra_values)

    assert [(contact, group)] == rows(planted, Membership.c.contact_id, Membership.c.group_id)
    assert {str(field): options[1]["optionId"]} == values


def test_moments_are_counted_from_the_start_of_the_clock(tmp_path: Path) -> None:
    planted = world(
        fixture_set(
            tmp_path,
            """
            [account]
            created = "-10d"
            [[contacts]]
            email = "anna@example.com"
            deleted = 2029-12-24
            """,
        )
    )

    assert [(NOON - timedelta(days=10),)] == rows(planted, Account.c.created_at)
    assert [(datetime(2029, 12, 24, tzinfo=UTC),)] == rows(planted, Contact.c.deleted_at)


def test_a_world_without_fixtures_has_the_default_account() -> None:
    assert [("demo", "100000000000000001-00000000-0000-0000")] == rows(world(), Account.c.username, Account.c.api_key)


def test_two_sets_are_planted_one_after_the_other(tmp_path: Path) -> None:
    first = fixture_set(tmp_path, '[[contacts]]\nemail = "anna@example.com"', "first")
    second = fixture_set(tmp_path, '[[contacts]]\nemail = "bert@example.com"', "second")

    assert ["anna@example.com", "bert@example.com"] == list(contacts(world(first, second)))


def test_a_set_may_refer_to_what_an_earlier_one_planted(tmp_path: Path) -> None:
    first = fixture_set(tmp_path, '[[groups]]\nname = "Bakers"', "first")
    second = fixture_set(tmp_path, '[[contacts]]\nemail = "anna@example.com"\ngroups = ["Bakers"]', "second")

    assert 1 == len(rows(world(first, second), Membership.c.contact_id))
    assert ['second/ethermailer.toml: contacts[0].groups[0]: no group is called "Bakers"'] == faults(second, first)


def test_the_last_set_with_an_account_decides(tmp_path: Path) -> None:
    first = fixture_set(tmp_path, '[account]\nusername = "first"', "first")
    second = fixture_set(tmp_path, '[account]\nusername = "second"', "second")
    third = fixture_set(tmp_path, "", "third")

    assert [("second",)] == rows(world(first, second, third), Account.c.username)


def test_the_same_sets_give_the_same_world() -> None:
    columns = (Contact.c.id, Contact.c.email, Contact.c.name, Contact.c.extra_values, Contact.c.deleted_at)

    assert rows(world(find_set("standard")), *columns) == rows(world(find_set("standard")), *columns)


# Ids


def test_new_ids_are_above_those_that_a_fixture_gives(tmp_path: Path) -> None:
    given = 950_000_000_000_000_000
    text = f'[[contacts]]\nid = {given}\nemail = "anna@example.com"\n[[contacts]]\nemail = "bert@example.com"'
    planted = contacts(world(fixture_set(tmp_path, text)))

    assert given == planted["anna@example.com"]
    assert given < planted["bert@example.com"]


def test_a_low_id_of_a_fixture_does_not_hold_the_others_down(tmp_path: Path) -> None:
    text = '[[contacts]]\nid = 7\nemail = "anna@example.com"\n[[contacts]]\nemail = "bert@example.com"'
    planted = contacts(world(fixture_set(tmp_path, text)))

    assert 7 == planted["anna@example.com"]
    assert 18 == len(str(planted["bert@example.com"]))


def test_the_largest_id_of_a_fixture_leaves_room_for_more(tmp_path: Path) -> None:
    text = f'[[contacts]]\nid = {10**18 - 1}\nemail = "anna@example.com"\n[[contacts]]\nemail = "bert@example.com"'
    planted = contacts(world(fixture_set(tmp_path, text)))

    assert 10**18 - 1 < planted["bert@example.com"] < 2**63


def test_an_id_given_twice_is_a_fault(tmp_path: Path) -> None:
    text = '[[groups]]\nid = 7\nname = "Bakers"\n[[groups]]\nid = 7\nname = "Butchers"'

    assert ["mine/ethermailer.toml: groups[1].id: 7 is taken"] == faults(fixture_set(tmp_path, text))


def test_an_id_that_was_handed_out_already_is_a_fault(tmp_path: Path) -> None:
    plain = fixture_set(tmp_path, '[[contacts]]\nemail = "anna@example.com"', "plain")
    (handed_out,) = contacts(world(plain)).values()
    text = f'[[contacts]]\nemail = "anna@example.com"\n[[contacts]]\nemail = "bert@example.com"\nid = {handed_out}'

    assert [f"mine/ethermailer.toml: contacts[1].id: {handed_out} is taken"] == faults(fixture_set(tmp_path, text))


def test_an_id_of_an_earlier_set_is_taken(tmp_path: Path) -> None:
    first = fixture_set(tmp_path, '[[groups]]\nid = 7\nname = "Bakers"', "first")
    second = fixture_set(tmp_path, '[[groups]]\nid = 7\nname = "Butchers"', "second")

    assert ["second/ethermailer.toml: groups[0].id: 7 is taken"] == faults(first, second)


# Faults


FIELDS = """
[[groups]]
name = "Newsletter"
[[extra_fields]]
name = "Country"
type = "TEXT"
[[extra_fields]]
name = "Born"
type = "DATE"
[[extra_fields]]
name = "Orders"
type = "INTEGER"
[[extra_fields]]
name = "Card"
type = "BOOLEAN"
[[extra_fields]]
name = "Oil"
type = "OPTIONS"
options = ["Mild", "Fruity"]
[[contacts]]
email = "anna@example.com"
"""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('groups = ["Newsleter"]', 'contacts[0].groups[0]: no group is called "Newsleter"; did you mean "Newsletter"?'),
        ('groups = ["Newsletter", "Bakers"]', 'contacts[0].groups[1]: no group is called "Bakers"'),
        ('extra = { Contry = "Italy" }', 'contacts[0].extra: no extra field is called "Contry"; did you mean "Country"?'),
        (
            "extra = { Orders = 1.5 }",
            "contacts[0].extra.Orders: found 1.5; expected a text, a whole number, true, false or a date",
        ),
        (
            'extra = { Born = "soon" }',
            "contacts[0].extra: the extra field Born takes a date YYYY-MM-DD, not soon",
        ),
        (
            "extra = { Born = 1984 }",
            "contacts[0].extra: the extra field Born takes a date YYYY-MM-DD, not 1984",
        ),
        (
            'extra = { Orders = "many" }',
            "contacts[0].extra: the extra field Orders takes digits with an optional sign, not many",
        ),
        ('extra = { Card = "yes" }', "contacts[0].extra: the extra field Card takes true or false, not yes"),
        ('extra = { Oil = "Bitter" }', 'contacts[0].extra.Oil: no option is called "Bitter"'),
        ('deleted = "yesterday"', "contacts[0].deleted: found 'yesterday'; expected a date, \"now\", or a distance"),
        ('nickname = "Ann"', "contacts[0].nickname: no such key"),
        ("surname = 3", "contacts[0].surname: found 3; input should be a valid string"),
        ("id = 0", "contacts[0].id: found 0; input should be greater than or equal to 1"),
        ('[[contacts]]\nemail = "Anna@Example.com"', "contacts[1].email: there is another contact with the address"),
        ('[[contacts]]\nemail = "anna"', "contacts[1].email: anna is not a well-formed email address"),
        ('[[contacts]]\nname = "Bert"', "contacts[1].email: is missing"),
        ('[[groups]]\nname = "Newsletter"', 'groups[1].name: there is another one called "Newsletter"'),
        ('[[groups]]\nname = ""', "groups[1].name: found ''; string should have at least 1 character"),
        (
            '[[extra_fields]]\nname = "Country"\ntype = "TEXT"',
            'extra_fields[5].name: there is another one called "Country"',
        ),
        (
            '[[extra_fields]]\nname = "Size"\ntype = "OPTIONS"',
            "extra_fields[5].options: found []; expected at least one option",
        ),
        (
            '[[extra_fields]]\nname = "Size"\ntype = "TEXT"\noptions = ["S"]',
            "extra_fields[5].options: found ['S']; expected none for the type TEXT",
        ),
        ('[[extra_fields]]\nname = "Size"\ntype = "text"', "extra_fields[5].type: found 'text'; input should be 'DATE'"),
        (
            '[[sender_profiles]]\nname = "Shop"\nemail = "shop"',
            'sender_profiles[0].email: found "shop"; expected an e-mail address',
        ),
        ('[account]\nactive = "yes"', "account.active: found 'yes'; input should be a valid boolean"),
        ('[account]\napi_key = "two words"', "account.api_key: found 'two words'; string should match pattern"),
        ('[account]\ncreated = "-999999d"', "account.created: found '-999999d'; expected a distance of 365000 days at most"),
        ("[generate]\npeople = 0", "generate.people: found 0; input should be greater than or equal to 1"),
        ("[generate]\nseed = 1", "generate.people: is missing"),
        ('[generate]\npeople = 1\nlocale = "en_UX"', "generate.locale: found 'en_UX'; no locale of Faker is called"),
        ("[conatcts]", "conatcts: no such key"),
    ],
)
def test_a_fault_is_told_with_its_key(tmp_path: Path, text: str, fault: str) -> None:
    (told,) = faults(fixture_set(tmp_path, FIELDS + text))

    assert told.startswith(f"mine/ethermailer.toml: {fault}")


@pytest.mark.parametrize(
    "content",
    [
        b"[account",
        b"created = 2020-13-45",
        b"[account]\ncreated = 2020-02-30",
        b'name = "J\xfcrgen"',
        b"a = 1\na = 2",
        b"id = " + b"9" * 5000,
        b"a = " + b"[" * 5000,
    ],
)
def test_a_file_that_is_no_toml_is_one_fault(tmp_path: Path, content: bytes) -> None:
    (told,) = faults(fixture_set(tmp_path, content))

    assert told.startswith("mine/ethermailer.toml: file: is not TOML: ")


def test_a_file_that_cannot_be_read_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "mine" / "ethermailer.toml").mkdir(parents=True)

    assert ["mine/ethermailer.toml: file: cannot be read: Is a directory"] == faults(FixtureSet("mine", tmp_path / "mine"))


def test_a_misspelt_file_is_a_fault(tmp_path: Path) -> None:
    mine = fixture_set(tmp_path, "")
    (mine.path / "ethermailr.toml").touch()

    assert ['mine/ethermailr.toml: no provider is called "ethermailr"; did you mean "ethermailer"?'] == faults(mine)


def test_a_folder_without_fixtures_is_a_fault(tmp_path: Path) -> None:
    (told,) = faults(FixtureSet("mine", tmp_path))

    assert f"mine: holds no fixture file; expected one of {', '.join(f'{each.name}.toml' for each in PROVIDERS)}" == told


def test_all_faults_of_all_sets_are_told_at_once(tmp_path: Path) -> None:
    first = fixture_set(tmp_path, '[[groups]]\nname = "A"\n[[groups]]\nname = "A"\n[[groups]]\nname = "A"', "first")
    second = fixture_set(tmp_path, '[[contacts]]\nemail = "anna"\ngroups = ["B"]', "second")

    assert [
        'first/ethermailer.toml: groups[1].name: there is another one called "A"',
        'first/ethermailer.toml: groups[2].name: there is another one called "A"',
        'second/ethermailer.toml: contacts[0].groups[0]: no group is called "B"',
        "second/ethermailer.toml: contacts[0].email: anna is not a well-formed email address",
    ] == faults(first, second)


def test_a_missing_required_value_is_a_fault(tmp_path: Path) -> None:
    text = '[[extra_fields]]\nname = "Size"\ntype = "TEXT"\nrequired = true\n[[contacts]]\nemail = "anna@example.com"'

    assert ["mine/ethermailer.toml: contacts[0].extra: the extra field Size is required"] == faults(
        fixture_set(tmp_path, text)
    )


def test_a_crowd_does_not_stumble_over_a_field_that_is_a_fault_already(tmp_path: Path) -> None:
    text = '[[extra_fields]]\nname = "Size"\ntype = "OPTIONS"\nrequired = true\n[generate]\npeople = 3'

    assert ["mine/ethermailer.toml: extra_fields[0].options: found []; expected at least one option"] == faults(
        fixture_set(tmp_path, text)
    )


def test_the_same_crowd_twice_is_a_fault(tmp_path: Path) -> None:
    first = fixture_set(tmp_path, "[generate]\npeople = 3", "first")
    second = fixture_set(tmp_path, "[generate]\npeople = 3", "second")
    (told,) = faults(first, second)

    assert told.startswith("second/ethermailer.toml: generate: there is another contact with the address")


# Crowds


def test_the_same_request_gives_the_same_people() -> None:
    assert list(crowd(Generate(people=100, seed=7))) == list(crowd(Generate(people=100, seed=7)))


def test_another_seed_gives_other_people() -> None:
    one, other = ([(each.first_name, each.last_name) for each in crowd(Generate(people=100, seed=seed))] for seed in (1, 2))

    assert one != other


def test_a_larger_crowd_begins_with_the_smaller_one() -> None:
    assert list(crowd(Generate(people=100))) == list(crowd(Generate(people=200)))[:100]


@pytest.mark.parametrize("locale", ["en_US", "el_GR", "ja_JP"])
def test_nobody_in_a_crowd_has_the_address_of_another(locale: str) -> None:
    people = list(crowd(Generate(people=3000, locale=locale)))

    assert 3000 == len({each.email.casefold() for each in people})
    assert all(each.email.isascii() and each.email.endswith("@example.com") for each in people)
    assert list(range(1, 3001)) == [each.number for each in people]


def test_a_locale_chooses_the_names() -> None:
    greek = list(crowd(Generate(people=50, locale="el_GR")))

    assert all("\u0370" <= each.first_name[0] <= "\u03ff" for each in greek)


def test_the_crowded_set_plants_five_thousand() -> None:
    planted = world(find_set("crowded"))
    found = rows(planted, Contact.c.id, Contact.c.email_key, Contact.c.deleted_at, Contact.c.extra_values)
    members = Counter(group for _, group in rows(planted, Membership.c.contact_id, Membership.c.group_id))

    assert 5000 == len(found) == len({row.email_key for row in found})
    assert 50 == sum(row.deleted_at is not None for row in found)
    assert [1250, 1250, 1250] == list(members.values())
    assert all(1 == len(row.extra_values) for row in found)


def test_who_wants_to_know_is_told_of_the_planting_of_a_crowd(tmp_path: Path) -> None:
    """A small set tells of nothing, since there is nobody to invent."""
    told: list[tuple[str, int, int]] = []
    large = fixture_set(tmp_path, "[generate]\npeople = 2500")
    small = fixture_set(tmp_path, "", name="small")
    world(*(replace(each, progress=lambda *what: told.append(what)) for each in (large, small)))

    assert [("mine/ethermailer.toml", done, 2500) for done in (0, 1000, 2000, 2500)] == told


def test_who_is_told_makes_no_other_people() -> None:
    generate = Generate.model_validate({"people": 1500}, context=lambda _done, _people: None)

    assert list(crowd(Generate(people=1500))) == list(crowd(generate))
