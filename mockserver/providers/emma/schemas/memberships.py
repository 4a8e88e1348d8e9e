from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, FailFast, StrictInt, ValidatorFunctionWrapHandler, WrapValidator
from typing_extensions import TypeAliasType

from mockserver.providers.emma.wire import id_list

RequiredIds = TypeAliasType("RequiredIds", Annotated[list[StrictInt], FailFast(), BeforeValidator(id_list)])
"""An array of ids that a call cannot do without; one fault in it is enough to hear of."""


def _none_for_scalars(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    return None if isinstance(value, str | int | float) else check(value)


IdsOrScalar = Annotated[RequiredIds | None, WrapValidator(_none_for_scalars)]
"""The same where the service does not refuse a scalar; it is read as None."""


class GroupMembers(BaseModel):
    """The members that a group is to gain or to lose."""

    member_ids: RequiredIds


class MemberGroups(BaseModel):
    """The groups that a member is to join or to leave."""

    group_ids: RequiredIds


class MembersRemove(BaseModel):
    member_ids: IdsOrScalar
    group_ids: IdsOrScalar
