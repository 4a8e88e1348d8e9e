from collections.abc import Iterable

from typing_extensions import TypedDict

from mockserver.providers.ethermailer.errors import ConstraintViolation, Violation
from mockserver.providers.ethermailer.settings import EtherMailerSettings


class ContactImportResponse(TypedDict):
    contactEmail: str | None
    constraintViolationErrorList: list[ConstraintViolation]


class ImportSummary(TypedDict):
    """Every row counts in exactly one of the three totals."""

    totalCreated: int
    totalUpdated: int
    totalErrors: int
    contactImportResponses: list[ContactImportResponse]


def import_response(
    email: str | None, violations: Iterable[Violation], settings: EtherMailerSettings
) -> ContactImportResponse:
    leaf = settings.object_name == "leaf"
    return {
        "contactEmail": email,
        "constraintViolationErrorList": [violation.wire(leaf=leaf) for violation in violations],
    }
