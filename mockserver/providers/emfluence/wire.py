"""emfluence's accent: the envelope, moments, booleans, blanks and lists as they travel, and the paging of its searches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from mockserver.core.answers import as_json
from mockserver.core.call import Call
from mockserver.providers.emfluence.errors import MEDIA_TYPE, WrongValue, request_id
from mockserver.providers.emfluence.settings import EmfluenceSettings

# The envelope


def answer(call: Call, data: Any = None, *, warnings: Iterable[str] = (), extrainfo: str = "") -> Response:
    """A success: `data` is an empty object where a call has nothing to tell."""
    body: dict[str, Any] = {"success": 1, "code": 0, "data": {} if data is None else data, "requestID": request_id(call)}
    told = [*call.warnings, *warnings]
    if told:
        body["warnings"] = told
    if extrainfo:
        body["extrainfo"] = extrainfo
    return as_json(body, media_type=MEDIA_TYPE)


# Values


def bit(value: bool | int | None) -> int:
    """A boolean as it travels."""
    return 1 if value else 0


def blank(value: Any) -> Any:
    """Nothing travels as an empty text, whatever type it is nothing of."""
    return "" if value is None else value


def datetime_text(moment: datetime | None) -> str:
    """A moment as it travels: GMT, to the second; a blank for none."""
    return "" if moment is None else str(moment)[:_TO_THE_SECOND]


_TO_THE_SECOND = len("2030-01-01 12:00:00")


def email_key(email: str) -> str:
    """The form in which addresses are compared."""
    return email.strip().casefold()


def name_key(name: str) -> str:
    """The form in which names of groups are compared."""
    return name.strip().casefold()


def is_email(text: str) -> bool:
    """One @ between a name and a domain with a dot, and no blank or control character."""
    local, _, domain = text.partition("@")
    return bool(local) and "." in domain.strip(".") and "@" not in domain and " " not in text and text.isprintable()


# Parameters


class Payload(BaseModel):
    """Base of what comes in: names in any letter case, unknown ones ignored."""

    model_config = ConfigDict(extra="ignore", populate_by_name=False)

    @classmethod
    def also_reads(cls, name: str, value: Any) -> Any:  # noqa: ARG003 - some ask it
        """As what it takes a parameter that is none of its fields, or None (see `core/unread.py`)."""
        return None

    @model_validator(mode="before")
    @classmethod
    def _any_case(cls, given: Any) -> Any:
        spelled, as_documented = _spelled(cls)
        if not isinstance(given, dict) or as_documented.issuperset(given):
            return given
        return {
            spelled[key.lower()]: value for key, value in given.items() if isinstance(key, str) and key.lower() in spelled
        }


@cache
def _spelled(payload: type[BaseModel]) -> tuple[dict[str, str], frozenset[str]]:
    """Parameters as they are spelled, by their names in lower case; and by themselves."""
    spelled = {(field.alias or name).lower(): field.alias or name for name, field in payload.model_fields.items()}
    return spelled, frozenset(spelled.values())


def _split(value: Any) -> Any:
    """A list as clients send it: an array, a text with commas, or an array with such a text."""
    parts = value if isinstance(value, list) else [] if value is None else [value]
    return [piece for part in parts for piece in (_pieces(part) if isinstance(part, str) else [part])]


def _pieces(text: str) -> list[str]:
    return [piece.strip() for piece in text.split(",") if piece.strip()]


def not_blank(value: Any) -> Any:
    """A blank where a number or a boolean is due is nothing."""
    return None if isinstance(value, str) and not value.strip() else value


def _text(value: Any) -> Any:
    """Numbers and booleans are taken for texts, as the service is written in a language that does not tell them apart."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return value


_Number = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""One that the tables can hold."""
Id = Annotated[_Number | None, BeforeValidator(not_blank)]
Ids = Annotated[list[_Number], BeforeValidator(_split)]
Flag = Annotated[bool | None, BeforeValidator(not_blank)]
Texts = Annotated[list[str], BeforeValidator(_split)]
Text = Annotated[str, BeforeValidator(_text)]
Pattern = Annotated[str, Field(max_length=1000), BeforeValidator(_text)]
"""A text with `*` for anything; a blank is not given. The database compares with no pattern that is much longer."""


def one_of(*allowed: str) -> BeforeValidator:
    """One of some words in any letter case, and spelled as they are here; a blank is None."""

    def check(value: Any) -> Any:
        value = not_blank(value)
        if value is not None and not isinstance(value, str):
            raise PydanticCustomError("wrong_type", "expected a text")
        found = next((word for word in allowed if value and word.lower() == value.strip().lower()), None)
        if found is None and value is not None:
            raise ValueError(f"expected {', '.join(allowed[:-1])} or {allowed[-1]}")
        return found

    return BeforeValidator(check)


Direction = Annotated[str | None, one_of("asc", "desc")]
"""Of a search that is sorted."""


# Paging

DEFAULT_RPP = 20
_LAST_PAGE = 10**9
"""Far beyond all records, and small enough to be counted with."""


def _unless_blank(default: int) -> BeforeValidator:
    return BeforeValidator(lambda value: default if not_blank(value) is None else value)


class Paged(Payload):
    """The parameters of everything that pages."""

    page: Annotated[int, _unless_blank(1)] = 1
    rpp: Annotated[int, _unless_blank(DEFAULT_RPP)] = DEFAULT_RPP


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    size: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def page_of(asked: Paged, *, most: int, settings: EmfluenceSettings) -> Page:
    """The page that a call asks for; each endpoint has its own `most`."""
    rpp = asked.rpp
    if rpp > most:
        if settings.rpp_above_maximum == "refuse":
            raise WrongValue(f"rpp: expected {most} at most, found {rpp}", rule="emf.paging.maximum")
        rpp = most
    given = (("page", asked.page), ("rpp", rpp))
    faults = [f"{name}: expected 1 or more, found {value}" for name, value in given if value < 1]
    if asked.page > _LAST_PAGE:
        faults.append(f"page: expected {_LAST_PAGE} at most, found {asked.page}")
    if faults:
        raise WrongValue(*faults, rule="emf.paging.bounds")
    return Page(asked.page, rpp)


def paged(call: Call, page: Page, total: int, records: Iterable[Any]) -> dict[str, Any]:
    """The data of a search: where its page lies among how many, the addresses of its neighbours, and its records."""
    none = call.settings.total_pages_of_nothing
    pages = -(-total // page.size) or none
    return {
        "paging": {
            "next": _address(call, page.number + 1) if page.number < pages else "",
            "prev": _address(call, min(page.number - 1, max(pages, 1))) if page.number > 1 else "",
            "page": page.number,
            "rpp": page.size,
            "totalPages": pages,
            "totalRecords": total,
        },
        "records": list(records),
    }


def _address(call: Call, number: int) -> str:
    """The same call for another page, as a GET; a token in its parameters is left out."""
    given = {name: _query_value(value) for name, value in call.parameters.items()}
    kept = {name: value for name, value in given.items() if name.lower() not in {"page", "accesstoken"}}
    return f"{call.url}?{urlencode({**kept, 'page': number})}"


def _query_value(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_query_value, value))
    return str(bit(value)) if isinstance(value, bool) else str(blank(value))
