"""Templates: what they are made of, and finding them."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence

LETTER, INVITATION, NOTE = 301, 302, 303


def found(emfluence: Emfluence, **parameters: Any) -> list[int]:
    return [template["templateID"] for template in emfluence.records("templates/search", **parameters)]


@pytest.mark.rule("emf.lookup_templates", "emf.lookup_templates.slots")
def test_a_template_is_answered_whole(emfluence: Emfluence) -> None:
    template = emfluence.ok("templates/lookup", templateID=LETTER)

    assert '<emflcontent body_slot="2" name="side-bar"></emflcontent>' in template["htmlVersion"]
    assert {
        "templateID": LETTER,
        "templateName": "Monthly Letter",
        "type": "HTML",
        "htmlVersion": template["htmlVersion"],
        "previewHTML": template["htmlVersion"],
        "textVersion": "",
        "editableSlots": "2",
        "htmlHeadEditable": 0,
        "overrideApprovalProcess": 0,
        "thumbnail": "",
        "defaults": {
            "bccAddress": "",
            "clickTrackingEnabled": 1,
            "fromAddress": "news@museum.example",
            "fromName": "Harbor Museum",
            "replyToAddress": "",
            "replyToName": "",
            "subject": "News from the Harbor Museum",
            "title": "Monthly Letter",
            "viewTrackingEnabled": 1,
        },
        "userIDs": [102, 103],
        "dateAdded": template["dateAdded"],
        "dateModified": "",
    } == template


@pytest.mark.rule("emf.lookup_templates.slots")
def test_slots_are_counted_in_a_text(emfluence: Emfluence) -> None:
    templates = emfluence.ok("templates/lookup", templateIDs=[LETTER, INVITATION, NOTE])

    assert ["2", "1", "0"] == [template["editableSlots"] for template in templates]
    assert [0, 1, 0] == [template["htmlHeadEditable"] for template in templates]
    assert ["", "", "Text"] == [template["type"].replace("HTML", "") for template in templates]


@pytest.mark.rule("emf.lookup_templates.several")
@pytest.mark.parametrize("ids", [[NOTE, LETTER], "303,301", ["303,999", 301, NOTE]])
def test_several_templates_are_an_array_in_the_order_asked_for(emfluence: Emfluence, ids: Any) -> None:
    templates = emfluence.ok("templates/lookup", templateIDs=ids, templateID=INVITATION)

    assert [NOTE, LETTER] == [template["templateID"] for template in templates]
    assert [] == emfluence.ok("templates/lookup", templateIDs=[999])


@pytest.mark.rule("emf.lookup_templates.unknown")
def test_a_template_that_does_not_exist_is_not_found(emfluence: Emfluence) -> None:
    assert (300, "templateID: there is no template 0") == emfluence.refused("templates/lookup", templateID=0)
    assert 300 == emfluence.get("templates/lookup", templateID="999")["code"]
    assert 300 == emfluence.code("templates/lookup", templateID=2**62)
    assert (502, "templateID or templateIDs is required") == emfluence.refused("templates/lookup")
    assert 502 == emfluence.code("templates/lookup", templateID="", templateIDs=[])
    assert 500 == emfluence.code("templates/lookup", templateID="x")
    assert 500 == emfluence.code("templates/lookup", templateIDs=[[]])


@pytest.mark.rule("emf.search_templates")
def test_templates_are_found_by_name_in_a_short_form(emfluence: Emfluence) -> None:
    whole = emfluence.ok("templates/lookup", templateID=INVITATION)
    short = ("templateID", "templateName", "type", "thumbnail", "userIDs", "dateAdded", "dateModified")

    assert [INVITATION, LETTER, NOTE] == found(emfluence)
    assert {name: whole[name] for name in short} == emfluence.records("templates/search")[0]


@pytest.mark.rule("emf.search_templates.name")
@pytest.mark.parametrize(
    ("name", "expected"),
    [("LETTER", [LETTER]), (" t", [LETTER, INVITATION, NOTE]), ("", [INVITATION, LETTER, NOTE]), ("%", []), ("*", [])],
)
def test_a_part_of_the_name_is_enough(emfluence: Emfluence, name: str, expected: list[int]) -> None:
    assert sorted(expected) == sorted(found(emfluence, templateName=name))


@pytest.mark.rule("emf.search_templates")
def test_templates_are_paged(emfluence: Emfluence) -> None:
    page = emfluence.ok("templates/search", rpp=2, page=2)

    assert (3, 2, [NOTE]) == (
        page["paging"]["totalRecords"],
        page["paging"]["totalPages"],
        [template["templateID"] for template in page["records"]],
    )
    assert 501 == emfluence.code("templates/search", rpp=251)
    assert 3 == emfluence.get("templates/search")["data"]["paging"]["totalRecords"]


@pytest.mark.rule("emf.templates.visible")
def test_everybody_sees_every_template(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert [INVITATION, LETTER, NOTE] == found(volunteer)
    assert NOTE == volunteer.ok("templates/lookup", templateID=NOTE)["templateID"]
