"""Paths, methods, and what every answer looks like."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.providers.emfluence.client import GUID, Emfluence, envelope

TOKEN = {"Authorization": "Bearer 00000000-0000-0000-0000-000000000001"}
MODIFYING = [
    "contacts/save",
    "contacts/import",
    "contacts/delete",
    "contacts/saveGroups",
    "contacts/deleteGroups",
    "groups/save",
    "emails/save",
    "emails/copy",
    "emails/delete",
    "emails/schedule",
    "emails/cancelSchedule",
    "emails/send",
    "emails/sendTest",
    "emails/sendTransactional",
]
READING = [
    "contacts/search",
    "contacts/lookup",
    "contacts/activities",
    "contacts/getEmailHistory",
    "contacts/getGroups",
    "groups/search",
    "groups/lookup",
    "groups/getContacts",
    "emails/search",
    "emails/lookup",
    "emails/transactionalCategories",
    "emails/getActivityLog",
    "users/lookup",
    "helper/ping",
    "templates/lookup",
    "templates/search",
    "customFields/search",
]


# Paths and methods


@pytest.mark.rule("emf.ping")
@pytest.mark.parametrize(
    "url",
    [
        "/emfluence/v1/helper/ping",
        "/v1/helper/ping",
        "http://api.emailer.emfluence.com/v1/helper/ping",
        "http://emfluence.localhost/v1/helper/ping",
    ],
)
def test_the_service_answers_by_prefix_by_bare_path_and_by_host_name(server: TestClient, url: str) -> None:
    answers = [envelope(server.request(method, url, headers=TOKEN)) for method in ("GET", "POST")]

    assert [(1, {})] * 2 == [(each["success"], each["data"]) for each in answers]


@pytest.mark.rule("emf.paths.case")
@pytest.mark.parametrize(
    "path", ["HELPER/PING", "Helper/Ping", "helper/ping/", "CUSTOMFIELDS/search", "customfields/SEARCH"]
)
def test_resource_and_method_may_be_in_any_letter_case(emfluence: Emfluence, path: str) -> None:
    assert 0 == emfluence.code(path)


@pytest.mark.rule("emf.paths.case")
def test_the_version_may_be_in_any_letter_case_too(server: TestClient) -> None:
    assert [1, 1] == [
        envelope(server.get(path, headers=TOKEN))["success"] for path in ("/V1/helper/ping", "/emfluence/V1/Helper/ping")
    ]


@pytest.mark.rule("emf.code.100")
@pytest.mark.parametrize(
    "path", ["", "v1", "v0/helper/ping", "v2/helper/ping", "helper/ping", "v1/surveys", "v1//helper/ping"]
)
def test_what_is_no_resource_of_v1_is_code_100(server: TestClient, path: str) -> None:
    assert 100 == envelope(server.get(f"/emfluence/{path}", headers=TOKEN))["code"]


@pytest.mark.rule("emf.code.101")
@pytest.mark.parametrize(
    "path", ["helper", "helper/", "helper/missingmethod", "contacts/search/all", "Contacts/purge", "emailReports/nothing"]
)
def test_what_is_no_method_of_a_resource_is_code_101(emfluence: Emfluence, path: str) -> None:
    codes = {envelope(emfluence.request(method, path))["code"] for method in ("GET", "POST", "PUT")}

    assert {101} == codes


@pytest.mark.rule("emf.code.2")
@pytest.mark.parametrize("path", MODIFYING)
def test_what_modifies_takes_post_only(emfluence: Emfluence, path: str) -> None:
    assert 2 == emfluence.get(path)["code"]


@pytest.mark.rule("emf.code.2")
@pytest.mark.parametrize("path", READING)
def test_what_reads_takes_get_and_post(emfluence: Emfluence, path: str) -> None:
    assert 2 not in {emfluence.get(path)["code"], emfluence.call(path)["code"]}


@pytest.mark.rule("emf.code.2")
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "SEARCH"])
@pytest.mark.parametrize("path", ["helper/ping", "contacts/save"])
def test_other_methods_are_code_2(emfluence: Emfluence, method: str, path: str) -> None:
    assert 2 == envelope(emfluence.request(method, path))["code"]


@pytest.mark.rule("emf.code.2")
def test_head_is_another_method_as_well(emfluence: Emfluence) -> None:
    emfluence.request("HEAD", "helper/ping")

    assert (200, "HEAD") == (emfluence.workspace.calls()[0]["status"], emfluence.workspace.calls()[0]["method"])
    assert "emf.code.2" in emfluence.workspace.calls()[0]["rules"]


# Answers


@pytest.mark.rule("emf.envelope", "emf.envelope.success", "emf.envelope.status")
def test_a_success_has_exactly_the_documented_keys(emfluence: Emfluence) -> None:
    response = emfluence.request("GET", "helper/ping")
    body = response.json()

    assert (200, "application/json; charset=UTF-8") == (response.status_code, response.headers["content-type"])
    assert ["success", "code", "data", "requestID"] == list(body)
    assert (1, 0, {}) == (body["success"], body["code"], body["data"])
    assert type(body["success"]) is int


@pytest.mark.rule("emf.envelope", "emf.envelope.errors", "emf.envelope.success", "emf.envelope.status")
def test_a_failure_has_exactly_the_documented_keys(emfluence: Emfluence) -> None:
    response = emfluence.as_user("volunteer").request("GET", "groups/lookup?groupID=201")
    body = response.json()

    assert (200, "application/json; charset=UTF-8") == (response.status_code, response.headers["content-type"])
    assert ["code", "success", "errors", "data", "requestID"] == list(body)
    assert {
        "code": 204,
        "success": 0,
        "errors": ["Access to this endpoint requires the permission 'Create Groups'"],
        "data": {},
    } == {key: value for key, value in body.items() if key != "requestID"}
    assert type(body["success"]) is int


@pytest.mark.rule("emf.envelope.data")
@pytest.mark.parametrize(
    ("path", "parameters", "kind"),
    [
        ("helper/ping", {}, dict),
        ("users/lookup", {"userID": 101}, dict),
        ("users/lookup", {"userIDs": [101]}, list),
        ("users/lookup", {"userIDs": [9]}, list),
        ("users/lookup", {"userID": 9}, dict),
        ("groups/search", {}, dict),
    ],
)
def test_data_is_always_there(emfluence: Emfluence, path: str, parameters: dict[str, Any], kind: type) -> None:
    assert kind is type(emfluence.call(path, **parameters)["data"])


@pytest.mark.rule("emf.envelope.warnings")
def test_warnings_are_only_there_when_there_are_any(emfluence: Emfluence) -> None:
    quiet = emfluence.call("contacts/import", contacts=[{"email": "a@example.com"}])
    loud = emfluence.call("contacts/import", contacts=[{"email": "a@example.com"}, {"email": "nothing"}])

    assert "warnings" not in quiet
    assert 1 == loud["success"]
    assert [str] == [type(each) for each in loud["warnings"]]


@pytest.mark.rule("emf.envelope.request_id")
def test_every_call_has_a_request_id_of_its_own(emfluence: Emfluence) -> None:
    requests: list[dict[str, Any]] = [
        {},
        {"headers": {"Authorization": None}},
        {"headers": {"Authorization": "nobody"}},
        {"content": b"{", "method": "POST"},
        {"path": "nothing/here"},
        {"path": "exports/emails"},
    ]
    ids = [
        envelope(emfluence.request(each.pop("method", "GET"), each.pop("path", "helper/ping"), **each))["requestID"]
        for each in [dict(request) for request in requests * 5]
    ]

    assert len(requests) * 5 == len(set(ids))
    assert all(GUID.fullmatch(each) for each in ids)


@pytest.mark.rule("emf.envelope.request_id")
def test_request_ids_of_a_workspace_do_not_repeat_after_a_reset(emfluence: Emfluence) -> None:
    before = emfluence.call("helper/ping")["requestID"]
    emfluence.workspace.control("POST", "reset")

    assert before != emfluence.call("helper/ping")["requestID"]


@pytest.mark.rule("emf.booleans", "emf.blanks")
def test_booleans_are_numbers_and_nothing_is_a_blank(emfluence: Emfluence) -> None:
    group = emfluence.ok("groups/lookup", groupID=203)
    contact = emfluence.ok("contacts/save", email="blank@example.com")

    assert (1, int) == (group["private"], type(group["private"]))
    assert ("", "") == (group["autoResponseEmailID"], group["dateLastEmailSent"])
    assert (0, "", "") == (contact["suppressed"], contact["dateSuppressed"], contact["lastName"])
    assert type(contact["suppressed"]) is int


@pytest.mark.rule("emf.permissions")
def test_an_administrator_has_all_permissions(emfluence: Emfluence) -> None:
    assert [0, 204] == [emfluence.as_user(name).code("groups/lookup", groupID=201) for name in ("director", "volunteer")]


@pytest.mark.rule("emf.restricted", "emf.code.303")
def test_a_restricted_user_works_with_own_contacts_only(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert [303, 0] == [volunteer.code("contacts/lookup", contactID=number) for number in (1001, 1007)]
    assert [1007, 1008] == sorted(each["contactID"] for each in volunteer.records("contacts/search"))
