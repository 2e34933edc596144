"""Who calls, and the colleagues that records can be given to."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import Http404
from ninja import Query, Router, Status

from trato.identity.actions import LastAdministrator, change_user
from trato.identity.actions import create_user as write_user
from trato.identity.api.schemas import (
    CompanyTold,
    Me,
    TeamTold,
    TokenTold,
    UserChange,
    UserFilters,
    UserNew,
    UserPage,
    UserTold,
    UserWhole,
)
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.jobs import send_password_link
from trato.identity.models import Team, User
from trato.identity.programs import Call, need
from trato.identity.queries import (
    company,
    email_is_taken,
    teams,
    user_changes,
    users,
    usual_visibility,
)
from trato.identity.rules import Permission, Role, Visibility, lacks_team
from trato.kit.rest.paging import keyset
from trato.kit.rest.refusals import Invalid, Refused

router = Router(tags=["Users"])


@router.get("/users/me", response=Me, summary="The user of this token, and what the token may do")
def read_me(request: Call) -> Me:
    user = request.user
    return Me(
        id=user.pk,
        name=user.name,
        email=user.email,
        role=Role(user.role),
        is_active=user.is_active,
        visibility=Visibility(user.visibility),
        language=user.language,
        teams=[TeamTold.model_validate(team) for team in user.teams.all()],
        permissions=sorted(permission for permission in Permission if user.may(permission)),
        token=TokenTold.model_validate(request.auth),
        company=CompanyTold.model_validate(company()),
    )


@router.get("/users", response=UserPage, summary="The colleagues a record can be given to")
def list_users(request: Call, filters: Query[UserFilters]) -> UserPage:
    if not filters.active:
        need(request, Permission.MANAGE_USERS)
    plain = {"is_active": filters.active, "role": filters.role, "teams": filters.team}
    conditions = {name: value for name, value in plain.items() if value is not None}
    found, cursor = keyset(users().filter(**conditions), ("id",), filters)
    return UserPage(items=[UserTold.model_validate(user) for user in found], next_cursor=cursor)


def _find(request: Call, user_id: int) -> User:
    """Who works here no more is there for who manages users."""
    user = users().filter(pk=user_id).first()
    if user is None or not (user.is_active or request.user.may(Permission.MANAGE_USERS)):
        raise Http404
    return user


def _find_to_manage(request: Call, user_id: int) -> User:
    user = _find(request, user_id)
    need(request, Permission.MANAGE_USERS)
    return user


def _whole(request: Call, user: User) -> UserWhole:
    plain = {name: getattr(user, name) for name in UserTold.model_fields}
    told: dict[str, Any] = {"visibility": None, "team_ids": None, "language": None}
    if request.user.may(Permission.MANAGE_USERS):
        ids = sorted(user.teams.values_list("pk", flat=True))
        told = {"visibility": user.visibility, "team_ids": ids, "language": user.language}
    return UserWhole.model_validate(plain | told)


@router.post("/users", response={201: UserWhole}, summary="Invite a user")
def create_user(request: Call, given: UserNew) -> Status[UserWhole]:
    """An e-mail with a link to choose a password is on its way to them."""
    need(request, Permission.MANAGE_USERS)
    _check_email(given.email, None)
    chosen = _teams(given.team_ids)
    visibility = given.visibility or usual_visibility(given.role)
    _check_sight(visibility, chosen)
    with transaction.atomic():
        user = write_user(
            name=given.name,
            email=given.email,
            password=None,
            role=given.role,
            visibility=visibility,
            teams=chosen,
            language=given.language,
        )
        send_password_link.defer(email=user.email, invitation=True)
    return Status(201, _whole(request, user))


def _check_email(email: str, besides: User | None) -> None:
    if email_is_taken(email=email, besides=besides):
        raise Invalid.body("email", code="email_taken")


def _check_sight(visibility: str, chosen: Iterable[Team]) -> None:
    if lacks_team(visibility, chosen):
        raise Invalid.body("team_ids", code="team_required")


def _teams(ids: list[int]) -> list[Team]:
    known = teams().in_bulk(ids)
    for place, team_id in enumerate(ids):
        if team_id not in known:
            raise Invalid.body("team_ids", place, code="team_unknown")
    return list(known.values())


@router.get("/users/{int:user_id}", response=UserWhole, summary="Read a colleague")
def read_user(request: Call, user_id: int) -> UserWhole:
    """Who works here no more is there for who manages users."""
    return _whole(request, _find(request, user_id))


@router.patch(
    "/users/{int:user_id}",
    response=UserWhole,
    summary="Change a user, let them in or no longer",
)
def patch_user(request: Call, user_id: int, given: UserChange) -> UserWhole:
    """What they did stays; their tokens open nothing while they cannot sign in."""
    user = _find_to_manage(request, user_id)
    changes: dict[str, Any] = given.model_dump(exclude_unset=True)
    if "email" in changes:
        _check_email(given.email, user)
    chosen = _teams(given.team_ids) if "team_ids" in changes else None
    if {"visibility", "team_ids"} & changes.keys():
        visibility = changes.get("visibility", user.visibility)
        _check_sight(visibility, user.teams.all() if chosen is None else chosen)
    changes.pop("team_ids", None)
    try:
        user = change_user(user=user, changes=changes, teams=chosen)
    except LastAdministrator:
        raise Refused("last_administrator") from None
    return _whole(request, user)


@router.get(
    "/users/{int:user_id}/changes",
    response=HistoryTold,
    summary="Who changed what in a user, newest first",
)
def list_user_changes(request: Call, user_id: int) -> HistoryTold:
    return told_changes(user_changes, _find_to_manage(request, user_id))
