"""The README is true where the code can tell."""

import re
from pathlib import Path

import pytest

from mockserver.providers import PROVIDERS
from tests.readme import TOP, replaced, tables

README = (TOP / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "name", "table"), tables(), ids=lambda value: value.parent.name if isinstance(value, Path) else ""
)
def test_a_generated_table_is_up_to_date(path: Path, name: str, table: str) -> None:
    """When this fails: `python -m tests.readme`."""
    text = path.read_text("utf-8")

    assert f"<!-- {name} -->" in text
    assert replaced(text, name, table) == text


def test_every_provider_is_in_the_table_with_the_number_of_its_operations() -> None:
    for provider in PROVIDERS:
        assert re.search(rf"\| {provider.title} \|.*\| {len(provider.operations.served)} \|", README)


def test_every_file_that_the_readme_names_exists() -> None:
    named = re.findall(r"`((?:mockserver|fixtures|tests)/[\w./-]+)`", README)

    assert len(named) > 5
    assert [] == [path for path in named if not (TOP / path).exists()]
