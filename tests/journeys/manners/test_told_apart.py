"""Clients that behave and clients that do not, told apart for each rule and provider."""

import pytest

from mockserver.providers import PROVIDERS
from tests.journeys.manners.scenes import SCENES, Guest, Scene

ROWS = {provider.name: provider.rulebook for provider in PROVIDERS}
RULES = {"ethermailer": ["ether.retries"], "emfluence": ["emf.retries"], "emma": ["emma.retries", "emma.bulk.preferred"]}
"""Rows that are only about manners."""

every_scene = pytest.mark.parametrize("scene", SCENES, ids=str)


@every_scene
def test_nothing_is_said_of_a_client_that_behaves(scene: Scene, guest: Guest) -> None:
    scene.behaves(guest)

    assert [] == guest.workspace.control("GET", "manners")["findings"]


@pytest.mark.rule("ether.retries", "emf.retries", "emma.retries", "emma.bulk.preferred")
@every_scene
def test_a_client_that_does_not_behave_is_found_out(scene: Scene, guest: Guest) -> None:
    scene.misbehaves(guest)
    verdict = guest.workspace.control("GET", "manners")
    found = [finding for finding in verdict["findings"] if finding["rule"] == f"manners.{scene.rule}"]

    assert [(scene.provider, scene.severity, scene.row)] == [
        (each["provider"], each["severity"], each["row"]) for each in found
    ], verdict
    assert found[0]["row"] in ROWS[scene.provider]
    assert 0 < found[0]["count"] <= verdict["judged_calls"]
    assert found[0]["advice"].endswith(".")


def test_every_rule_has_a_scene_and_every_provider_has_most_of_them() -> None:
    catalogue = {line.split()[0] for line in (_catalogue() or "").splitlines() if line.startswith("manners.")}

    assert catalogue == {f"manners.{scene.rule}" for scene in SCENES}


def _catalogue() -> str | None:
    from mockserver.core import manners

    return manners.__doc__


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_row_that_an_etiquette_names_is_in_the_rulebook(provider: object) -> None:
    etiquette, rulebook = provider.etiquette(), provider.rulebook  # type: ignore[attr-defined]

    assert set() == etiquette.rows - set(rulebook)
