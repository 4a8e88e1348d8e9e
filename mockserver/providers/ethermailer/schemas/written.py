"""The answer to everything that is created, renamed or updated."""

from typing_extensions import TypedDict


class Written(TypedDict):
    """`text` is the id of what was written."""

    text: str


def written(record: int) -> Written:
    return {"text": str(record)}
