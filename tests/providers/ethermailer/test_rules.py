"""The rules of state without HTTP: actions, called on a context as the routes call them."""

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from mockserver.core.workspace import Workspace
from mockserver.providers.ethermailer import ETHERMAILER
from mockserver.providers.ethermailer.actions import contact_groups, contacts, imports
from mockserver.providers.ethermailer.errors import BadRequest, EtherRefusal, NotFound
from mockserver.providers.ethermailer.schemas.contact_groups import contact_group_page
from mockserver.providers.ethermailer.schemas.contacts import ContactPayload
from mockserver.providers.ethermailer.settings import EtherContext, EtherMailerSettings
from mockserver.providers.ethermailer.wire import Page
from tests.runtime import NOON, new_runtime

ELENI = "eleni.markou@example.com"
EVERYTHING = Page(limit=50, offset=0)

T = TypeVar("T")


@pytest.fixture
def world() -> Iterator[Workspace]:
    """A workspace at noon, with the standard fixtures and without a server around it."""
    runtime = new_runtime()
    yield runtime.workspaces.default
    runtime.workspaces.close()


def payload(email: str, **fields: Any) -> ContactPayload:
    return ContactPayload.model_validate({"email": email, **fields})


def identify(context: EtherContext, email: str) -> int:
    found = contacts.find_by_address(context, email)

    assert found is not None
    return int(found.id)


def groups_of(context: EtherContext, contact: int) -> list[str]:
    return [group.name for group in contacts.get(context, contact).groups]


def counts(context: EtherContext) -> dict[str, int]:
    page = contact_group_page(*contact_groups.page(context, EVERYTHING))
    return {group["name"]: group["contactsCount"] for group in page["items"]}


def deletions(context: EtherContext) -> dict[str, datetime]:
    rows, _ = contacts.page(context, EVERYTHING)
    return {email: deleted_at for _, email, _, _, deleted_at in rows if deleted_at is not None}


def finish(work: Generator[None, None, T]) -> T:
    """Do all slices of a piece of work, one after the other."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


def rules_of(refusal: EtherRefusal) -> set[str]:
    return {violation.rule for violation in refusal.violations}


@pytest.mark.rule("ether.delete_contacts.soft", "ether.get_contact.deleted")
def test_deleting_marks_a_contact_with_the_moment_and_hides_it(world: Workspace) -> None:
    with world.transaction(ETHERMAILER) as context:
        eleni = identify(context, ELENI)
        contacts.delete_many(context, [str(eleni)])

        assert NOON == deletions(context)[ELENI]
        with pytest.raises(NotFound) as refused:
            contacts.get(context, eleni)
        assert "ether.get_contact.deleted" == refused.value.rule


@pytest.mark.rule("ether.restore_contacts.round_trip")
def test_restoring_brings_a_contact_back_as_it_was(world: Workspace) -> None:
    with world.transaction(ETHERMAILER) as context:
        eleni = identify(context, ELENI)
        before = contacts.get(context, eleni), counts(context)
        contacts.delete_many(context, [str(eleni)])
        without = counts(context)

        contacts.restore_many(context, [str(eleni)])

        assert (10, 9) == (before[1]["All customers"], without["All customers"])
        assert before == (contacts.get(context, eleni), counts(context))


@pytest.mark.rule("ether.bulk.idempotent")
def test_a_second_deletion_keeps_the_date_of_the_first(world: Workspace) -> None:
    for _ in range(2):
        with world.transaction(ETHERMAILER) as context:
            contacts.delete_many(context, [str(identify(context, ELENI))])
        world.clock.advance(timedelta(days=1))

    assert NOON == deletions(world.context(ETHERMAILER))[ELENI]


@pytest.mark.rule("ether.contacts.duplicate_deleted")
def test_nobody_takes_the_address_of_a_deleted_contact(world: Workspace) -> None:
    with world.transaction(ETHERMAILER) as context:
        contacts.delete_many(context, [str(identify(context, ELENI))])

        with pytest.raises(BadRequest) as refused:
            contacts.add(context, payload(ELENI.upper()))
        assert {"ether.contacts.duplicate_deleted"} == rules_of(refused.value)


@pytest.mark.rule("ether.delete_contact_group.contacts_stay")
def test_removing_a_group_keeps_its_contacts(world: Workspace) -> None:
    with world.transaction(ETHERMAILER) as context:
        eleni, before = identify(context, ELENI), contacts.page(context, EVERYTHING)
        newsletter = contacts.get(context, eleni).groups[1]

        contact_groups.remove(context, newsletter.id)

        assert before == contacts.page(context, EVERYTHING)
        assert ["All customers"] == groups_of(context, eleni)
        assert "ether.delete_contact_group.contacts_stay" in context.rules


@pytest.mark.rule("ether.update_contact.replace")
def test_an_update_replaces_the_contact(world: Workspace) -> None:
    with world.transaction(ETHERMAILER) as context:
        eleni = identify(context, ELENI)

        contacts.update_one(context, eleni, payload(ELENI, name="Helen"))

        row = contacts.get(context, eleni).row
        assert ("Helen", None, {}) == (row.name, row.surname, row.extra_values)
        assert [] == groups_of(context, eleni)


@pytest.mark.rule("ether.update_contact.replace")
def test_an_update_that_merges_leaves_the_rest_of_the_contact_alone(world: Workspace) -> None:
    world.settings["ethermailer"] = EtherMailerSettings(update="merge")
    with world.transaction(ETHERMAILER) as context:
        eleni = identify(context, ELENI)
        before = contacts.get(context, eleni)

        contacts.update_one(context, eleni, payload(ELENI, name="Helen"))

        after = contacts.get(context, eleni)
        assert before.row._replace(name="Helen") == after.row
        assert before.groups == after.groups


@pytest.mark.rule("ether.import_contacts.created", "ether.import_contacts.updated", "ether.import_contacts.each_row_once")
def test_an_import_creates_updates_and_refuses_row_by_row(world: Workspace) -> None:
    with world.transaction(ETHERMAILER) as context:
        rows = [
            {"email": "ann@example.com"},
            {"email": ELENI},
            {"email": "nobody"},
            {"email": "ANN@example.com", "name": "Ann"},
        ]

        summary = finish(imports.run(context, rows))

        assert (1, 2, 1) == (summary["totalCreated"], summary["totalUpdated"], summary["totalErrors"])
        ann = contacts.get(context, identify(context, "ann@example.com")).row
        assert ("ANN@example.com", "Ann") == (ann.email, ann.name)


@pytest.mark.rule("ether.import_contacts.updated")
def test_an_import_clears_nothing_not_even_by_null(world: Workspace) -> None:
    with world.transaction(ETHERMAILER) as context:
        eleni = identify(context, ELENI)
        before = contacts.get(context, eleni)
        nulls = [{"fieldId": field["fieldId"], "value": None} for field in before.fields]

        finish(imports.run(context, [{"email": ELENI, "name": None, "groups": None, "extraFieldValues": nulls}]))

        assert before == contacts.get(context, eleni)


@pytest.mark.rule("ether.import_contacts.any_size", "ether.import_contacts.updated")
def test_an_import_of_several_slices_is_one_import(world: Workspace) -> None:
    with world.transaction(ETHERMAILER) as context:
        rows = [{"email": f"guest{place % 800}@example.com"} for place in range(imports.SLICE * 2 + 1)]

        summary = finish(imports.run(context, rows))

        assert (800, 201, 0) == (summary["totalCreated"], summary["totalUpdated"], summary["totalErrors"])
        assert 812 == contacts.page(context, EVERYTHING)[1]


@pytest.mark.rule("ether.rollback")
def test_a_refusal_takes_back_what_its_transaction_did_before(world: Workspace) -> None:
    before = counts(world.context(ETHERMAILER))

    def create_two() -> None:
        with world.transaction(ETHERMAILER) as context:
            contact_groups.create(context, "Bakers")
            contact_groups.create(context, "Newsletter")

    with pytest.raises(BadRequest):
        create_two()

    assert before == counts(world.context(ETHERMAILER))
