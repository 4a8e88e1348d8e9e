"""The values of one field, of all members at once."""

from collections.abc import Callable, Generator
from typing import Any

from sqlalchemy import Integer, bindparam, select, update

from mockserver.core.statements import Statement
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Member

_MEMBER, _FIELDS = Member.c.id, Member.c.fields
_SLICE = 1000
"""Members whose values are read in one go."""
_NEXT = Statement(
    select(_MEMBER, _FIELDS).where(_MEMBER > bindparam("after")).order_by(_MEMBER).limit(bindparam("most", type_=Integer))
)
_CHANGE = Statement(update(Member).where(_MEMBER == bindparam("member")).values(fields=bindparam("new_fields")))

Values = dict[str, Any]


def take_away(context: EmmaContext, name: str) -> Generator[None, None, None]:
    """Let no member have a value of this name any more."""
    return _change(context, name, lambda values: values.pop(name))


def rename(context: EmmaContext, name: str, new_name: str) -> Generator[None, None, None]:
    """Let members keep what they have of one name under another."""
    return _change(context, name, lambda values: values.update({new_name: values.pop(name)}))


def _change(context: EmmaContext, name: str, do: Callable[[Values], object]) -> Generator[None, None, None]:
    """Do it to the values of every member who has one of this name.

    In Python, because the paths of SQLite's JSON functions cannot spell every name.
    """
    after = 0
    while members := context.tuples(_NEXT, after=after, most=_SLICE):
        having = [(member, values) for member, values in members if name in values]
        for _, values in having:
            do(values)
        context.run_many(_CHANGE, ({"member": member, "new_fields": values} for member, values in having))
        after = members[-1][0]
        if len(members) < _SLICE:
            return
        yield
