"""The samples of Emma's two documents, replayed: each call is answered as printed, but for the differences listed."""

from pathlib import Path

import pytest

from tests.examples.compare import faults, value_at
from tests.examples.samples import Example, Operation, read
from tests.workspace import Workspace

OPERATIONS = {
    "members": [
        "list_members",
        "get_member",
        "get_member_by_email",
        "get_member_optout",
        "opt_out_member",
        "import_members",
        "add_member",
        "signup_member",
        "archive_members",
        "change_member_statuses",
        "update_member",
        "archive_member",
        "list_member_groups",
        "add_member_to_groups",
        "remove_member_from_groups",
        "archive_all_members",
        "remove_member_from_all_groups",
        "remove_members_from_groups",
        "list_member_mailings",
        "list_import_members",
        "get_import",
        "list_imports",
        "copy_members_to_group",
        "shift_member_statuses",
        "purge_members",
        "purge_archived_members",
    ],
    "mailings": [
        "list_mailings",
        "list_calendar",
        "get_mailing",
        "list_mailing_members",
        "get_message",
        "list_mailing_groups",
        "list_mailing_searches",
        "list_suppressed_searches",
        "list_suppressed_members",
        "update_mailing",
        "archive_mailing",
        "cancel_mailing",
        "forward_message",
        "resend_mailing",
        "list_heads_up_emails",
        "validate_mailing",
        "declare_winner",
    ],
}
"""The operations of each document, in its order."""

SAMPLES = read(Path(__file__).parent / "emma")
EXAMPLES = [(operation, example) for operation in SAMPLES.values() for example in operation.examples]

each_operation = pytest.mark.parametrize("operation", SAMPLES.values(), ids=SAMPLES)
each_example = pytest.mark.parametrize(
    "example",
    [example for _, example in EXAMPLES],
    ids=[f"{each.operation} {example.request}" for each, example in EXAMPLES],
)


@each_example
def test_a_sample_call_gives_the_sample_answer(workspace: Workspace, example: Example) -> None:
    request = example.request

    response = workspace.server.request(
        request.method, f"/emma{request.path}", auth=(workspace.key, "private"), **request.content
    )

    assert 200 == response.status_code, response.text
    assert [] == faults(example.answer, response.json(), example.differs)


@each_example
@pytest.mark.reading("emma", strict=True)
def test_something_reads_everything_that_a_sample_call_sends(workspace: Workspace, example: Example) -> None:
    request = example.request

    response = workspace.server.request(
        request.method, f"/emma{request.path}", auth=(workspace.key, "private"), **request.content
    )

    assert 200 == response.status_code, response.text


# The files


@pytest.mark.parametrize(("document", "count"), [("members", 26), ("mailings", 17)])
def test_every_operation_of_a_document_has_its_file(document: str, count: int) -> None:
    files = [name for name, each in SAMPLES.items() if each.source.startswith(f"document {document}: ")]

    assert count == len(files)
    assert sorted(OPERATIONS[document]) == files


def test_a_file_is_named_by_its_operation() -> None:
    assert 43 == len(SAMPLES)
    assert list(SAMPLES) == [each.operation for each in SAMPLES.values()]


@each_operation
def test_requests_are_calls_of_their_operation(operation: Operation) -> None:
    assert operation.examples
    assert [] == [str(example.request) for example in operation.examples if not operation.covers(example.request)]


@each_operation
def test_only_where_the_document_shows_no_sample_one_is_made_and_it_is_told_why(operation: Operation) -> None:
    made = operation.because is not None

    assert [made] * len(operation.examples) == [example.made for example in operation.examples]
    assert (operation.because or "Shown.").endswith(".")


# The differences


@each_example
def test_every_difference_is_at_a_place_of_its_sample_that_fits(example: Example) -> None:
    for each in example.differs:
        found = value_at(example.answer, each.at)

        assert isinstance(found, list) or not each.extra_rows
        assert isinstance(found, dict) or not each.extra_keys
        assert each.at.endswith("]") or not each.missing


@each_example
def test_a_difference_is_told_once_and_not_inside_another(example: Example) -> None:
    places = [each.at for each in example.differs]
    closed = tuple(f"{each.at}{mark}" for each in example.differs if each.in_value or each.missing for mark in ".[")

    assert len(set(places)) == len(places)
    assert [] == [place for place in places if place.startswith(closed)]


@each_example
def test_every_reason_is_a_sentence(example: Example) -> None:
    reasons = [each.because for each in example.differs]

    assert [] == [reason for reason in reasons if not (reason[:1].isupper() and " " in reason and reason.endswith("."))]
