"""Who calls, and the colleagues and teams that records can be given to."""

from datetime import datetime

from ninja import Router

from trato.identity.models import ApiToken
from trato.identity.programs import Call
from trato.identity.queries import colleagues, company, teams
from trato.identity.rules import Permission, Role, Visibility
from trato.kit.rest.values import Told

router = Router(tags=["Users"])


class UserTold(Told):
    id: int
    name: str
    email: str
    role: Role


class UsersTold(Told):
    items: list[UserTold]


class TeamTold(Told):
    id: int
    name: str


class TeamsTold(Told):
    items: list[TeamTold]


class TokenTold(Told):
    name: str
    scope: ApiToken.Scope
    expires_at: datetime | None


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


@router.get("/users/me", response=Me, summary="The user of this token, and what the token may do")
def read_me(request: Call) -> Me:
    user = request.user
    return Me(
        id=user.pk,
        name=user.name,
        email=user.email,
        role=Role(user.role),
        visibility=Visibility(user.visibility),
        language=user.language,
        teams=[TeamTold.model_validate(team) for team in user.teams.all()],
        permissions=sorted(permission for permission in Permission if user.may(permission)),
        token=TokenTold.model_validate(request.auth),
        company=CompanyTold.model_validate(company()),
    )


@router.get("/users", response=UsersTold, summary="The colleagues a record can be given to")
def list_users(request: Call) -> UsersTold:
    return UsersTold(items=[UserTold.model_validate(user) for user in colleagues()])


@router.get("/teams", response=TeamsTold, summary="The teams")
def list_teams(request: Call) -> TeamsTold:
    return TeamsTold(items=[TeamTold.model_validate(team) for team in teams()])
