"""Users, teams, tokens and the company as programs send and get them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from trato.identity.models import ApiToken
from trato.identity.rules import Permission, Role, Visibility
from trato.kit.rest.paging import Page, Paging
from trato.kit.rest.values import Email, Given, Id, Told, text

PersonName = Annotated[str, text(150, 1)]
TeamName = Annotated[str, text(100, 1)]
OwnLanguage = Literal["", "es", "en"]
_FOR_MANAGERS = "Only told to who manages users."


class UserNew(Given):
    """They choose their password themselves, by a link that they get by e-mail."""

    name: PersonName
    email: Email
    role: Role
    visibility: Visibility | None = Field(
        None, description="What the role usually sees, if left out."
    )
    team_ids: list[Id] = Field([], max_length=200)
    language: OwnLanguage = Field("", description="Empty: as their browser.")


class UserChange(Given):
    """Only what is sent changes; the teams are replaced as a whole."""

    name: PersonName = "-"
    email: Email = "-"
    role: Role = Role.READER
    visibility: Visibility = Visibility.ALL
    team_ids: list[Id] = Field([], max_length=200)
    language: OwnLanguage = ""
    is_active: bool = Field(True, description="`false`: they can no longer sign in.")


class UserTold(Told):
    id: int
    name: str
    email: str
    role: Role
    is_active: bool


class UserWhole(UserTold):
    visibility: Visibility | None = Field(description=_FOR_MANAGERS)
    team_ids: list[int] | None = Field(description=_FOR_MANAGERS)
    language: str | None = Field(description=_FOR_MANAGERS)


class UserPage(Page[UserTold]):
    pass


class UserFilters(Paging):
    role: Role | None = None
    team: Id | None = Field(None, description="Id of a team.")
    active: bool = Field(
        True, description="`false` for those who work here no more; only for who manages users."
    )


class TeamGiven(Given):
    name: TeamName
    member_ids: list[Id] = Field([], max_length=1000)


class TeamChange(Given):
    """Only what is sent changes; the members are replaced as a whole."""

    name: TeamName = "-"
    member_ids: list[Id] = Field([], max_length=1000)


class TeamTold(Told):
    id: int
    name: str


class TeamWhole(TeamTold):
    member_ids: list[int] | None = Field(description=_FOR_MANAGERS)


class TeamPage(Page[TeamTold]):
    pass


class TokenTold(Told):
    name: str
    scope: ApiToken.Scope
    expires_at: datetime | None


class TokenWhole(TokenTold):
    id: int
    user_id: int
    prefix: str = Field(description="How its key begins.")
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    is_usable: bool = Field(description="Neither expired nor revoked.")


class TokenPage(Page[TokenWhole]):
    pass


class CompanyTold(Told):
    name: str
    currency: str
    language: str
    time_zone: str
    country: str


class Me(UserTold):
    visibility: Visibility
    language: str
    teams: list[TeamTold]
    permissions: list[Permission]
    token: TokenTold
    company: CompanyTold
