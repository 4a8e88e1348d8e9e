"""The backstage of a provider on its page: verbs as forms, and as buttons where nothing is left to fill in."""

from enum import Enum
from typing import Any, Literal

import pytest
from fastapi import APIRouter
from pydantic import BaseModel, Field

from mockserver.page.backstage_forms import Field as FormField
from mockserver.page.backstage_forms import verbs_of
from mockserver.providers import PROVIDERS
from mockserver.providers.ethermailer.wire import snowflake
from tests.page.reader import Page, Reader
from tests.providers.emma.client import Emma

SIGNUP = "new@example.com"


def compose(emma: Emma, **written: Any) -> int:
    return int(emma.backstage("compose", {"subject": "News", "members": ["emma@myemma.com"], **written})["mailing_id"])


def sign_up(emma: Emma) -> None:
    emma.ask("POST", "/members/signup", {"email": SIGNUP, "group_ids": [150]})


def mailing(reader: Reader, mailing_id: int) -> Page:
    return reader.get(f"state/emma/emma_mailing/{mailing_id}")


def status(emma: Emma, mailing_id: int) -> str:
    return str(emma.ask("GET", f"/mailings/{mailing_id}")["mailing_status"])


# On the page of a provider


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_verb_of_every_provider_has_a_form_with_its_explanation(reader: Reader, provider: Any) -> None:
    page = reader.get(f"state/{provider.name}")
    verbs = [verb for verb in verbs_of(provider.backstage) if not verb.is_list]

    said = [" ".join(summary.get_text().split()) for summary in page.tree.select("details.verb summary")]

    assert [f"{verb.title} {verb.explanation.replace('`', '')}" for verb in verbs] == said


def test_a_mailing_is_composed(emma: Emma, reader: Reader) -> None:
    filled = {
        "subject": "Hello <b>you</b>",
        "html_body": "<p>News.</p>\n<p>More.</p>",
        "groups[]#": "150\r\nSpecial Events",
        "heads_up[]": "boss@example.com",
        "links{}": '[{"name": "Shop", "target": "https://shop.example"}]',
        "type": "t",
    }
    page = reader.press(reader.get("state/emma"), "Compose mailing", **filled)
    mailing_id = int(page.said.removeprefix("Compose mailing: mailing_id ").partition(",")[0])
    found = emma.ask("GET", f"/mailings/{mailing_id}")

    assert ("Hello <b>you</b>", "<p>News.</p>\n<p>More.</p>", "t") == tuple(
        found[name] for name in ("subject", "html_body", "mailing_type")
    )
    assert [150, 152] == sorted(each["member_group_id"] for each in found["recipient_groups"])
    assert ["Shop"] == [each["link_name"] for each in found["links"]]
    assert page.url.endswith("/state/emma?verb=compose")
    assert page.one("#verb-compose").has_attr("open")


@pytest.mark.parametrize(
    ("filled", "reason"),
    [
        ({"subject": "x", "links{}": "[{"}, "links: this is no JSON"),
        ({"subject": "x", "links{}": "[{}]"}, "body.links[0].name: Field required"),
        ({"subject": "x", "send_at": "soon"}, "body.send_at: "),
        ({"subject": "x", "groups[]#": "Nowhere"}, "Nowhere"),
        ({}, "body.subject: Field required"),
    ],
)
def test_what_cannot_be_composed_is_refused_in_the_words_of_the_control_api(
    reader: Reader, filled: dict[str, str], reason: str
) -> None:
    page = reader.press(reader.get("state/emma"), "Compose mailing", status=400 if reason != "Nowhere" else 404, **filled)

    assert reason in page.text


def test_examples_are_shown_and_not_sent(reader: Reader) -> None:
    form = reader.get("state/emma").form("Compose mailing")
    subject = form.select_one("input[name=subject]")

    assert subject is not None
    assert ("Hello [% member:first_name %]", "") == (subject["placeholder"], subject["value"])
    assert subject.has_attr("required")


def test_an_address_fills_a_form_in(reader: Reader) -> None:
    page = reader.get("state/emma", verb="click", mailing_id="17", member='a"b@example.com')
    form = page.form("Click link")

    assert ["verb-click"] == page.ids("details.verb[open]")
    assert ["17", 'a"b@example.com'] == [form.select('input[type="number"]')[0]["value"], form.select("input")[3]["value"]]


def test_a_verb_that_is_not_there_is_told_with_what_is_near(reader: Reader) -> None:
    assert 'no verb is called "clik"; did you mean "click"?' in reader.get("state/emma", status=404, verb="clik").text


def test_the_server_itself_has_no_backstage(reader: Reader) -> None:
    assert [] == reader.get("state/mockserver").texts("details.verb")


# What waits


def test_a_signup_that_waits_is_confirmed_by_a_button(emma: Emma, reader: Reader) -> None:
    assert "Nothing waits." in reader.get("state/emma").text

    sign_up(emma)
    page = reader.get("state/emma")
    confirmed = reader.press(page, "Confirm signup", within="#waiting-signups")

    assert SIGNUP in page.one("#waiting-signups").get_text()
    assert "Confirm signup: member_id 1024" == confirmed.said
    assert "Nothing waits." in confirmed.text


def test_a_registration_that_waits_is_confirmed_by_a_button(reader: Reader) -> None:
    server, headers = reader.workspace.server, reader.workspace.provider("ethermailer")["headers"]
    body = {"email": SIGNUP, "name": "<script>x</script>", "senderProfileId": str(snowflake(1))}
    server.post("/ethermailer/user/contact/register", headers=headers, json=body).raise_for_status()
    page = reader.get("state/ethermailer")
    confirmed = reader.press(page, "Confirm registration", within="#waiting-registrations")

    assert "<script>x" not in page.source
    assert confirmed.said.startswith("Confirm registration: contact_id ")


def test_only_the_beginning_of_a_long_list_is_shown(emma: Emma, reader: Reader) -> None:
    for number in range(22):
        emma.ask("POST", "/members/signup", {"email": f"m{number}@crowd.example", "group_ids": [150]})
    page = reader.get("state/emma")

    assert 20 == len(page.tree.select("#waiting-signups tbody tr"))
    assert "and 2 more" in page.text


# On the page of a row


def test_a_mailing_is_sent_by_a_button_of_its_row(emma: Emma, reader: Reader) -> None:
    mailing_id = compose(emma)
    page = reader.press(mailing(reader, mailing_id), "Send mailing")

    assert f"Send mailing: mailing_id {mailing_id}, status p" == page.said
    assert page.url.endswith(f"/state/emma/emma_mailing/{mailing_id}")

    reader.workspace.advance(minutes=10)

    assert "c" == status(emma, mailing_id)


def test_a_verb_that_needs_more_than_the_row_is_a_form_that_knows_it(emma: Emma, reader: Reader) -> None:
    mailing_id = compose(emma)
    page = reader.press(mailing(reader, mailing_id), "Fail mailing", reason="the mail server is down")

    assert "f" == status(emma, mailing_id)
    assert "the mail server is down" in page.text


def test_a_row_of_another_kind_offers_no_verbs_of_mailings(reader: Reader) -> None:
    assert [] == reader.get("state/emma/emma_group/150").texts("details.verb")


@pytest.mark.reading("emma", imports_take=60)
def test_an_import_finishes_by_a_button_of_its_row(emma: Emma, reader: Reader) -> None:
    reader.workspace.freeze()
    started = emma.ask("POST", "/members", {"members": [{"email": "a@crowd.example"}]})
    page = reader.press(reader.get(f"state/emma/emma_import/{started['import_id']}"), "Finish import")

    assert "status o, num_members_added 1" in page.said


def test_a_delivery_offers_what_its_reader_may_do(emma: Emma, reader: Reader) -> None:
    """Its row is neither the mailing nor the member, but refers to both."""
    mailing_id = compose(emma)
    emma.backstage("send", {"mailing_id": mailing_id})
    reader.workspace.advance(minutes=10)
    deliveries = reader.get("state/emma/emma_delivery", column="mailing_id", value=mailing_id)
    delivery = reader.get(str(deliveries.one("#rows tbody a")["href"]))
    page = reader.press(delivery, "Open message")

    assert "Open message: members 1" == page.said
    assert "Send mailing" not in delivery.text


def test_a_confirmation_is_confirmed_by_its_own_token(emma: Emma, reader: Reader) -> None:
    sign_up(emma)
    waiting = reader.get("state/emma/emma_confirmation")
    page = reader.press(reader.get(str(waiting.one("#rows tbody a")["href"])), "Confirm signup")

    assert "Confirm signup: member_id 1024" == page.said


# Forms out of models


class Inner(BaseModel):
    model_config = {"json_schema_extra": {"examples": [{"a": 1}]}}

    a: int


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Everything(BaseModel):
    """What a verb could take."""

    count: int = Field(3, ge=1, le=2**63 - 1)
    size: float | None = Field(None, ge=0, le=1.5)
    sure: bool | None = None
    colour: Colour
    only: Literal["x"] | None = None
    who: int | str | None = None
    words: list[str] = Field([], description="Some.")
    ids: list[int | str] = []
    inner: Inner | None = None
    inners: list[Inner] = []
    free: dict[str, Any] = {}
    anything: Any = None
    note: str = ""


def everything() -> APIRouter:
    router = APIRouter()

    @router.put("/all")
    async def do_all(_body: Everything) -> None:
        """Do it."""

    @router.post("/nothing")
    async def do_nothing() -> None:
        """Do nothing."""

    return router


def test_each_kind_of_value_has_its_field() -> None:
    verb, nothing = verbs_of(everything)
    fields = {field.name: field for field in verb.form({"who": 7, "ids": [1, "two"]})}

    assert ("put", "Do all", "Do it.", "What a verb could take.") == (verb.method, verb.title, verb.explanation, verb.about)
    assert ("post", []) == (nothing.method, nothing.form())
    assert {
        "count#": "number",
        "size": "number",
        "sure": "select",
        "colour": "select",
        "only": "text",
        "who#": "text",
        "words[]": "area",
        "ids[]#": "area",
        "inner{}": "area",
        "inners{}": "area",
        "free{}": "area",
        "anything{}": "area",
        "note": "area",
    } == {name: field.kind for name, field in fields.items()}
    assert ["colour"] == [name for name, field in fields.items() if field.required]
    assert (("true", "false"), ("red", "blue")) == (fields["sure"].options, fields["colour"].options)
    assert ("7", "1\ntwo") == (fields["who#"].value, fields["ids[]#"].value)


def test_a_field_tells_its_bounds_its_default_and_an_example() -> None:
    fields: dict[str, FormField] = {field.name: field for field in verbs_of(everything)[0].form()}

    assert (1, None, "1", "Unset: 3.") == tuple(getattr(fields["count#"], n) for n in ("least", "most", "step", "hint"))
    assert (0, 1.5, "any") == tuple(getattr(fields["size"], name) for name in ("least", "most", "step"))
    assert "Some. One on each line." == fields["words[]"].hint
    assert ('{"a": 1}', '[{"a": 1}]') == (fields["inner{}"].placeholder, fields["inners{}"].placeholder)
