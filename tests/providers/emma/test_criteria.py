"""What criteria mean, and what is said about those that mean nothing."""

import json
from typing import Any

import pytest

from tests.providers.emma.client import Emma, error

EMMA, GLADYS, TONY, NADIA, LUIS, HARRIET, FRIEND = 200, 201, 202, 204, 205, 206, 207
EVERYBODY = [EMMA, GLADYS, TONY, NADIA, LUIS, HARRIET, FRIEND]


def found(emma: Emma, criteria: Any) -> list[int]:
    return [member["member_id"] for member in emma.ask("GET", "/members", filter=json.dumps(criteria))]


def refusal(emma: Emma, criteria: Any) -> str:
    response = emma.post("/searches", {"name": "Faulty", "criteria": criteria})

    assert 400 == response.status_code, response.text
    return error(response)


def field(emma: Emma, name: str, kind: str) -> int:
    return int(emma.ask("POST", "/fields", {"shortcut_name": name, "display_name": name, "field_type": kind}))


def nested(depth: int) -> list[Any]:
    criteria: list[Any] = ["member_field:interests", "contains", "*"]
    for level in range(depth - 1):
        predicate = ("not", "or", "and")[level % 3]
        criteria = [predicate, criteria] if predicate == "not" else [predicate, ["email", "eq", "nobody"], criteria]
    return criteria


# Predicates


@pytest.mark.rule("emma.criteria.predicates")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (["and", ["group", "eq", "Widget Buyers"]], [EMMA, TONY]),
        (["and", ["group", "eq", "Widget Buyers"], ["group", "eq", "Monthly Newsletter"]], [EMMA]),
        (["or", ["group", "eq", "Widget Buyers"], ["group", "eq", "Monthly Newsletter"]], [EMMA, GLADYS, TONY]),
        (["not", ["group", "eq", "Widget Buyers"]], [GLADYS, NADIA, LUIS, HARRIET, FRIEND]),
        (["not", ["not", ["group", "eq", "Widget Buyers"]]], [EMMA, TONY]),
        (["and", ["and", ["not", ["opened", "in last", {"week": "52"}]]]], EVERYBODY),
        (
            ["and", ["or", ["member_status_id", "eq", "o"], ["member_status_id", "eq", "e"]], ["not", ["group"]]],
            [HARRIET],
        ),
    ],
)
def test_predicates_nest(emma: Emma, criteria: list[Any], expected: list[int]) -> None:
    assert expected == found(emma, criteria)


@pytest.mark.rule("emma.criteria.not")
def test_not_finds_those_without_a_value_as_well(emma: Emma) -> None:
    assert [NADIA] == found(emma, ["member_field:orders", "gt", 5])
    assert [EMMA, GLADYS, TONY, LUIS, HARRIET, FRIEND] == found(emma, ["not", ["member_field:orders", "gt", 5]])


# Terms


@pytest.mark.rule("emma.criteria.term")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (["member_field:first_name", "eq", "Emma"], [EMMA]),
        (["email", "eq", "tony@myemma.com"], [TONY]),
        (["member_since", "gt", "2013-01-01"], [LUIS, HARRIET, FRIEND]),
        (["member_status_id", "eq", "a"], [EMMA, TONY, NADIA, LUIS]),
        (["group", "eq", "Monthly Newsletter"], [EMMA, GLADYS]),
        (["opened", "lt", "2011-02-01"], [EMMA]),
        (["clicked", "gt", "2011-01-01"], [EMMA]),
    ],
)
def test_every_term_finds_its_members(emma: Emma, criteria: list[Any], expected: list[int]) -> None:
    assert expected == found(emma, criteria)


@pytest.mark.rule("emma.criteria.alone")
@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("member_field:orders", [NADIA, LUIS]),
        ("member_field:interests", [NADIA, LUIS]),
        ("member_field:loyal", [NADIA, LUIS]),
        ("group", [EMMA, GLADYS, TONY, NADIA, LUIS]),
        ("opened", [EMMA]),
        ("clicked", [EMMA]),
        ("email", EVERYBODY),
        ("member_field:no_such_field", []),
    ],
)
def test_a_term_alone_finds_whoever_has_a_value(emma: Emma, term: str, expected: list[int]) -> None:
    assert expected == found(emma, [term])


@pytest.mark.rule("emma.criteria.unknown_field")
@pytest.mark.parametrize("name", ["name_first", "first_name:x", 'a"b', "a\\b", "'; DROP TABLE emma_member", "é"])
def test_a_field_that_does_not_exist_finds_nobody(emma: Emma, name: str) -> None:
    assert [] == found(emma, [f"member_field:{name}", "contains", "*"])
    assert EVERYBODY == found(emma, ["not", [f"member_field:{name}", "contains", "*"]])


@pytest.mark.rule("emma.criteria.unknown_field")
def test_a_deleted_field_finds_nobody(emma: Emma) -> None:
    emma.ask("DELETE", "/fields/200")

    assert [] == found(emma, ["member_field:first_name", "eq", "Emma"])


# Fields by their types


@pytest.mark.rule("emma.criteria.fields", "emma.criteria.several", "emma.criteria.between")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (["member_field:orders", "eq", 12], [NADIA]),
        (["member_field:orders", "=", "12"], [NADIA]),
        (["member_field:orders", "eq", 12.0], [NADIA]),
        (["member_field:orders", "lt", 12], [LUIS]),
        (["member_field:orders", "<", "4"], [LUIS]),
        (["member_field:orders", "gt", "3"], [NADIA]),
        (["member_field:orders", ">", 2], [NADIA, LUIS]),
        (["member_field:orders", "between", 3, "12"], [NADIA, LUIS]),
        (["member_field:orders", "between", 12, 3], []),
        (["member_field:orders", "in", 3, 4, "5"], [LUIS]),
        (["member_field:orders", "gt", -(10**300)], [NADIA, LUIS]),
        (["member_field:loyal", "eq", True], [NADIA]),
        (["member_field:loyal", "eq", "false"], [LUIS]),
        (["member_field:loyal", "in", 0, 1], [NADIA, LUIS]),
        (["member_field:birthday", "eq", "1979-03-14"], [NADIA]),
        (["member_field:birthday", "eq", "@D:1979-03-14T00:00:00"], [NADIA]),
        (["member_field:birthday", "gt", "1979-03-14"], [LUIS]),
        (["member_field:birthday", "between", "1979-03-14", "1988-11-30"], [NADIA, LUIS]),
        (["member_field:interests", "any", "Travel"], [NADIA]),
        (["member_field:interests", "any", "Travel", "Gardening"], [NADIA, LUIS]),
        (["member_field:interests", "eq", "Cooking"], [NADIA]),
        (["member_field:interests", "contains", "*ing"], [NADIA, LUIS]),
        (["member_field:interests", "gt", "H"], [NADIA]),
        (["member_field:first_name", "in", "Emma", "Tony", "Nobody"], [EMMA, TONY]),
        (["member_field:first_name", "lt", "H"], [EMMA, GLADYS]),
        (["member_field:first_name", "any", "Emma"], [EMMA]),
    ],
)
def test_fields_are_compared_by_their_types(emma: Emma, criteria: list[Any], expected: list[int]) -> None:
    assert expected == found(emma, criteria)


@pytest.mark.rule("emma.criteria.fields")
def test_numbers_in_a_text_field_are_texts(emma: Emma) -> None:
    field(emma, "zip", "text")
    ann = emma.add("ann@example.com", fields={"zip": "97202"})

    assert [ann] == found(emma, ["member_field:zip", "eq", 97202])
    assert [ann] == found(emma, ["member_field:zip", "gt", 9])
    assert [] == found(emma, ["member_field:zip", "gt", 98])


@pytest.mark.rule("emma.criteria.several")
def test_thousands_of_values_are_one_list(emma: Emma) -> None:
    response = emma.post(
        "/searches", {"name": "Many", "criteria": ["member_field:orders", "in", *range(100_000, 140_000), 3]}
    )

    assert [LUIS] == [member["member_id"] for member in emma.ask("GET", f"/searches/{response.json()}/members")]


# Texts


@pytest.mark.rule("emma.criteria.case")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (["email", "eq", " TONY@MyEmma.com "], [TONY]),
        (["email", "contains", "*@MYEMMA.*"], [EMMA, GLADYS, TONY]),
        (["member_field:first_name", "eq", "emma"], []),
        (["member_field:first_name", "contains", "eMMA"], [EMMA]),
        (["group", "eq", "monthly newsletter"], []),
        (["group", "contains", "MONTHLY*"], [EMMA, GLADYS]),
    ],
)
def test_only_patterns_and_addresses_mind_no_case(emma: Emma, criteria: list[Any], expected: list[int]) -> None:
    assert expected == found(emma, criteria)


@pytest.mark.rule("emma.criteria.case")
@pytest.mark.parametrize("pattern", ["žOFIE É*", "[Ž]ofie ?", "*é", "[ž][O]FIE*"])
def test_patterns_mind_no_case_in_any_script(emma: Emma, pattern: str) -> None:
    zofie = emma.add("zofie@example.com", fields={"first_name": "Žofie É"})

    assert [zofie] == found(emma, ["member_field:first_name", "contains", pattern])


@pytest.mark.rule("emma.criteria.globs")
@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("foo", "foo", True),
        ("foo", "foobar", False),
        ("*foo*", "a foo b", True),
        ("f?o", "fxo", True),
        ("f?o", "fo", False),
        ("[a-c]x", "Bx", True),
        ("[A-C]x", "bx", True),
        ("[a-c]x", "dx", False),
        ("[!a-c]x", "dx", True),
        ("[!a-c]x", "Bx", False),
        ("[^a]", "a", False),
        ("[]a]", "]", True),
        ("[!]a]", "]", False),
        ("[a-]", "-", True),
        ("[!a-]", "-", False),
        ("[]-]", "-", True),
        ("[-^a]", "^", True),
        ("[", "[", True),
        ("a[b", "A[B", True),
        ("[]", "[]", True),
        ("[!]", "[!]", True),
        ("]", "]", True),
        ("%", "x", False),
        ("_", "x", False),
        ("100%", "100%", True),
        ("a*b*c", "aXbYc", True),
        ("**", "anything", True),
        ("", "x", False),
        ("line*", "line\nbreak", True),
        ("\\*", "\\anything", True),
        ("'; --", "'; --", True),
    ],
)
def test_contains_takes_a_pattern_of_the_shell(emma: Emma, pattern: str, value: str, fits: bool) -> None:
    ann = emma.add("ann@example.com", fields={"first_name": value})

    assert [ann] * fits == found(
        emma, ["and", ["email", "eq", "ann@example.com"], ["member_field:first_name", "contains", pattern]]
    )


# Groups


@pytest.mark.rule("emma.criteria.groups")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (["group", "in", "Widget Buyers", "Monthly Newsletter"], [EMMA, GLADYS, TONY]),
        (["group", "eq", "Proof Readers"], [NADIA]),
        (["group", "eq", "No Such Group"], []),
        (["group", "contains", "*newsletter"], [EMMA, GLADYS]),
    ],
)
def test_groups_are_known_by_name(emma: Emma, criteria: list[Any], expected: list[int]) -> None:
    assert expected == found(emma, criteria)


@pytest.mark.rule("emma.criteria.groups")
def test_a_deleted_group_finds_nobody(emma: Emma) -> None:
    emma.ask("DELETE", "/groups/150")

    assert [] == found(emma, ["group", "eq", "Monthly Newsletter"])


# Moments


@pytest.mark.rule("emma.criteria.days")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (["member_since", "eq", "2011-01-03"], [GLADYS]),
        (["member_since", "eq", "2011-01-03T15:54:13"], [GLADYS]),
        (["member_since", "eq", "2011-01-03 15:54:13"], [GLADYS]),
        (["member_since", "eq", "2011-01-03T15:54:14"], []),
        (["member_since", "lt", "2011-01-03"], [EMMA, TONY]),
        (["member_since", "gt", "2018-09-16"], []),
        (["member_since", "gt", "2018-09-16T18:19:59"], [FRIEND]),
        (["member_since", "between", "2010-11-12", "2011-01-03"], [EMMA, GLADYS, TONY]),
        (["member_since", "in", "2010-11-12", "2011-01-03T15:54:13", "2014-02-10"], [EMMA, GLADYS, TONY, HARRIET]),
    ],
)
def test_a_day_is_the_whole_day(emma: Emma, criteria: list[Any], expected: list[int]) -> None:
    assert expected == found(emma, criteria)


@pytest.mark.rule("emma.criteria.intervals")
@pytest.mark.parametrize(
    ("now", "criteria", "expected"),
    [
        # The clock of the account is six hours behind in winter: it shows 2011-01-03T15:54:13.
        ("2011-01-03T21:54:13Z", ["member_since", "in last", {"second": 0}], [GLADYS]),
        ("2011-01-03T21:54:14Z", ["member_since", "in last", {"second": "1"}], [GLADYS]),
        ("2011-01-03T21:54:15Z", ["member_since", "in last", {"second": "1"}], []),
        ("2011-01-03T21:54:12Z", ["member_since", "in last", {"day": 1}], []),
        ("2011-01-03T21:54:12Z", ["member_since", "in next", {"second": 1}], [GLADYS]),
        ("2011-01-01T21:54:13Z", ["member_since", "in next", {"day": 1, "hour": 24}], [GLADYS]),
        ("2011-02-03T21:54:13Z", ["member_since", "in last", {"month": 1}], [GLADYS]),
        ("2011-02-03T21:54:14Z", ["member_since", "in last", {"month": 1}], []),
        ("2012-01-03T21:54:13Z", ["member_since", "in last", {"year": 1}], [GLADYS]),
        ("2012-01-10T21:54:13Z", ["member_since", "in last", {"year": "1", "week": " 1 "}], [GLADYS]),
        # A month before the 31st of March is the last of February.
        ("2030-03-31T17:00:00Z", ["member_field:birthday", "in last", {"month": 1}], []),
        ("2030-01-01T00:00:00Z", ["member_since", "in last", {"year": 10**17}], EVERYBODY),
        ("2030-01-01T00:00:00Z", ["member_since", "in last", {"second": 10**17}], EVERYBODY),
        ("2010-01-01T00:00:00Z", ["member_since", "in next", {"month": 10**17}], EVERYBODY),
    ],
)
def test_intervals_reach_from_now(emma: Emma, now: str, criteria: list[Any], expected: list[int]) -> None:
    emma.workspace.freeze(now)

    assert expected == found(emma, criteria)


@pytest.mark.rule("emma.criteria.intervals")
@pytest.mark.parametrize(("born", "expected"), [("2030-02-28T12:00:00", True), ("2030-02-28T11:59:59", False)])
def test_a_month_before_the_end_of_march_is_the_end_of_february(emma: Emma, born: str, expected: bool) -> None:
    emma.workspace.freeze("2030-03-31T17:00:00Z")
    ann = emma.add("ann@example.com", fields={"birthday": born})

    assert [ann] * expected == found(emma, ["member_field:birthday", "in last", {"month": 1}])


@pytest.mark.rule("emma.criteria.datematch")
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"year": 2010}, [EMMA, TONY]),
        ({"year": "2010", "hour": 9}, [TONY]),
        ({"month": 11, "day": 12, "hour": 11, "minute": 23, "second": 45}, [EMMA]),
        ({"month": 2, "day": 30}, []),
    ],
)
def test_every_part_of_a_date_has_to_match(emma: Emma, parts: dict[str, Any], expected: list[int]) -> None:
    assert expected == found(emma, ["member_since", "datematch", parts])


@pytest.mark.rule("emma.criteria.datematch")
def test_birthdays_can_be_looked_for(emma: Emma) -> None:
    assert [NADIA] == found(emma, ["member_field:birthday", "datematch", {"month": "3", "day": "14"}])


@pytest.mark.rule("emma.criteria.weeks")
@pytest.mark.parametrize(
    ("day", "parts"),
    [
        ("2030-06-16", {"dow": 0}),
        ("2030-06-15", {"dow": 6}),
        ("2030-06-17", {"dow": 1, "week": 25}),
        ("2021-01-03", {"week": 53}),
        ("2021-01-04", {"week": 1}),
        ("2024-12-30", {"week": 1, "year": 2024}),
        ("2027-01-01", {"week": 53}),
        ("2025-12-28", {"week": 52}),
        ("2026-12-31", {"week": 53}),
        ("2023-01-01", {"week": 52}),
    ],
)
def test_days_of_the_week_count_from_sunday_and_weeks_by_iso(emma: Emma, day: str, parts: dict[str, int]) -> None:
    ann = emma.add("ann@example.com", fields={"birthday": day})
    others = [{name: number + (-1 if number in {6, 53} else 1)} for name, number in parts.items()]

    assert [ann] == found(emma, ["member_field:birthday", "datematch", parts])
    assert [[]] * len(parts) == [
        found(emma, ["and", ["email", "eq", "ann@example.com"], ["member_field:birthday", "datematch", each]])
        for each in others
    ]


# Opened and clicked


@pytest.fixture
def mailing(emma: Emma) -> int:
    """A mailing that Tony and Nadia got today; Tony opened it, and Nadia clicked its second link."""
    emma.workspace.freeze("2030-06-15T17:00:00Z")
    links = [{"name": "Shop", "target": "https://shop.example"}, {"name": "News", "target": "https://news.example"}]
    content = {"subject": "Hello", "html_body": "[% opt_out_url %]", "plaintext": "[% opt_out_url %]"}
    who = {"members": ["tony@myemma.com", "nadia.petrova@example.org"]}
    made = int(emma.backstage("compose", {**content, **who, "links": links})["mailing_id"])
    emma.backstage("send", {"mailing_id": made})
    emma.workspace.advance(seconds=1)
    emma.backstage("open", {"mailing_id": made, "member": "tony@myemma.com"})
    emma.backstage("click", {"mailing_id": made, "member": "nadia.petrova@example.org", "link": "News"})
    return made


@pytest.mark.rule("emma.criteria.opened")
@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (["opened"], [EMMA, TONY, NADIA]),
        (["opened", "in last", {"day": 1}], [TONY, NADIA]),
        (["opened", "datematch", {"year": 2011}], [EMMA]),
        (["and", ["opened", "eq", "2030-06-15"], ["not", ["clicked", "eq", "2030-06-15"]]], [TONY]),
        (["clicked"], [EMMA, NADIA]),
        (["clicked", "in last", {"week": "52"}], [NADIA]),
        (["not", ["opened", "in last", {"week": "52"}]], [EMMA, GLADYS, LUIS, HARRIET, FRIEND]),
    ],
)
def test_readers_are_found_by_what_they_opened_and_clicked(emma: Emma, criteria: list[Any], expected: list[int]) -> None:
    assert expected == found(emma, criteria)


@pytest.mark.rule("emma.criteria.record")
def test_an_id_limits_it_to_a_mailing_or_a_link(emma: Emma, mailing: int) -> None:
    shop, news = (link["link_id"] for link in emma.ask("GET", f"/mailings/{mailing}")["links"])

    assert [EMMA] == found(emma, ["opened", 200])
    assert [TONY, NADIA] == found(emma, ["opened", mailing])
    assert [TONY, NADIA] == found(emma, ["opened", mailing, "in last", {"day": 1}])
    assert [] == found(emma, ["opened", mailing, "lt", "2030-06-15"])
    assert [] == found(emma, ["opened", 999])
    assert [NADIA] == found(emma, ["clicked", news])
    assert [NADIA] == found(emma, ["clicked", news, "eq", "2030-06-15"])
    assert [] == found(emma, ["clicked", shop])


# Postal codes


@pytest.mark.rule("emma.criteria.zip_radius")
@pytest.mark.parametrize("center", ["97202", " 97202 ", "97202-1234"])
def test_only_the_same_postal_code_is_known_to_be_near(emma: Emma, center: Any) -> None:
    field(emma, "zip", "text")
    here, there = (
        emma.add(f"{code}@example.com", fields={"zip": code, "first_name": "Z"}) for code in ("97202", "97202-0001")
    )
    emma.add("near@example.com", fields={"zip": "97203"})

    assert [here, there] == found(emma, ["member_field:zip", "zip-radius:10", center])


@pytest.mark.rule("emma.criteria.zip_radius")
def test_a_number_is_a_postal_code_with_its_zeros(emma: Emma) -> None:
    field(emma, "zip", "text")
    boston = emma.add("boston@example.com", fields={"zip": "02134"})

    assert [boston] == found(emma, ["member_field:zip", "zip-radius:50", 2134])


# Faults


@pytest.mark.rule("emma.criteria.form")
@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ([], "criteria: expected an array such as"),
        ({}, "criteria: expected an array such as"),
        (5, "criteria: expected an array such as"),
        (True, "criteria: expected an array such as"),
        (["and"], 'criteria: "and" takes one array or more, found 0'),
        (["not"], 'criteria: "not" takes exactly one array, found 0'),
        (["not", ["email"], ["group"]], 'criteria: "not" takes exactly one array, found 2'),
        (["and", "email", "eq", "x"], "criteria[1]: expected an array such as"),
        (["or", ["email"], ["not", []]], "criteria[2][1]: expected an array such as"),
        (["or", ["email"], {"term": "email"}], "criteria[2]: expected an array such as"),
    ],
)
def test_what_is_no_filter_is_refused_by_its_place(emma: Emma, criteria: Any, said: str) -> None:
    assert refusal(emma, criteria).startswith(said)


@pytest.mark.rule("emma.criteria.as_text")
@pytest.mark.parametrize("criteria", ['["group", "eq", "Monthly Newsletter"]', "", "group"])
def test_criteria_in_a_text_are_refused(emma: Emma, criteria: str) -> None:
    assert "criteria: expected an array, found a text; send the array itself" == refusal(emma, criteria)


@pytest.mark.rule("emma.criteria.term")
@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        (["emial", "eq", "x"], 'criteria[0]: no term is called "emial"; did you mean "email"?'),
        (
            ["or", ["group"], ["shoe_size", "eq", 1]],
            'criteria[2][0]: no term is called "shoe_size"; there are member_field, ',
        ),
        (["AND", ["email"]], 'criteria[0]: no term is called "AND"; there are member_field, '),
        (["member_field", "eq", "x"], 'criteria[0]: "member_field" needs the shortcut name of a field after a colon'),
        (["member_field:", "eq", "x"], 'criteria[0]: "member_field" needs the shortcut name of a field after a colon'),
        (["email:x", "eq", "x"], 'criteria[0]: "email" takes no argument after a colon'),
        ([["email", "eq", "x"]], "criteria[0]: expected a term, or one of and, or, not; found ['email', 'eq', 'x']"),
        ([None, "eq", "x"], "criteria[0]: expected a term, or one of and, or, not; found None"),
        ([{"a": 1}], "criteria[0]: expected a term, or one of and, or, not; found {'a': 1}"),
    ],
)
def test_an_unknown_term_is_refused_by_its_name(emma: Emma, criteria: Any, said: str) -> None:
    assert refusal(emma, criteria).startswith(said)


@pytest.mark.rule("emma.criteria.operator")
@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        (["or", ["group"], ["email", "equals", "x"]], 'criteria[2][1]: no operator is called "equals"; did you mean "eq"?'),
        (["email", "contain", "x"], 'criteria[1]: no operator is called "contain"; did you mean "contains"?'),
        (["email", "~", "x"], 'criteria[1]: no operator is called "~"; there are eq, in, any, '),
        (["opened", 200, "eqs", "x"], 'criteria[2]: no operator is called "eqs"; did you mean "eq"?'),
        (["email", 5, "x"], "criteria[1]: expected an operator, found 5"),
        (["email", ["eq"], "x"], "criteria[1]: expected an operator, found ['eq']"),
        (["email", "eq:x", "x"], 'criteria[1]: no operator is called "eq:x"; did you mean "eq"?'),
        (["email", "eq"], 'criteria[1]: "eq" takes 1 argument(s), found 0'),
        (["email", "eq", "x", "y"], 'criteria[1]: "eq" takes 1 argument(s), found 2'),
        (["email", "between", "x"], 'criteria[1]: "between" takes 2 argument(s), found 1'),
        (["email", "in"], 'criteria[1]: "in" takes 1 or more argument(s), found 0'),
        (["member_field:first_name", "zip-radius:7", "97202"], "criteria[1]: expected zip-radius:N with N one of 5, 10, "),
        (["member_field:first_name", "zip-radius", "97202"], "criteria[1]: expected zip-radius:N with N one of 5, 10, "),
        (["member_field:unknown", "eqals", "x"], "criteria[1]: no operator is called"),
    ],
)
def test_an_unknown_operator_is_refused_by_its_name(emma: Emma, criteria: Any, said: str) -> None:
    assert refusal(emma, criteria).startswith(said)


@pytest.mark.rule("emma.criteria.kinds")
@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        (
            ["member_field:orders", "contains", "1*"],
            'a number cannot be searched with "contains"; expected one of eq, in, any, ',
        ),
        (["member_field:loyal", "gt", True], 'true or false cannot be searched with "gt"; expected one of eq, in, any'),
        (
            ["member_since", "contains", "2011*"],
            'a moment cannot be searched with "contains"; expected one of eq, in, any, ',
        ),
        (["group", "lt", "M"], 'the name of a group cannot be searched with "lt"; expected one of eq, in, any, contains'),
        (["member_status_id", "contains", "a"], 'a status cannot be searched with "contains"; expected one of eq, in, any'),
        (["email", "in last", {"day": 1}], 'an address cannot be searched with "in last"; expected one of eq, in, any, '),
        (
            ["member_field:first_name", "datematch", {"day": 1}],
            'a text cannot be searched with "datematch"; expected one of ',
        ),
        (
            ["member_field:orders", "zip-radius:5", "97202"],
            'a number cannot be searched with "zip-radius:5"; expected one of ',
        ),
    ],
)
def test_an_operator_that_makes_no_sense_is_refused_with_those_that_do(emma: Emma, criteria: Any, said: str) -> None:
    assert refusal(emma, criteria).startswith(f"criteria[1]: {said}")


@pytest.mark.rule("emma.criteria.argument")
@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        (["email", "eq", None], "criteria[2]: expected a text, found None"),
        (["member_field:first_name", "in", "a", ["b"]], "criteria[3]: expected a text, found ['b']"),
        (["member_field:first_name", "eq", True], "criteria[2]: expected a text, found True"),
        (["member_field:orders", "gt", "many"], "criteria[2]: expected a number, found 'many'"),
        (["member_field:orders", "gt", "1_000"], "criteria[2]: expected a number, found '1_000'"),
        (["member_field:orders", "gt", "١٢"], "criteria[2]: expected a number, found '١٢'"),
        (["member_field:orders", "between", 1, False], "criteria[3]: expected a number, found False"),
        (["member_field:orders", "eq", 10**400], "criteria[2]: expected a number, found 1000"),
        (["member_field:loyal", "eq", "maybe"], "criteria[2]: expected true or false, found 'maybe'"),
        (["member_field:loyal", "eq", 2], "criteria[2]: expected true or false, found 2"),
        (["member_status_id", "eq", "x"], "criteria[2]: expected one of a, e, o, f, found 'x'"),
        (["member_status_id", "eq", ["a"]], "criteria[2]: expected one of a, e, o, f, found ['a']"),
        (["group", "eq", 150], "criteria[2]: expected the name of a group, found 150"),
        (["member_since", "gt", "2011-02-30"], "criteria[2]: expected a day or a moment such as 2011-01-03 or "),
        (["member_since", "gt", "2011-01-01T25:00:00"], "criteria[2]: "),
        (["member_since", "gt", "yesterday"], "criteria[2]: expected a day or a moment such as 2011-01-03 or "),
        (["member_since", "gt", 2011], "criteria[2]: expected a day or a moment such as 2011-01-03 or "),
        (["opened", "eq", 200], "criteria[2]: expected a day or a moment such as 2011-01-03 or "),
        (["opened", 200, "gt", 5], "criteria[3]: expected a day or a moment such as 2011-01-03 or "),
        (["opened", -1], "criteria[1]: expected an id, found -1"),
        (["opened", 10**30], "criteria[1]: expected an id, found 1000"),
        (["member_since", "in last", 5], 'criteria[2]: expected an object such as {"day": 5}, of year, month, '),
        (["member_since", "in last", {}], 'criteria[2]: expected an object such as {"day": 5}, of year, month, '),
        (["member_since", "in last", {"days": 5}], 'criteria[2]: no unit of time is called "days"; did you mean "day"?'),
        (["member_since", "in last", {"dow": 5}], 'criteria[2]: no unit of time is called "dow"'),
        (["member_since", "in last", {"day": -1}], "criteria[2]: day: expected a whole number, 0 or more, found -1"),
        (["member_since", "in last", {"day": 1.5}], "criteria[2]: day: expected a whole number, 0 or more, found 1.5"),
        (["member_since", "in last", {"day": True}], "criteria[2]: day: expected a whole number, 0 or more, found True"),
        (
            ["member_since", "in last", {"day": "9" * 5000}],
            "criteria[2]: day: expected a whole number, 0 or more, found '999",
        ),
        (["member_since", "datematch", {"month": 13}], "criteria[2]: month: expected a number from 1 to 12, found 13"),
        (["member_since", "datematch", {"dow": "7"}], "criteria[2]: dow: expected a number from 0 to 6, found 7"),
        (["member_since", "datematch", {"year": 0}], "criteria[2]: year: expected a number from 1 to 9999, found 0"),
        (["member_since", "datematch", {"moon": 1}], 'criteria[2]: no part of a date is called "moon"'),
        (["email", "contains", 5], "criteria[2]: expected a pattern such as *foo* of 1000 characters at most, found 5"),
        (
            ["email", "contains", "*" * 1001],
            "criteria[2]: expected a pattern such as *foo* of 1000 characters at most, found ",
        ),
        (
            ["member_field:first_name", "zip-radius:5", "9720"],
            "criteria[2]: expected a postal code such as 97202, found '9720'",
        ),
        (["member_field:first_name", "zip-radius:5", "972021"], "criteria[2]: expected a postal code such as 97202, "),
        (["member_field:first_name", "zip-radius:5", -97202], "criteria[2]: expected a postal code such as 97202, "),
        (["member_field:unknown", "eq", {}], "criteria[2]: expected a text, a number, true or false, found {}"),
        (["member_field:unknown", "in last", {"days": 1}], 'criteria[2]: no unit of time is called "days"'),
    ],
)
def test_an_argument_that_does_not_fit_is_refused_by_its_place(emma: Emma, criteria: Any, said: str) -> None:
    assert refusal(emma, criteria).startswith(said)


@pytest.mark.rule("emma.criteria.argument")
def test_a_long_name_or_value_is_not_repeated_whole(emma: Emma) -> None:
    assert len(refusal(emma, ["x" * 100_000, "eq", 1])) < 300
    assert len(refusal(emma, ["email", "y" * 100_000, 1])) < 300
    assert len(refusal(emma, ["member_field:orders", "eq", "z" * 100_000])) < 300


# Limits


@pytest.mark.rule("emma.criteria.limits")
def test_criteria_may_be_nested_twenty_deep(emma: Emma) -> None:
    emma.ask("POST", "/searches", {"name": "Deep", "criteria": nested(20)})

    assert refusal(emma, nested(21)).endswith(": nested more than 20 deep")


@pytest.mark.rule("emma.criteria.limits")
@pytest.mark.parametrize("depth", [100, 1000, 100_000])
def test_criteria_nested_without_end_are_refused(emma: Emma, depth: int) -> None:
    criteria = '["not", ' * depth + '["email"]' + "]" * depth
    body = f'{{"name": "Deep", "criteria": {criteria}}}'

    response = emma.request("POST", "/searches", content=body.encode())

    assert 400 == response.status_code
    assert "deep" in error(response)


@pytest.mark.rule("emma.criteria.limits")
@pytest.mark.parametrize("predicate", ["and", "or"])
def test_criteria_may_have_five_hundred_filters(emma: Emma, predicate: str) -> None:
    many = [["not", ["member_field:interests", "in", "Cooking", "Travel"]]] * 500

    assert [EMMA, GLADYS, TONY, LUIS, HARRIET, FRIEND] == found_by_search(emma, [predicate, *many])
    assert "criteria[501]: more than 500 filters" == refusal(emma, [predicate, *[["email"]] * 501])


def found_by_search(emma: Emma, criteria: list[Any]) -> list[int]:
    search = emma.ask("POST", "/searches", {"name": "Large", "criteria": criteria})
    return [member["member_id"] for member in emma.ask("GET", f"/searches/{search}/members")]
