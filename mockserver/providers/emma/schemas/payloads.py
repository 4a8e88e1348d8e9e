"""What payloads are made of. Unknown keys are ignored, and a key that is null is one that is not given."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, FailFast, StrictInt

from mockserver.providers.emma.wire import flag, id_list, record_id


def _flag(value: Any) -> Any:
    return None if value is None else flag(value)


def _ids(value: Any) -> Any:
    return [] if value is None else id_list(value)


def _array(value: Any) -> Any:
    return [] if value is None else value


def _object(value: Any) -> Any:
    """PHP writes an empty object as an empty array."""
    return {} if value == [] else value


def _digits(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _form_id(value: Any) -> int | None:
    return record_id(str(value)) if isinstance(value, int | str) and not isinstance(value, bool) else None


Flag = Annotated[bool | None, BeforeValidator(_flag)]
Ids = Annotated[list[StrictInt], FailFast(), BeforeValidator(_ids)]
"""None if left out; of several faults in it the first is told."""
Emails = Annotated[list[str], FailFast(), BeforeValidator(_array)]
Object = Annotated[dict[str, Any] | None, BeforeValidator(_object)]
FormId = Annotated[int | None, BeforeValidator(_form_id)]
"""Of a signup form; whatever can be none is as good as left out."""
PhoneNumber = Annotated[str | None, BeforeValidator(_digits)]
"""Also as a number, as spreadsheets give it."""
empty_array_as_object = BeforeValidator(_object)


class Payload(BaseModel):
    """Base of what comes in."""
