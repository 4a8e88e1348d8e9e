"""The configuration of a workspace: throttle mode, limits, and readings of open questions."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.providers import PROVIDERS
from mockserver.providers.ethermailer.settings import EtherMailerSettings
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Response, Workspace


def patch(workspace: Workspace, body: Any) -> Response:
    """Change the configuration, whatever is answered."""
    return workspace.server.patch("/_mock/config", params={"workspace": workspace.name}, json=body)


def config(workspace: Workspace) -> dict[str, Any]:
    found: dict[str, Any] = workspace.control("GET", "config")
    return found


@pytest.fixture
def other(server: TestClient) -> Iterator[Workspace]:
    """A second workspace."""
    made = Workspace(server, "config-other")
    made.control("POST", "workspaces", json={"name": made.name})
    yield made
    made.control("DELETE", f"workspaces/{made.name}")


def test_a_workspace_starts_with_the_configuration_of_the_server(workspace: Workspace) -> None:
    defaults = {provider.name: provider.settings().model_dump(mode="json") for provider in PROVIDERS}

    assert {"throttle": "off", "strict": False, "providers": defaults} == config(workspace)


def test_settings_of_the_server_are_those_of_every_workspace() -> None:
    settings = Settings(throttle="observe", ethermailer=EtherMailerSettings(calls_per_second=7))
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8765") as client:
        client.post("/_mock/workspaces", json={"name": "a"})
        found = [client.get(f"/_mock/config?workspace={name}").json() for name in ("default", "a")]

    assert ["observe", "observe"] == [each["throttle"] for each in found]
    assert [7, 7] == [each["providers"]["ethermailer"]["calls_per_second"] for each in found]


def test_one_setting_changes_and_the_others_stay(workspace: Workspace) -> None:
    before = config(workspace)
    workspace.configure("ethermailer", epoch_unit="seconds")
    answer = patch(workspace, {"providers": {"ethermailer": {"calls_per_second": 5}}}).json()
    changed = {**before["providers"]["ethermailer"], "epoch_unit": "seconds", "calls_per_second": 5}

    assert {"throttle": "off", "strict": False, "providers": {**before["providers"], "ethermailer": changed}} == answer
    assert answer == config(workspace)


def test_a_changed_reading_holds_for_the_next_call(workspace: Workspace) -> None:
    ether = EtherMailer(workspace)
    before = ether.get("/user").json()["createdAt"]
    workspace.configure("ethermailer", epoch_unit="seconds")

    assert before // 1000 == ether.get("/user").json()["createdAt"]


@pytest.mark.parametrize("mode", ["enforce", "observe", "off"])
def test_the_throttle_mode_can_be_changed(workspace: Workspace, mode: str) -> None:
    answer = patch(workspace, {"throttle": mode})

    assert mode == answer.json()["throttle"]
    assert mode == config(workspace)["throttle"]


def test_null_leaves_the_throttle_mode_as_it_is(workspace: Workspace) -> None:
    workspace.throttle("observe")

    assert "observe" == patch(workspace, {"throttle": None}).json()["throttle"]


@pytest.mark.parametrize("setting", ["throttle", "strict", "confirm_after"])
def test_null_unsets_what_can_be_unset(workspace: Workspace, setting: str) -> None:
    value = {"throttle": "observe", "strict": True, "confirm_after": 7}[setting]
    found = [
        patch(workspace, {"providers": {"ethermailer": {setting: each}}}).json()["providers"]["ethermailer"][setting]
        for each in (value, None)
    ]

    assert [value, None] == found


def test_null_is_no_value_of_a_setting_that_has_always_one(workspace: Workspace) -> None:
    response = patch(workspace, {"providers": {"ethermailer": {"calls_per_second": None}}})

    assert 400 == response.status_code
    assert response.json()["error"].startswith("providers.ethermailer.calls_per_second: ")


def test_the_throttle_mode_of_a_provider_beats_that_of_the_workspace(workspace: Workspace) -> None:
    workspace.freeze()
    workspace.configure("ethermailer", throttle="enforce")
    ether = EtherMailer(workspace)
    enforced = [ether.get("/user").status_code for _ in range(4)]
    workspace.configure("ethermailer", throttle=None)

    assert [200, 200, 200, 429] == enforced
    assert 200 == ether.get("/user").status_code


def test_both_can_change_in_one_call(workspace: Workspace) -> None:
    answer = patch(workspace, {"throttle": "enforce", "providers": {"ethermailer": {"calls_per_second": 1}}}).json()

    assert ("enforce", 1) == (answer["throttle"], answer["providers"]["ethermailer"]["calls_per_second"])


def test_another_workspace_keeps_its_configuration(workspace: Workspace, other: Workspace) -> None:
    before = config(other)
    patch(workspace, {"throttle": "enforce", "providers": {"ethermailer": {"epoch_unit": "seconds"}}})

    assert before == config(other)


def test_nothing_asked_changes_nothing(workspace: Workspace) -> None:
    before = config(workspace)

    assert before == patch(workspace, {}).json()
    assert before == patch(workspace, {"providers": {"ethermailer": {}}}).json()


# What is declined


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"throttle": "sometimes"}, "body.throttle: "),
        ({"speed": 1}, "body.speed: "),
        ({"providers": {"ethermailer": 7}}, "body.providers.ethermailer: "),
        ({"providers": {"ethermailer": {"calls_per_second": 0}}}, "providers.ethermailer.calls_per_second: "),
        ({"providers": {"ethermailer": {"epoch_unit": "days"}}}, "providers.ethermailer.epoch_unit: "),
        ({"providers": {"ethermailer": {"epoch": "seconds"}}}, "providers.ethermailer.epoch: "),
        ({"providers": {"ethermailer": {"confirm_after": -1}}}, "providers.ethermailer.confirm_after: "),
        ({"providers": {"ethermailer": {"confirm_after": 1e300}}}, "providers.ethermailer.confirm_after: "),
        ({"providers": {"etermailer": {}}}, 'providers: no provider is called "etermailer"; did you mean "ethermailer"?'),
    ],
)
def test_a_bad_value_is_declined_with_its_place_and_changes_nothing(
    workspace: Workspace, body: dict[str, Any], says: str
) -> None:
    before = config(workspace)
    response = patch(workspace, body)

    assert 400 == response.status_code
    assert {"error"} == set(response.json())
    assert response.json()["error"].startswith(says)
    assert before == config(workspace)


def test_one_bad_value_keeps_the_good_ones_from_changing(workspace: Workspace) -> None:
    before = config(workspace)
    response = patch(
        workspace,
        {"throttle": "enforce", "providers": {"ethermailer": {"calls_per_second": 5, "epoch_unit": "days", "update": "no"}}},
    )

    assert 400 == response.status_code
    assert "providers.ethermailer.epoch_unit" in response.json()["error"]
    assert "providers.ethermailer.update" in response.json()["error"]
    assert before == config(workspace)


def test_a_name_that_is_half_of_a_surrogate_pair_is_declined(server: TestClient) -> None:
    response = server.patch(
        "/_mock/config", content=rb'{"providers": {"\ud800": {}}}', headers={"Content-Type": "application/json"}
    )

    assert 400 == response.status_code
    assert {"error": r'providers: no provider is called "\ud800"'} == response.json()


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_the_configuration_of_an_unknown_workspace_is_declined(server: TestClient, method: str) -> None:
    response = server.request(method, "/_mock/config?workspace=nowhere", json={} if method == "PATCH" else None)

    assert 404 == response.status_code
    assert {"error": 'there is no workspace "nowhere"; POST /_mock/workspaces makes one'} == response.json()


# Every setting


def alternatives(annotation: Any) -> Iterator[Any]:
    """The types and literal values that an annotation allows."""
    if get_origin(annotation) is Annotated:
        yield from alternatives(get_args(annotation)[0])
    elif get_args(annotation):
        for each in get_args(annotation):
            yield from alternatives(each)
    elif annotation is not type(None):
        yield annotation


def other_value(field: Any) -> Any:
    """A value of a setting's type that is not its default."""
    kinds = list(alternatives(field.annotation))
    for choice in kinds:
        if isinstance(choice, str | int) and choice != field.default:
            return choice
    if bool in kinds:
        return not field.default
    if {int, float} & set(kinds):
        most = min((each.le for each in field.metadata if hasattr(each, "le")), default=1e9)
        return min((field.default or 0) + 7, most)
    return "UTC" if field.default else "other"


SETTINGS = [(provider.name, name) for provider in PROVIDERS for name in provider.settings.model_fields]


@pytest.mark.parametrize(("provider", "setting"), SETTINGS)
def test_every_setting_can_be_changed_and_is_back_after_a_reset(workspace: Workspace, provider: str, setting: str) -> None:
    before = config(workspace)["providers"][provider]
    field = next(each for each in PROVIDERS if each.name == provider).settings.model_fields[setting]
    changed = patch(workspace, {"providers": {provider: {setting: other_value(field)}}})

    assert 200 == changed.status_code, changed.text
    assert {**before, setting: other_value(field)} == changed.json()["providers"][provider]
    assert before[setting] != other_value(field)
    workspace.control("POST", "reset")

    assert before == config(workspace)["providers"][provider]


def test_strictness_of_the_workspace_is_changed_and_reset(workspace: Workspace) -> None:
    before = config(workspace)["strict"]
    during = patch(workspace, {"strict": True}).json()["strict"]
    workspace.control("POST", "reset")

    assert (False, True, False) == (before, during, config(workspace)["strict"])
