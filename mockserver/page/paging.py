"""The ways from one page of a list to its neighbours."""

from dataclasses import dataclass

from fastapi import Request

from mockserver.page.rendering import query_string


@dataclass(frozen=True, slots=True)
class Pager:
    """The addresses of the pages before and after; None where there is none."""

    before: str | None
    after: str | None


def by_offset(request: Request, offset: int, size: int, *, more: bool) -> Pager:
    """Of a list that is paged by numbers of entries; the page before keeps what else was asked."""
    return Pager(
        _address(request, offset=max(offset - size, 0) or None) if offset else None,
        _address(request, offset=offset + size) if more else None,
    )


def by_id(request: Request, before: int | None, oldest: int | None) -> Pager:
    """Of a list that goes down by ids, from which there is a way back to its beginning only.

    `before` is what was asked, `oldest` the last id of this page if others follow.
    """
    return Pager(
        _address(request, before=None) if before is not None else None,
        _address(request, before=oldest) if oldest is not None else None,
    )


def _address(request: Request, **changed: int | None) -> str:
    """With its path: a bare `?` without anything behind it would be the page itself, query and all."""
    return request.url.path + query_string(request.query_params, **changed)
