"""What is documented and not served yet."""

import pytest

from mockserver.providers.emfluence.routes.unserved import UNSERVED
from tests.providers.emfluence.client import Emfluence, envelope


@pytest.mark.rule("emf.not_served", "emf.code.1")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("operation", UNSERVED)
def test_what_is_not_served_yet_says_so_by_its_name(emfluence: Emfluence, operation: str, method: str) -> None:
    response = emfluence.request(method, operation)
    body = envelope(response)

    assert (200, 1) == (response.status_code, body["code"])
    assert [f"{operation} is documented by emfluence, but this mock server does not serve it yet"] == body["errors"]


@pytest.mark.rule("emf.paths.case")
def test_it_is_known_in_any_letter_case(emfluence: Emfluence) -> None:
    assert [1, 1] == [emfluence.code(path) for path in ("emailReports/webViews", "EMAILREPORTS/WEBVIEWS")]


def test_it_needs_a_token_like_everything_else(emfluence: Emfluence) -> None:
    assert 200 == envelope(emfluence.request("POST", "exports/getFile", headers={"Authorization": None}))["code"]
    assert 2 == envelope(emfluence.request("PUT", "exports/getFile"))["code"]
