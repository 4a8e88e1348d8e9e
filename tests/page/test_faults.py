"""Faults as a person arms and disarms them."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.page.reader import STRANGE, Reader
from tests.providers.ethermailer.client import EtherMailer

ADDING = json.dumps({"provider": "ethermailer", "operation": "add_contact"})
MORE = "#more"


def armed(reader: Reader) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reader.workspace.control("GET", "faults")
    return found


def arm(reader: Reader, **fault: Any) -> None:
    reader.workspace.control("POST", "faults", json=fault)


def statuses(reader: Reader, calls: int) -> list[int]:
    ether = EtherMailer(reader.workspace)
    return [ether.get("/user").status_code for _ in range(calls)]


def test_nothing_armed_says_what_to_do(reader: Reader) -> None:
    page = reader.get("faults")

    assert "Nothing is armed: every call goes as it should." in page.text
    assert [] == page.texts("button.danger")


def test_one_press_refuses_the_next_call_as_the_provider_does(reader: Reader) -> None:
    page = reader.press(reader.get("faults", provider="ethermailer"), "Refuse")

    assert "Armed as fault 1: Ether Mailer refuses." == page.said
    assert f"{reader.at}/faults?provider=ethermailer" == page.url
    assert [429, 200] == statuses(reader, 2)


def test_the_refusal_that_is_offered_first_goes_away_when_one_waits(reader: Reader) -> None:
    offered = reader.get("faults").texts("#refuse ~ form select[name='act.name'] option[selected]")

    assert ["403 rate_limit_exceeded", "403 too_many_connections (5)", "429 too_many_requests"] == offered


def test_every_refusal_of_the_catalogue_can_be_chosen(reader: Reader) -> None:
    page = reader.get("faults")
    listed = reader.workspace.control("GET", "faults/refusals")
    values = [str(each["value"]) for each in page.tree.select("#refuse ~ form select[name='act.name'] option")]

    assert [refusal["name"] for refusal in listed] == values


def test_one_press_holds_the_next_call_up(reader: Reader) -> None:
    page = reader.press(reader.get("faults"), "Delay", **{"delay.seconds": "0.01"})

    assert "Armed as fault 1: calls are held up." == page.said
    assert "held up 0.01 s any call · the first call" in page.text
    assert [200, 200] == statuses(reader, 2)
    assert [None, 1] == [call["fault"] for call in reader.workspace.calls()]


def test_what_is_to_be_armed_can_be_in_the_address(reader: Reader) -> None:
    page = reader.get("faults?provider=ethermailer&operation=add_contact&refusal=already_exists&path=/user/*")
    chosen = [str(each["value"]) for each in page.tree.select("option[selected]")]

    assert [ADDING, "already_exists", ADDING, ADDING] == chosen
    assert 1 == len(page.tree.select("#refuse ~ form"))
    assert "/user/*" == page.one("[name='match.path']")["value"]
    assert page.one(MORE).has_attr("open")


def test_a_vendors_code_names_its_refusal(reader: Reader) -> None:
    page = reader.get("faults", provider="emfluence", refusal="301")

    assert "200 duplicate_record (301)" in page.texts("#refuse ~ form option[selected]")


@pytest.mark.parametrize(
    ("times", "seen"),
    [('{"first": 2}', [429, 429, 200]), ('{"nth": 2}', [200, 429, 200]), ("{}", [429, 429, 429])],
)
def test_how_many_calls_have_it_is_chosen(reader: Reader, times: str, seen: list[int]) -> None:
    page = reader.get("faults", provider="ethermailer")

    assert times in [str(each["value"]) for each in page.form("Refuse").select("[name='when{}'] option")]
    reader.press(page, "Refuse", **{"when{}": times})
    assert seen == statuses(reader, 3)


@pytest.mark.parametrize(
    ("filled", "act"),
    [
        ({"act{}": '{"kind": "drop", "at": "before"}'}, {"kind": "drop", "at": "before"}),
        ({"act{}": '{"kind": "drop", "at": "middle"}'}, {"kind": "drop", "at": "middle"}),
        ({"act{}": '{"kind": "truncate"}'}, {"kind": "truncate", "size": None}),
        ({"act{}": '{"kind": "truncate"}', "act.size": "7"}, {"kind": "truncate", "size": 7}),
        ({"act{}": '{"kind": "garbage"}', "act.size": "9"}, {"kind": "garbage", "size": 9, "seed": 1}),
        ({"act{}": '{"kind": "lose_answer"}'}, {"kind": "lose_answer"}),
        ({"act{}": '{"kind": "lose_request"}'}, {"kind": "lose_request"}),
        (
            {"act{}": '{"kind": "refusal"}', "act.name": "not_found", "match{}": ADDING},
            {"kind": "refusal", "name": "not_found"},
        ),
        (
            {
                "act{}": '{"kind": "answer"}',
                "act.status": "503",
                "act.body": STRANGE,
                "act.headers.Content-Type": "text/html",
                "act.headers.Retry-After": "3",
            },
            {
                "kind": "answer",
                "status": 503,
                "body": STRANGE,
                "headers": {"Content-Type": "text/html", "Retry-After": "3"},
            },
        ),
    ],
    ids=["before", "middle", "half", "size", "garbage", "answer-lost", "request-lost", "refusal", "answer"],
)
def test_everything_that_can_happen_is_armed_by_the_long_form(
    reader: Reader, filled: dict[str, str], act: dict[str, Any]
) -> None:
    page = reader.get("faults")
    kinds = [str(each["value"]) for each in page.tree.select("[type=radio]")]

    assert filled["act{}"] in kinds
    assert "Armed as fault 1." == reader.press(page, "Arm", within=MORE, **filled).said
    assert [act] == [fault["act"] for fault in armed(reader)]


def test_the_long_form_aims_finely(reader: Reader) -> None:
    filled = {
        "match{}": ADDING,
        "match.method": "post",
        "match.path": "/user/contact",
        "when.first": "",
        "when.probability": "0.25",
        "when.seed": "7",
        "delay.min": "0.1",
        "delay.max": "0.2",
        "delay.seed": "3",
    }
    page = reader.press(reader.get("faults"), "Arm", within=MORE, **filled)
    (fault,) = armed(reader)

    assert {**json.loads(ADDING), "method": "POST", "path": "/user/contact"} == fault["match"]
    assert {"first": None, "nth": None, "probability": 0.25, "seed": 7} == fault["when"]
    assert {"seconds": None, "min": 0.1, "max": 0.2, "seed": 3} == fault["delay"]
    assert "Ether Mailer add_contact POST /user/contact · each with probability 0.25" in page.text
    assert "held up 0.1 to 0.2 s" in page.text


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({}, "nothing would happen"),
        ({"delay.seconds": "1", "when.first": "1", "when.nth": "2"}, "first and nth cannot go together"),
        ({"act{}": '{"kind": "refusal"}', "act.name": "not_found"}, "whose refusal is not_found?"),
        ({"act{}": '{"kind": "drop", "at": "before"}', "act.status": "500"}, "act.drop.status"),
        ({"act{}": '{"kind": "answer"}'}, "act.answer.status"),
        ({"delay.seconds": "1e9"}, "delay.seconds"),
        ({"delay.seconds": "1", "match.method": STRANGE}, "no method is called"),
        ({"delay.seconds": "1", "match.path": "user"}, "begins neither with / nor with *"),
    ],
)
def test_what_would_mean_nothing_is_refused_with_the_reason(reader: Reader, filled: dict[str, str], said: str) -> None:
    page = reader.press(reader.get("faults"), "Arm", within=MORE, status=400, **filled)

    assert said in page.text
    assert STRANGE not in page.source
    assert [] == armed(reader)


def test_an_armed_fault_tells_what_it_has_done_and_to_which_calls(reader: Reader) -> None:
    arm(reader, match={"provider": "ethermailer"}, when={"first": 2}, act={"kind": "answer", "status": 502})
    statuses(reader, 3)
    page = reader.get("faults")

    assert ["1 over", "2"] == page.texts("#fault-1 td:first-child, #fault-1 .number:nth-of-type(4)")
    assert "answered with 502 Ether Mailer any call · the first 2 calls" in page.text
    assert [f"{reader.at}/calls/2", f"{reader.at}/calls/1"] == [str(each["href"]) for each in page.tree.select("#fault-1 a")]


def test_of_many_calls_the_newest_are_told(reader: Reader) -> None:
    arm(reader, act={"kind": "answer", "status": 502})
    statuses(reader, 8)

    assert ["8", "7", "6", "5", "4"] == reader.get("faults").texts("#fault-1 a")


def test_one_fault_is_disarmed_and_the_others_stay(reader: Reader) -> None:
    for status in (501, 502):
        arm(reader, act={"kind": "answer", "status": status})

    page = reader.press(reader.get("faults"), "Disarm", within="#fault-1")

    assert "Fault 1 is disarmed." == page.said
    assert [2] == [fault["id"] for fault in armed(reader)]


def test_all_faults_are_disarmed_together(reader: Reader) -> None:
    for status in (501, 502):
        arm(reader, act={"kind": "answer", "status": status})

    page = reader.press(reader.get("faults"), "Disarm all")

    assert "Disarmed 2: nothing goes wrong any more." == page.said
    assert [200] == statuses(reader, 1)


def test_a_fault_that_is_gone_already_is_told_so(reader: Reader) -> None:
    arm(reader, act={"kind": "answer", "status": 502})
    page = reader.get("faults")
    reader.press(page, "Disarm")

    assert "no fault 1 is armed (any more)" in reader.press(page, "Disarm", status=404).text


def test_what_was_armed_is_only_a_text(reader: Reader) -> None:
    arm(reader, match={"path": f"/{STRANGE}"}, delay={"seconds": 1})
    page = reader.get("faults")

    assert f"/{STRANGE}" in page.text
    assert STRANGE not in page.source


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"provider": "ema"}, 404, 'no provider is called "ema"; did you mean "emma"?'),
        ({"operation": "add_kontact"}, 400, 'did you mean "add_contact"?'),
        ({"operation": "add_contact", "provider": "emma"}, 400, "no operation is called"),
        ({"refusal": "not_fond"}, 400, 'did you mean "not_found"?'),
        ({"refusal": STRANGE}, 400, "no refusal is called"),
        ({"operation": "\x00\ud7ff" * 5000}, 400, "no operation is called"),
    ],
    ids=["provider", "operation", "of-another", "refusal", "markup", "control"],
)
def test_a_name_that_nobody_has_is_told_with_a_near_one(
    reader: Reader, query: dict[str, str], status: int, said: str
) -> None:
    page = reader.get("faults", status=status, **query)

    assert said in page.text
    assert STRANGE not in page.source


def test_a_hostile_address_prefills_only_texts(reader: Reader) -> None:
    query = urlencode({"path": f'"{STRANGE}', "method": STRANGE})
    page = reader.get(f"faults?{query}")

    assert f'"{STRANGE}' == page.one("[name='match.path']")["value"]
    assert STRANGE not in page.source


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"match{}": "1", "match.path": "/x"}, "match.path: match is no object"),
        ({"match": "x", "match.path": "/x"}, "match.path: match is no object"),
        ({"act{}": "[1]", "act.name": "x"}, "act.name: act is no object"),
        ({"act{}": "[" * 100_000}, "act: this is no JSON"),
        ({"act{}": "{"}, "act: this is no JSON"),
        ({"delay.seconds#": "9" * 5000}, "delay.seconds"),
        ({"a" + ".a" * 50_000: "x"}, "Extra inputs are not permitted"),
        ({"delay.seconds": "\ud800"}, "delay.seconds"),
    ],
    ids=["number", "text", "list", "deep", "broken", "huge", "dots", "surrogate"],
)
def test_a_form_that_no_page_has_is_refused_with_a_sentence(reader: Reader, form: dict[str, str], said: str) -> None:
    answer = reader.send_by_script("post/faults", form)

    assert (400, True) == (answer.status_code, said in answer.json()["error"])
    assert [] == armed(reader)
