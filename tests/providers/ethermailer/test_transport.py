"""What holds for every call: credentials, headers, bodies, statuses, ids and moments."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.providers.ethermailer.actions import contact_groups, contacts
from mockserver.providers.ethermailer.errors import BadRequest, Violation
from mockserver.providers.ethermailer.settings import EtherMailerSettings
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Workspace

GROUPS = "/user/contact-groups"
UNKNOWN = "/user/contact/999999999999999999"
BODY_BYTES, HEAD_BYTES = 200, 1024

BODYLESS = [
    ("GET", "/user"),
    ("GET", "/user/email-settings/sender-profiles"),
    ("GET", "/user/contact-groups/limit/50/offset/0"),
    ("GET", "/user/extra-fields/limit/50/offset/0"),
    ("GET", "/user/contact/limit/50/offset/0"),
    ("DELETE", "/user/contact/multiple?contactIds=1"),
    ("PUT", "/user/contact/multiple/restore?contactIds=1"),
]
WITH_BODY = [
    ("POST", "/user/contact-groups"),
    ("PUT", "/user/contact-groups/1/name"),
    ("POST", "/user/contact"),
    ("POST", "/user/contact/1"),
    ("POST", "/user/contact/import"),
    ("POST", "/user/contact/register"),
]


@pytest.fixture
def small_server() -> Iterator[TestClient]:
    """A server that takes little: short bodies and heads, and one workspace beside the default one."""
    limits = Limits(body_bytes=BODY_BYTES, head_bytes=HEAD_BYTES, workspaces=2)
    with TestClient(create_app(Settings(throttle="off", limits=limits)), base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.fixture
def small(small_server: TestClient) -> EtherMailer:
    return EtherMailer(Workspace(small_server, "small"))


@pytest.fixture
def inactive(tmp_path: Path) -> Iterator[EtherMailer]:
    """A client whose account is neither active nor verified."""
    (tmp_path / "ethermailer.toml").write_text("[account]\nactive = false\nverified = false\n", "utf-8")
    app = create_app(Settings(throttle="off", fixtures=[str(tmp_path)]))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield EtherMailer(Workspace(client, "inactive"))


@pytest.fixture
def forbidding() -> Iterator[EtherMailer]:
    """A client of a server that was started in the other reading: a call without a good key is in no workspace."""
    settings = EtherMailerSettings(unauthorized_status=403)
    with TestClient(create_app(Settings(ethermailer=settings)), base_url="http://127.0.0.1:8765") as client:
        yield EtherMailer(Workspace(client, "forbidding"))


# Addresses and form


@pytest.mark.rule("ether.no_version")
def test_paths_begin_with_user_and_have_no_version(ether: EtherMailer) -> None:
    assert 200 == ether.get("/user").status_code
    assert 404 == ether.get("/v1/user").status_code
    assert 404 == ether.get("/api/user").status_code


@pytest.mark.rule("ether.no_version")
def test_the_documented_host_is_answered_at_the_documented_path(ether: EtherMailer) -> None:
    response = ether.workspace.server.get("https://api.ethermailer.com/user", headers=ether.headers)

    assert 200 == response.status_code
    assert "olivegrove" == response.json()["username"]


@pytest.mark.rule("ether.json")
def test_a_success_is_application_json(ether: EtherMailer) -> None:
    response = ether.post(GROUPS, {"name": "Bakers"})

    assert "application/json" == response.headers["content-type"]


@pytest.mark.rule("ether.json")
def test_text_in_any_script_comes_back_as_it_went_in(ether: EtherMailer) -> None:
    ether.post(GROUPS, {"name": "Ελιές, 橄榄 🫒"})

    assert "Ελιές, 橄榄 🫒" == ether.groups()[-1]["name"]


@pytest.mark.rule("ether.success_is_200")
def test_creating_renaming_reading_and_deleting_are_all_answered_by_200(ether: EtherMailer) -> None:
    created = ether.post(GROUPS, {"name": "Bakers"})
    group = created.json()["text"]
    renamed = ether.put(f"{GROUPS}/{group}/name", {"name": "Butchers"})
    read = ether.get("/user/contact-groups/limit/1/offset/0")
    deleted = ether.delete(f"{GROUPS}/{group}")

    assert [200] * 4 == [response.status_code for response in (created, renamed, read, deleted)]


@pytest.mark.rule("ether.success_is_200")
def test_adding_updating_importing_and_registering_are_all_answered_by_200(ether: EtherMailer) -> None:
    profile = ether.sender_profiles()[0]["id"]
    added = ether.post("/user/contact", {"email": "ann@example.com"})
    updated = ether.post(f"/user/contact/{added.json()['text']}", {"email": "anne@example.com"})
    imported = ether.post("/user/contact/import", [{"email": "bob@example.com"}])
    registered = ether.post("/user/contact/register", {"email": "cid@example.com", "senderProfileId": profile})

    assert [200] * 4 == [response.status_code for response in (added, updated, imported, registered)]


@pytest.mark.rule("ether.empty_answer")
def test_deleting_a_group_is_answered_by_no_bytes(ether: EtherMailer) -> None:
    response = ether.delete(f"{GROUPS}/{ether.groups()[1]['groupId']}")

    assert 200 == response.status_code
    assert b"" == response.content
    assert "0" == response.headers["content-length"]


@pytest.mark.rule("ether.empty_answer")
@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/user/contact/multiple"), ("PUT", "/user/contact/multiple/restore")]
)
def test_deleting_and_restoring_contacts_is_answered_by_no_bytes(ether: EtherMailer, method: str, path: str) -> None:
    response = ether.request(method, path, params={"contactIds": ether.contacts()[0]["contactId"]})

    assert 200 == response.status_code
    assert b"" == response.content
    assert "0" == response.headers["content-length"]


# Credentials


@pytest.mark.rule("ether.auth.scheme")
@pytest.mark.parametrize("scheme", ["API", "Api", "api", "aPI"])
@pytest.mark.parametrize("blanks", [" ", "   "])
def test_the_scheme_is_taken_in_any_case_and_with_any_number_of_blanks(ether: EtherMailer, scheme: str, blanks: str) -> None:
    response = ether.get("/user", headers={"Authorization": f"{scheme}{blanks}{ether.workspace.key}"})

    assert 200 == response.status_code


@pytest.mark.rule("ether.auth.refused")
@pytest.mark.parametrize(
    "authorization",
    [None, "", "API", "API ", "Bearer {key}", "Basic {key}", "{key}", "API{key}", "API: {key}", "API 42", "API {key}x y"],
)
def test_without_a_good_key_a_call_is_refused(ether: EtherMailer, authorization: str | None) -> None:
    sent = authorization.format(key=ether.workspace.key) if authorization is not None else None

    response = ether.get("/user", headers={"Authorization": sent})

    assert 401 == response.status_code
    assert "API" == response.headers["www-authenticate"]
    assert [("Authorization", "Unauthorized")] == violations(response)


@pytest.mark.rule("ether.auth.refused")
def test_the_sample_key_of_the_document_is_no_ones_key(ether: EtherMailer) -> None:
    response = ether.get("/user", headers={"Authorization": "API 911222492809633792-e2d5f707-0363-4a71"})

    assert 401 == response.status_code


@pytest.mark.rule("ether.auth.refused")
def test_a_refusal_does_not_repeat_the_key_that_was_presented(ether: EtherMailer) -> None:
    response = ether.get("/user", headers={"Authorization": "API secret-of-production"})

    assert 401 == response.status_code
    assert "secret-of-production" not in response.text


@pytest.mark.rule("ether.auth.refused")
@pytest.mark.reading("ethermailer", unauthorized_status=403)
@pytest.mark.parametrize("authorization", [None, "Bearer {key}", "API 42"])
def test_without_a_good_key_a_call_is_a_403_in_the_other_reading(forbidding: EtherMailer, authorization: str | None) -> None:
    sent = authorization.format(key=forbidding.workspace.key) if authorization is not None else None

    response = forbidding.get("/user", headers={"Authorization": sent})

    assert 403 == response.status_code
    assert [("Authorization", "Unauthorized")] == violations(response)


@pytest.mark.rule("ether.auth.first")
@pytest.mark.parametrize(
    ("method", "path", "request_"),
    [
        ("GET", "/user/nothing/here", {}),
        ("PATCH", "/user", {}),
        ("GET", UNKNOWN, {}),
        ("POST", GROUPS, {"content": b"{", "headers": {"Content-Type": "text/plain"}}),
        ("GET", "/user", {"headers": {"Accept": "text/html"}}),
    ],
)
def test_without_a_key_nothing_else_is_complained_of(
    ether: EtherMailer, method: str, path: str, request_: dict[str, Any]
) -> None:
    headers = {**request_.get("headers", {}), "Authorization": None}

    response = ether.request(method, path, **{**request_, "headers": headers})

    assert 401 == response.status_code
    assert [("Authorization", "Unauthorized")] == violations(response)


@pytest.mark.rule("ether.auth.presented_key")
def test_the_account_shows_the_key_that_was_presented(ether: EtherMailer) -> None:
    issued = ether.workspace.control("GET", f"workspaces/{ether.workspace.name}")["credentials"]["ethermailer"][0]["api_key"]

    assert ether.workspace.key == ether.get("/user").json()["apiKey"]
    assert issued == ether.get("/user", headers={"Authorization": f"API {issued}"}).json()["apiKey"]
    assert issued != ether.workspace.key


@pytest.mark.rule("ether.auth.inactive")
def test_an_account_that_is_neither_active_nor_verified_is_served(inactive: EtherMailer) -> None:
    account = inactive.get("/user")
    created = inactive.post(GROUPS, {"name": "Bakers"})

    assert 200 == account.status_code
    assert (False, False) == (account.json()["active"], account.json()["verified"])
    assert 200 == created.status_code


# Paths and methods

UNKNOWN_PATHS = [
    ("GET", "/"),
    ("GET", ""),
    ("GET", "/users"),
    ("GET", "/user/nothing"),
    ("GET", "/user/extra-fields"),
    ("GET", "/user/extra-fields/limit/50"),
    ("GET", "/user/contact/limit/50"),
    ("GET", "/user/contact-groups/limit/50/offset"),
    ("GET", "/user/contact-groups/limit//offset/0"),
    ("GET", "/user/email-settings"),
    ("POST", "/user/contact/1/2/3"),
    ("DELETE", "/user/contact/multiple/1"),
]


@pytest.mark.rule("ether.unknown_path")
@pytest.mark.parametrize(("method", "path"), UNKNOWN_PATHS)
def test_an_unknown_path_is_a_404_without_a_body(ether: EtherMailer, method: str, path: str) -> None:
    response = ether.request(method, path)

    assert 404 == response.status_code
    assert b"" == response.content
    assert "content-type" not in response.headers


@pytest.mark.rule("ether.unknown_path")
@pytest.mark.reading("ethermailer", not_found_body="errors")
@pytest.mark.parametrize(("method", "path"), UNKNOWN_PATHS)
def test_an_unknown_path_is_told_in_the_envelope_in_the_other_reading(ether: EtherMailer, method: str, path: str) -> None:
    response = ether.request(method, path)

    assert 404 == response.status_code
    assert "application/json" == response.headers["content-type"]
    assert [("path", "NotFound")] == violations(response)


@pytest.mark.rule("ether.unknown_path")
@pytest.mark.parametrize(
    "path", ["/USER", "/User/contact-groups", "/user/Contact/limit/50/offset/0", "/user/contact-Groups"]
)
def test_a_path_in_other_letter_case_is_unknown(ether: EtherMailer, path: str) -> None:
    response = ether.get(path)

    assert 404 == response.status_code
    assert b"" == response.content


@pytest.mark.rule("ether.unknown_path")
def test_a_literal_in_other_letter_case_is_taken_for_a_contact_id(ether: EtherMailer) -> None:
    response = ether.post("/user/contact/IMPORT", {"email": "ann@example.com"})

    assert 404 == response.status_code
    assert b"" == response.content


@pytest.mark.rule("ether.trailing_slash")
@pytest.mark.parametrize(("method", "path"), [*BODYLESS[:5], ("POST", GROUPS), ("POST", "/user/contact"), ("GET", UNKNOWN)])
def test_a_trailing_slash_is_an_unknown_path_and_redirects_nowhere(ether: EtherMailer, method: str, path: str) -> None:
    response = ether.request(method, f"{path}/", follow_redirects=False)

    assert 404 == response.status_code
    assert b"" == response.content
    assert "location" not in response.headers


@pytest.mark.rule("ether.method_not_allowed")
@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/user/contact", "POST"),
        ("GET", "/user/contact-groups", "POST"),
        ("GET", "/user/contact-groups/1", "DELETE"),
        ("GET", "/user/contact-groups/1/name", "PUT"),
        ("DELETE", "/user/contact/1", "GET, POST"),
        ("PATCH", "/user", "GET"),
        ("HEAD", "/user", "GET"),
        ("OPTIONS", "/user", "GET"),
        ("POST", "/user/contact/limit/50/offset/0", "GET"),
        ("GET", "/user/contact/multiple/restore", "PUT"),
        ("PUT", "/user/contact/multiple", "DELETE, GET, POST"),
        ("PUT", "/user/contact/import", "GET, POST"),
        ("DELETE", "/user/contact/MULTIPLE", "GET, POST"),
    ],
)
def test_another_method_is_a_405_that_names_the_possible_ones(
    ether: EtherMailer, method: str, path: str, allow: str
) -> None:
    response = ether.request(method, path)

    assert 405 == response.status_code
    assert allow == response.headers["allow"]
    assert method == "HEAD" or violations(response) == [("method", "MethodNotAllowed")]


@pytest.mark.rule("ether.get_contact.unknown")
@pytest.mark.parametrize("literal", ["multiple", "import", "register"])
def test_a_literal_of_another_method_is_an_unknown_contact_when_read(ether: EtherMailer, literal: str) -> None:
    response = ether.get(f"/user/contact/{literal}")

    assert 404 == response.status_code
    assert b"" == response.content


# Media types


@pytest.mark.rule("ether.content_type")
@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "text/json", "application/jsonp"]
)
def test_a_body_that_is_not_labelled_as_json_is_refused(
    ether: EtherMailer, method: str, path: str, content_type: str | None
) -> None:
    response = ether.request(method, path, content=b'{"name": "Bakers"}', headers={"Content-Type": content_type})

    assert 415 == response.status_code
    assert [("Content-Type", "UnsupportedMediaType")] == violations(response)


@pytest.mark.rule("ether.content_type")
@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=ISO-8859-7"],
)
def test_a_json_label_is_taken_with_any_charset_and_in_any_case(ether: EtherMailer, content_type: str) -> None:
    response = ether.post(GROUPS, content=b'{"name": "Bakers"}', headers={"Content-Type": content_type})

    assert 200 == response.status_code


@pytest.mark.rule("ether.content_type")
def test_a_call_that_should_have_a_body_is_asked_for_its_label_even_without_one(ether: EtherMailer) -> None:
    response = ether.post(GROUPS, headers={"Content-Type": None})

    assert 415 == response.status_code


@pytest.mark.rule("ether.content_type.bodyless")
@pytest.mark.parametrize(("method", "path"), BODYLESS)
@pytest.mark.parametrize("content_type", [None, "text/plain"])
def test_a_call_without_a_body_needs_no_content_type(
    ether: EtherMailer, method: str, path: str, content_type: str | None
) -> None:
    response = ether.request(method, path, headers={"Content-Type": content_type})

    assert 200 == response.status_code


@pytest.mark.rule("ether.content_type.bodyless")
def test_a_contact_and_a_group_are_read_and_deleted_without_a_content_type(ether: EtherMailer) -> None:
    contact, group = ether.contacts()[0]["contactId"], ether.groups()[1]["groupId"]

    read = ether.get(f"/user/contact/{contact}", headers={"Content-Type": None})
    deleted = ether.delete(f"{GROUPS}/{group}", headers={"Content-Type": None})

    assert (200, 200) == (read.status_code, deleted.status_code)


@pytest.mark.rule("ether.content_type.bodyless")
@pytest.mark.reading("ethermailer", content_type="always")
@pytest.mark.parametrize(("method", "path"), [*BODYLESS, ("GET", UNKNOWN), ("DELETE", f"{GROUPS}/1")])
def test_every_call_needs_a_content_type_in_the_other_reading(ether: EtherMailer, method: str, path: str) -> None:
    without = ether.request(method, path, headers={"Content-Type": None})
    labelled = ether.request(method, path)

    assert 415 == without.status_code
    assert [("Content-Type", "UnsupportedMediaType")] == violations(without)
    assert labelled.status_code in {200, 404}


@pytest.mark.rule("ether.accept.absent")
def test_a_call_without_accept_is_answered_in_json(ether: EtherMailer) -> None:
    del ether.workspace.server.headers["accept"]  # the client of the tests would send its own
    try:
        response = ether.get("/user", headers={"Accept": None})
    finally:
        ether.workspace.server.headers["accept"] = "*/*"

    assert "accept" not in response.request.headers
    assert 200 == response.status_code
    assert "application/json" == response.headers["content-type"]


@pytest.mark.rule("ether.accept.absent", "ether.accept")
@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/*",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;q=0.1",
        "text/html, application/json",
        "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
        "application/json, */*;q=0",
    ],
)
def test_an_accept_that_lets_json_through_is_answered_in_json(ether: EtherMailer, accept: str) -> None:
    response = ether.get("/user", headers={"Accept": accept})

    assert 200 == response.status_code
    assert "application/json" == response.headers["content-type"]


@pytest.mark.rule("ether.accept")
@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/xml, text/*",
        "application/vnd.api+json",
        "application/json;q=0",
        "application/json; q=0.000",
        "*/*;q=0",
        "application/json;q=0, */*",
        "application/*;q=0, */*;q=0.5",
    ],
)
def test_an_accept_that_excludes_json_is_refused(ether: EtherMailer, accept: str) -> None:
    response = ether.get("/user", headers={"Accept": accept})

    assert 406 == response.status_code
    assert "application/json" == response.headers["content-type"]
    assert [("Accept", "NotAcceptable")] == violations(response)


# Bodies

NO_JSON = {
    "empty": b"",
    "blank": b" \n",
    "cut": b'{"name": "Bak',
    "bare word": b"name",
    "two values": b'{"name": "a"} {"name": "b"}',
    "trailing comma": b'{"name": "a",}',
    "single quotes": b"{'name': 'a'}",
    "form": b"name=Bakers",
    "comment": b'{"name": "a"} // a group',
    "half a surrogate pair": rb'{"name": "\ud800"}',
    "half a surrogate pair in what nobody reads": rb'{"name": "a", "\udc00": "\udc00"}',
    "not UTF-8": b'{"name": "\xe9"}',
    "NaN": b'{"name": NaN}',
    "NaN in what nobody reads": b'{"name": "a", "x": [NaN]}',
    "Infinity": b'{"name": -Infinity}',
    "deep": b"[" * 100_000,
    "deep and closed": b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 100_000,
}
OF_WRONG_TYPE = {"null": b"null", "text": b'"Bakers"', "number": b"7", "boolean": b"true"}


@pytest.mark.rule("ether.unreadable")
@pytest.mark.parametrize("body", [*NO_JSON.values(), *OF_WRONG_TYPE.values()], ids=[*NO_JSON, *OF_WRONG_TYPE])
@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_that_cannot_be_read_is_a_400(ether: EtherMailer, method: str, path: str, body: bytes) -> None:
    response = ether.request(method, path, content=body)

    assert 400 == response.status_code
    assert [("body", "NotReadable")] == violations(response)


@pytest.mark.rule("ether.unreadable")
@pytest.mark.parametrize(("method", "path"), [call for call in WITH_BODY if "import" not in call[1]])
def test_an_array_is_refused_where_an_object_is_due(ether: EtherMailer, method: str, path: str) -> None:
    response = ether.request(method, path, json=[{"name": "Bakers", "email": "ann@example.com"}])

    assert 400 == response.status_code
    assert [("body", "NotReadable")] == violations(response)


@pytest.mark.rule("ether.unreadable")
def test_an_object_is_refused_where_an_array_is_due(ether: EtherMailer) -> None:
    response = ether.post("/user/contact/import", {"email": "ann@example.com"})

    assert 400 == response.status_code
    assert [("body", "NotReadable")] == violations(response)


WRONG_FIELDS = [
    ({"name": []}, "name"),
    ({"email": {}}, "email"),
    ({"groups": {}}, "groups"),
    ({"groups": "1"}, "groups"),
    ({"groups": [1]}, "groups[0]"),
    ({"groups": [None]}, "groups[0]"),
    ({"groups": [{"groupId": "1"}, {"groupId": []}]}, "groups[1].groupId"),
    ({"extraFieldValues": [{"fieldId": {}}]}, "extraFieldValues[0].fieldId"),
    ({"extraFieldValues": [{"value": ["a"]}]}, "extraFieldValues[0].value"),
]


@pytest.mark.rule("ether.unreadable", "ether.object_name")
@pytest.mark.parametrize(("fields", "name"), WRONG_FIELDS)
@pytest.mark.parametrize("path", ["/user/contact", UNKNOWN, "/user/contact/register"])
def test_a_field_of_the_wrong_type_is_a_400_that_names_it(
    ether: EtherMailer, path: str, fields: dict[str, Any], name: str
) -> None:
    response = ether.post(path, {"email": "ann@example.com", **fields})

    assert 400 == response.status_code
    assert [(name, "NotReadable")] == violations(response)


@pytest.mark.rule("ether.unreadable")
def test_every_field_of_the_wrong_type_is_named(ether: EtherMailer) -> None:
    response = ether.post("/user/contact", {"email": [], "name": {}, "groups": 7})

    assert 400 == response.status_code
    assert [("email", "NotReadable"), ("name", "NotReadable"), ("groups", "NotReadable")] == violations(response)


@pytest.mark.rule("ether.unreadable")
def test_whole_surrogate_pairs_are_read(ether: EtherMailer) -> None:
    response = ether.post(GROUPS, content=rb'{"name": "\ud83e\uded2"}')

    assert 200 == response.status_code
    assert "🫒" == ether.groups()[-1]["name"]


@pytest.mark.rule("ether.object_name")
def test_a_nested_field_is_named_by_its_path(ether: EtherMailer) -> None:
    response = ether.post("/user/contact", {"email": "ann@example.com", "groups": [{"groupId": "1"}]})

    assert [("groups[0].groupId", "NotFound")] == violations(response)


@pytest.mark.rule("ether.object_name")
@pytest.mark.reading("ethermailer", object_name="leaf")
def test_a_nested_field_is_named_without_its_path_in_the_other_reading(ether: EtherMailer) -> None:
    payload = {"groups": [{"groupId": "1"}], "extraFieldValues": [{"fieldId": "1", "value": "x"}]}

    response = ether.post("/user/contact", payload)

    assert [("email", "NotEmpty"), ("groupId", "NotFound"), ("fieldId", "NotFound")] == violations(response)


@pytest.mark.rule("ether.object_name", "ether.import_contacts.row_errors")
@pytest.mark.reading("ethermailer", object_name="leaf")
def test_a_nested_field_of_an_import_row_is_named_without_its_path_in_the_other_reading(ether: EtherMailer) -> None:
    rows = [{"email": "ann@example.com", "groups": [{"groupId": "1"}]}]

    report = ether.post("/user/contact/import", rows).json()["contactImportResponses"]

    assert ["groupId"] == [error["objectName"] for error in report[0]["constraintViolationErrorList"]]


@pytest.mark.rule("ether.unknown_properties")
def test_unknown_properties_are_ignored_at_any_depth(ether: EtherMailer) -> None:
    group = ether.groups()[0]["groupId"]
    payload = {
        "contactId": "7",
        "deleted": True,
        "phone": {"mobile": ["+30"]},
        "group_id": [],
        "groups": [{"groupId": group, "name": 7, "group": None}],
    }

    contact = ether.contact(ether.add("ann@example.com", **payload))

    assert "7" != contact["contactId"]
    assert [group] == [each["groupId"] for each in contact["groups"]]


@pytest.mark.rule("ether.unknown_properties")
@pytest.mark.parametrize("spelling", ["extra_field_values", "Groups", "NAME", "sender_profile_id"])
def test_a_property_in_another_spelling_is_an_unknown_one(ether: EtherMailer, spelling: str) -> None:
    contact = ether.contact(ether.add("ann@example.com", **{spelling: {"no": "field reads this"}}))

    assert (None, []) == (contact["name"], contact["groups"])


@pytest.mark.rule("ether.unknown_properties")
def test_a_group_id_in_another_spelling_is_not_read(ether: EtherMailer) -> None:
    group = ether.groups()[0]["groupId"]

    response = ether.post("/user/contact", {"email": "ann@example.com", "groups": [{"group_id": group}]})

    assert 400 == response.status_code
    assert [("groups[0].groupId", "NotFound")] == violations(response)


@pytest.mark.rule("ether.coerced_text")
@pytest.mark.parametrize("literal", ["7", "-7", "0", "1.5", "1.10", "1e2", "1E+2", "1e999", "true", "false", "7" * 5000])
def test_a_number_or_boolean_is_taken_by_its_json_text(ether: EtherMailer, literal: str) -> None:
    response = ether.post(GROUPS, content=f'{{"name": {literal}}}'.encode())

    assert 200 == response.status_code
    assert literal == ether.groups()[-1]["name"]


@pytest.mark.rule("ether.coerced_text")
def test_ids_and_values_may_be_given_as_numbers(ether: EtherMailer) -> None:
    group, orders = ether.groups()[0], ether.extra_fields()["Orders"]
    values = [{"fieldId": int(orders["fieldId"]), "value": 12}]

    contact = ether.contact(
        ether.add("ann@example.com", name=7, groups=[{"groupId": int(group["groupId"])}], extraFieldValues=values)
    )

    assert "7" == contact["name"]
    assert [group["name"]] == [each["name"] for each in contact["groups"]]
    assert ["12"] == [each["value"] for each in contact["extraFieldValues"] if each["name"] == "Orders"]


@pytest.mark.rule("ether.coerced_text", "ether.contacts.email_form")
def test_a_boolean_for_an_address_is_checked_as_its_text(ether: EtherMailer) -> None:
    response = ether.post("/user/contact", {"email": True})

    assert [("email", "Email")] == violations(response)


@pytest.mark.rule("ether.bad_request")
def test_a_400_lists_field_code_and_a_sentence(ether: EtherMailer) -> None:
    response = ether.post("/user/contact", {"email": "eleni.markou@example.com"})

    assert 400 == response.status_code
    assert {
        "errors": [
            {
                "objectName": "email",
                "constraintName": "AlreadyExists",
                "description": "A contact with the email eleni.markou@example.com already exists",
            }
        ]
    } == response.json()


# Limits and faults of this server


@pytest.mark.rule("ether.too_large")
def test_a_body_at_the_limit_is_read_and_a_longer_one_is_not(small: EtherMailer) -> None:
    name = "x" * (BODY_BYTES - len('{"name":""}'))

    whole = small.post(GROUPS, content=json.dumps({"name": name}, separators=(",", ":")))
    longer = small.post(GROUPS, content=json.dumps({"name": f"{name}y"}, separators=(",", ":")))

    assert 200 == whole.status_code
    assert 413 == longer.status_code
    assert [("body", "Size")] == violations(longer)
    assert name == small.groups()[-1]["name"]


@pytest.mark.rule("ether.too_large")
def test_a_longer_head_is_refused(small: EtherMailer) -> None:
    query = small.get(f"/user?{'x' * HEAD_BYTES}")
    header = small.get("/user", headers={"X-Long": "x" * HEAD_BYTES})

    assert [431, 431] == [query.status_code, header.status_code]
    assert [("headers", "Size")] == violations(query) == violations(header)


@pytest.mark.rule("ether.too_large")
def test_a_call_with_too_long_a_head_stores_nothing(small: EtherMailer) -> None:
    response = small.post(GROUPS, {"name": "Bakers"}, headers={"X-Long": "x" * HEAD_BYTES})

    assert 431 == response.status_code
    assert "Bakers" not in [group["name"] for group in small.groups()]


@pytest.mark.rule("ether.no_room")
def test_a_key_for_one_workspace_too_many_is_told_that_there_is_no_room(small: EtherMailer) -> None:
    small.get("/user")

    response = small.get("/user", headers={"Authorization": "API ws-one-too-many"})

    assert 503 == response.status_code
    assert [("Authorization", "ServiceUnavailable")] == violations(response)


@pytest.mark.rule("ether.no_room")
def test_there_is_room_again_once_a_workspace_is_deleted(small: EtherMailer) -> None:
    small.get("/user")
    small.workspace.control("DELETE", "workspaces/small")

    assert 200 == small.get("/user", headers={"Authorization": "API ws-next"}).status_code


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Creating a group works, and then fails."""
    create = contact_groups.create

    def fail_afterwards(*arguments: Any) -> int:
        create(*arguments)
        raise ZeroDivisionError("an inner secret")

    monkeypatch.setattr(contact_groups, "create", fail_afterwards)


@pytest.mark.rule("ether.internal_error")
@pytest.mark.usefixtures("broken")
def test_a_fault_of_this_server_is_a_500_that_tells_nothing_of_its_inside(ether: EtherMailer) -> None:
    response = ether.post(GROUPS, {"name": "Bakers"})

    assert 500 == response.status_code
    assert "application/json" == response.headers["content-type"]
    assert [("server", "InternalError")] == violations(response)
    assert not any(word in response.text for word in ("Traceback", "ZeroDivisionError", "secret", ".py"))


@pytest.mark.rule("ether.internal_error")
@pytest.mark.usefixtures("broken")
def test_a_fault_of_this_server_changes_nothing_and_hinders_no_later_call(ether: EtherMailer) -> None:
    before = ether.groups()

    ether.post(GROUPS, {"name": "Bakers"})

    assert before == ether.groups()
    assert 200 == ether.post("/user/contact", {"email": "ann@example.com"}).status_code


@pytest.mark.rule("ether.internal_error")
@pytest.mark.usefixtures("broken")
def test_a_fault_of_this_server_is_in_its_log(ether: EtherMailer, caplog: pytest.LogCaptureFixture) -> None:
    ether.post(GROUPS, {"name": "Bakers"})

    assert ["POST /user/contact-groups failed"] == [record.getMessage() for record in caplog.records]
    assert "an inner secret" in caplog.text


@pytest.mark.rule("ether.rollback")
def test_what_a_call_changed_before_it_was_refused_is_undone(ether: EtherMailer, monkeypatch: pytest.MonkeyPatch) -> None:
    add = contacts.add

    def refuse_afterwards(*arguments: Any) -> int:
        add(*arguments)
        raise BadRequest(Violation("email", "Late", "found out too late"))

    monkeypatch.setattr(contacts, "add", refuse_afterwards)
    before = ether.contacts()

    response = ether.post("/user/contact", {"email": "ann@example.com"})

    assert [("email", "Late")] == violations(response)
    assert before == ether.contacts()


@pytest.mark.rule("ether.rollback")
def test_a_contact_with_one_bad_group_is_in_none(ether: EtherMailer) -> None:
    groups = [{"groupId": ether.groups()[0]["groupId"]}, {"groupId": "1"}]

    response = ether.post("/user/contact", {"email": "ann@example.com", "groups": groups})

    assert 400 == response.status_code
    assert 10 == ether.groups()[0]["contactsCount"]
    assert "ann@example.com" not in [contact["email"] for contact in ether.contacts()]


# Ids and moments


@pytest.mark.rule("ether.ids")
def test_ids_are_texts_of_18_digits_that_rise_with_creation(ether: EtherMailer) -> None:
    made = [ether.post(GROUPS, {"name": f"Group {number}"}).json()["text"] for number in range(3)]
    made += [ether.add(f"ann{number}@example.com") for number in range(3)]

    assert all(isinstance(each, str) and each.isdecimal() and len(each) == 18 for each in made)
    assert made == sorted(set(made), key=int)


@pytest.mark.rule("ether.ids")
def test_every_id_of_the_fixtures_is_a_text_of_18_digits(ether: EtherMailer) -> None:
    ids = [each["groupId"] for each in ether.groups()]
    ids += [each["contactId"] for each in ether.contacts()]
    ids += [each["id"] for each in ether.sender_profiles()]
    ids += [each["fieldId"] for each in ether.extra_fields().values()]
    ids += [each["optionId"] for each in ether.extra_fields()["Favourite oil"]["options"]]

    assert all(isinstance(each, str) and each.isdecimal() and len(each) == 18 for each in ids)
    assert len(ids) == len(set(ids))


@pytest.mark.rule("ether.ids")
def test_counts_and_moments_are_numbers(ether: EtherMailer) -> None:
    groups = ether.get("/user/contact-groups/limit/50/offset/0").json()
    summary = ether.post("/user/contact/import", []).json()
    numbers = [
        groups["totalItems"],
        *(group["contactsCount"] for group in groups["items"]),
        *(contact["deletedAtDate"] for contact in ether.contacts()),
        ether.get("/user").json()["createdAt"],
        *(summary[name] for name in ("totalCreated", "totalUpdated", "totalErrors")),
    ]

    assert {int} == {type(number) for number in numbers}


@pytest.mark.rule("ether.epoch")
def test_moments_are_milliseconds(ether: EtherMailer) -> None:
    ether.workspace.freeze("2030-01-01T12:00:00.638Z")
    contact = ether.contacts()[0]["contactId"]
    ether.delete("/user/contact/multiple", params={"contactIds": contact})

    assert 1_506_087_346_000 == ether.get("/user").json()["createdAt"]
    assert 1_893_499_200_638 == ether.contacts()[0]["deletedAtDate"]


@pytest.mark.rule("ether.epoch")
@pytest.mark.reading("ethermailer", epoch_unit="seconds")
def test_moments_are_whole_seconds_in_the_other_reading(ether: EtherMailer) -> None:
    ether.workspace.freeze("2030-01-01T12:00:00.638Z")
    contact = ether.contacts()[0]["contactId"]
    ether.delete("/user/contact/multiple", params={"contactIds": contact})

    assert 1_506_087_346 == ether.get("/user").json()["createdAt"]
    assert 1_893_499_200 == ether.contacts()[0]["deletedAtDate"]
