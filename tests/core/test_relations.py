"""Which rows belong together: what the columns of all providers say of it, and what is read off them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import JSON, Column, ForeignKey, Integer, MetaData, String, Table

from mockserver.core.provider import Provider
from mockserver.core.relations import references, referrers, refers_to, target
from mockserver.providers import PROVIDERS

NO_ROW = {
    ("emma_account", "user_id"): "the person in whose name keys act is nothing but a number",
    ("emma_mailing", "cancel_by_user_id"): "the same person",
    ("emma_mailing_target", "target_id"): "a row of the table that `kind` says, or of none",
    ("emf_contact", "customer_id"): "a client's own number",
    ("emf_group", "external_id"): "a client's own number",
    ("emf_email", "campaign_ids"): "campaigns are taken and shown, and nothing else is known of them",
}
"""Columns that are named like those that hold keys, and what they hold instead."""

each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)


def columns(provider: Provider) -> Iterator[Column[object]]:
    return (column for table in provider.schema.sorted_tables for column in table.columns)


@each_provider
def test_what_a_column_refers_to_is_a_table_of_the_same_provider_with_one_key(provider: Provider) -> None:
    tables = provider.schema.tables
    targets = {f"{column.table.name}.{column.name}": name for column in columns(provider) if (name := target(column))}

    assert targets
    assert set() == set(targets.values()) - tables.keys()
    assert [] == [where for where, name in targets.items() if len(tables[name].primary_key) != 1]


@each_provider
def test_a_column_that_is_named_after_the_key_of_something_says_of_what(provider: Provider) -> None:
    silent = {
        (column.table.name, column.name)
        for column in columns(provider)
        if column.name.endswith(("_id", "_ids")) and target(column) is None
    }

    assert {each for each in NO_ROW if each[0] in provider.schema.tables} == silent


@pytest.fixture
def library() -> MetaData:
    """Books by authors, in a series or not, and who has borrowed which."""
    metadata = MetaData()
    Table("author", metadata, Column("id", Integer, primary_key=True), Column("name", String))
    Table(
        "book",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("author_id", Integer, info=refers_to("author")),
        Column("after_id", Integer, info=refers_to("book")),
    )
    Table(
        "reader",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("favorite_id", Integer, ForeignKey("book.id")),
        Column("books", JSON, info=refers_to("book")),
    )
    return metadata


def test_a_table_refers_to_others_by_its_columns(library: MetaData) -> None:
    assert {
        "author": {},
        "book": {"author_id": "author", "after_id": "book"},
        "reader": {"favorite_id": "book", "books": "book"},
    } == {name: references(table) for name, table in library.tables.items()}


def test_a_table_is_referred_to_by_others_and_by_itself(library: MetaData) -> None:
    found = {
        name: {f"{other.name}.{column.name}" for other, column in referrers(table)} for name, table in library.tables.items()
    }

    assert {
        "author": {"book.author_id"},
        "book": {"book.after_id", "reader.favorite_id", "reader.books"},
        "reader": set(),
    } == (found)
