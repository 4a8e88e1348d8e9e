"""How Ether Mailer's world starts: the form of `ethermailer.toml`. How it is planted is in `planting.py`."""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from mockserver.core.fixtures import FixtureModel, Generate, Moment
from mockserver.providers.ethermailer.schemas.extra_fields import FieldType

DEFAULT_API_KEY = "100000000000000001-00000000-0000-0000"

_Id = Annotated[int | None, Field(ge=1, le=10**18 - 1, description="Unset: the next free one.")]


def _extra_value(value: Any) -> Any:
    if type(value) not in {str, int, bool, date}:
        raise ValueError("expected a text, a whole number, true, false or a date")
    return value


_ExtraValue = Annotated[str | int | bool | date, BeforeValidator(_extra_value)]


class AccountFixture(FixtureModel):
    api_key: str = Field(DEFAULT_API_KEY, min_length=1, pattern=r"^\S+$")
    username: str = "demo"
    company: str = "Example Company"
    email: str = "demo@example.com"
    active: bool = True
    verified: bool = True
    created: Moment = timedelta(days=-365)


class SenderProfileFixture(FixtureModel):
    id: _Id = None
    name: str = Field(min_length=1)
    email: str
    verified: bool = True
    spf: bool = True
    dkim: bool = True


class GroupFixture(FixtureModel):
    id: _Id = None
    name: str = Field(min_length=1)
    can_delete: bool = True


class ExtraFieldFixture(FixtureModel):
    id: _Id = None
    name: str = Field(min_length=1)
    type: FieldType
    required: bool = False
    options: list[str] = Field(default_factory=list, description="For the type OPTIONS: their texts.")


class ContactFixture(FixtureModel):
    id: _Id = None
    email: str
    name: str | None = None
    surname: str | None = None
    groups: list[str] = Field(default_factory=list, description="By name.")
    extra: dict[str, _ExtraValue] = Field(default_factory=dict, description="Values by the name of the field.")
    deleted: Moment | None = Field(None, description="When it was deleted.")


class EtherMailerFixture(FixtureModel):
    """One `ethermailer.toml`."""

    account: AccountFixture | None = None
    sender_profiles: list[SenderProfileFixture] = Field(default_factory=list)
    groups: list[GroupFixture] = Field(default_factory=list)
    extra_fields: list[ExtraFieldFixture] = Field(default_factory=list)
    contacts: list[ContactFixture] = Field(default_factory=list)
    generate: Generate | None = None
