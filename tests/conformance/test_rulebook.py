"""The rulebook against the document, the routes, the settings and the source: nothing is told twice or forgotten."""

import re
from pathlib import Path

import pytest

from mockserver.core.provider import Provider
from mockserver.core.rulebook import ANY, Rule, Rulebook
from mockserver.providers import PROVIDERS
from tests.conformance.documented import DOCUMENTED, NOT_SERVED

MADE_IN_PARTS = {
    "ether.extra_values.{definition['type'].lower()}": [
        "ether.extra_values.date",
        "ether.extra_values.integer",
        "ether.extra_values.boolean",
    ]
}
"""Ids that the source puts together, and what comes out."""

each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)


def rows(provider: Provider) -> list[Rule]:
    return list(provider.rulebook.values())


def ids_in_source(provider: Provider) -> set[str]:
    """Every row id that the provider's Python source spells, whole or in parts."""
    literal = re.compile(rf'"({provider.rule_prefix}\.[^"\s]+)"')
    return {each for found in literal.findall(source(provider)) for each in MADE_IN_PARTS.get(found, [found])}


def source(provider: Provider) -> str:
    """All of it that calls run through; what the etiquette names, a verdict on manners cites."""
    paths = [path for path in sorted(provider.folder.rglob("*.py")) if path.name != "etiquette.py"]
    return "\n".join(path.read_text("utf-8") for path in paths)


def cited(provider: Provider) -> set[str]:
    """The rows that the source names, and those that every answer of an operation cites by itself."""
    return ids_in_source(provider) | {operation.rule for operation in provider.operations.served}


def write(path: Path, *rules: str) -> None:
    """A file of a rulebook with these rows."""
    row = '[[row]]\nid = "{}"\noperation = ["*"]\ntext = "It does."\nevidence = "chosen"\nsource = "here"\n'
    path.write_text("\n".join(row.format(rule) for rule in rules), "utf-8")


# Files


def test_a_rulebook_is_read_by_the_names_of_its_files_each_in_its_own_order(tmp_path: Path) -> None:
    write(tmp_path / "loaves.toml", "bread.rye", "bread.corn")
    write(tmp_path / "crumbs.toml", "bread.toast")

    assert ["bread.toast", "bread.rye", "bread.corn"] == list(Rulebook.load(tmp_path))


@pytest.mark.parametrize("again", ["loaves.toml", "crumbs.toml"])
def test_an_id_that_is_given_twice_is_refused_in_one_file_and_in_two(tmp_path: Path, again: str) -> None:
    files = {"loaves.toml": ["bread.rye", "bread.corn"], "crumbs.toml": ["bread.toast"]}
    files[again].append("bread.rye")
    for name, rules in files.items():
        write(tmp_path / name, *rules)

    with pytest.raises(ValueError, match=r"two rows of a rulebook have the id bread\.rye$"):
        Rulebook.load(tmp_path)


# Operations


@each_provider
def test_the_served_operations_are_the_documented_ones(provider: Provider) -> None:
    served = {
        each.name: (" ".join(provider.operations.methods(each.name)), each.template) for each in provider.operations.served
    }

    assert DOCUMENTED[provider.name] == served


@each_provider
def test_what_is_documented_and_not_served_is_known_as_well(provider: Provider) -> None:
    documented = [line for section in NOT_SERVED.get(provider.name, {}).values() for line in section]
    refused = [each for each in provider.operations.by_name.values() if not each.served]
    methods = {each.name: " ".join(provider.operations.methods(each.name)) for each in refused}

    assert sorted(documented) == sorted(f"{methods[each.name]} {re.sub(r'{.*?}', '{}', each.template)}" for each in refused)


@each_provider
def test_every_served_operation_has_a_row_of_its_own(provider: Provider) -> None:
    served = provider.operations.served

    assert [] == [operation.rule for operation in served if operation.rule not in provider.rulebook]
    for operation in served:
        row = provider.rulebook[operation.rule]

        assert ([operation.name], "documented", True) == (row.operation, row.evidence, row.cited)


@each_provider
def test_what_is_not_served_has_one_row_for_all(provider: Provider) -> None:
    refused = [operation.rule for operation in provider.operations.by_name.values() if not operation.served]

    assert not refused or [ANY] == provider.rulebook[f"{provider.rule_prefix}.not_served"].operation
    assert [] == [rule for rule in refused if rule in provider.rulebook]


@each_provider
def test_rows_are_about_operations_that_exist(provider: Provider) -> None:
    known = {ANY, *(operation.name for operation in provider.operations.served)}

    assert [] == [(row.id, name) for row in rows(provider) for name in row.operation if name not in known]


@each_provider
def test_a_row_names_all_operations_or_each_of_its_own_once(provider: Provider) -> None:
    repeated = [row.id for row in rows(provider) if len(set(row.operation)) < len(row.operation)]
    mixed = [row.id for row in rows(provider) if ANY in row.operation and [ANY] != row.operation]

    assert [] == repeated + mixed


@each_provider
def test_rows_are_sentences_with_a_source_under_the_name_of_their_provider(provider: Provider) -> None:
    assert [] == [row.id for row in rows(provider) if not row.id.startswith(f"{provider.rule_prefix}.")]
    assert [] == [row.id for row in rows(provider) if not row.text.endswith(".")]
    assert [] == [row.id for row in rows(provider) if not row.source]


# Switches


@each_provider
def test_the_switch_of_a_row_is_a_setting(provider: Provider) -> None:
    known = {None, *provider.settings.model_fields}

    assert [] == [(row.id, row.switch) for row in rows(provider) if row.switch not in known]


@each_provider
def test_every_setting_is_the_switch_of_a_row(provider: Provider) -> None:
    switches = {row.switch for row in rows(provider)}

    assert [] == [name for name in provider.settings.model_fields if name not in switches]


@each_provider
def test_every_setting_has_a_sentence_that_explains_it(provider: Provider) -> None:
    fields = provider.settings.model_fields

    assert [] == [name for name, field in fields.items() if not (field.description or "").endswith(".")]


# Citations


@each_provider
def test_every_row_that_calls_can_cite_is_cited_somewhere(provider: Provider) -> None:
    assert [] == [row.id for row in rows(provider) if row.cited and row.id not in cited(provider)]


@each_provider
def test_no_row_about_form_is_cited_anywhere(provider: Provider) -> None:
    assert [] == [row.id for row in rows(provider) if not row.cited and row.id in cited(provider)]


@each_provider
def test_every_row_that_the_source_names_exists(provider: Provider) -> None:
    assert [] == sorted(ids_in_source(provider) - set(provider.rulebook))


@each_provider
def test_ids_made_in_parts_are_still_made(provider: Provider) -> None:
    made = [parts for parts in MADE_IN_PARTS if parts.startswith(f"{provider.rule_prefix}.")]

    assert [] == [parts for parts in made if f'f"{parts}"' not in source(provider)]


def test_rows_of_different_providers_differ() -> None:
    names = [rule for provider in PROVIDERS for rule in provider.rulebook]

    assert len(set(names)) == len(names)
