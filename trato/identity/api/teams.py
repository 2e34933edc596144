"""Who shares customers."""

from django.http import Http404
from ninja import Query, Router, Status

from trato.identity.actions import delete_team, save_team
from trato.identity.api.schemas import TeamChange, TeamGiven, TeamPage, TeamTold, TeamWhole
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.models import Team, User
from trato.identity.programs import Call, need
from trato.identity.queries import team_changes, teams, users
from trato.identity.rules import Permission
from trato.kit.rest.paging import Paging, keyset
from trato.kit.rest.refusals import Invalid

router = Router(tags=["Users"])


def _find(team_id: int) -> Team:
    team = teams().filter(pk=team_id).first()
    if team is None:
        raise Http404
    return team


def _find_to_manage(request: Call, team_id: int) -> Team:
    team = _find(team_id)
    need(request, Permission.MANAGE_USERS)
    return team


def _whole(request: Call, team: Team) -> TeamWhole:
    sees_members = request.user.may(Permission.MANAGE_USERS)
    ids = sorted(team.users.values_list("pk", flat=True)) if sees_members else None
    return TeamWhole(id=team.pk, name=team.name, member_ids=ids)


def _members(ids: list[int]) -> list[User]:
    known = users().in_bulk(ids)
    for place, user_id in enumerate(ids):
        if user_id not in known:
            raise Invalid.body("member_ids", place, code="member_unknown")
    return list(known.values())


@router.get("/teams", response=TeamPage, summary="The teams")
def list_teams(request: Call, paging: Query[Paging]) -> TeamPage:
    found, cursor = keyset(teams(), ("id",), paging)
    return TeamPage(items=[TeamTold.model_validate(team) for team in found], next_cursor=cursor)


@router.post("/teams", response={201: TeamWhole}, summary="Create a team")
def create_team(request: Call, given: TeamGiven) -> Status[TeamWhole]:
    need(request, Permission.MANAGE_USERS)
    team = save_team(None, name=given.name, members=_members(given.member_ids))
    return Status(201, _whole(request, team))


@router.get("/teams/{int:team_id}", response=TeamWhole, summary="Read a team")
def read_team(request: Call, team_id: int) -> TeamWhole:
    return _whole(request, _find(team_id))


@router.patch(
    "/teams/{int:team_id}", response=TeamWhole, summary="Rename a team or say who is in it"
)
def patch_team(request: Call, team_id: int, given: TeamChange) -> TeamWhole:
    team = _find_to_manage(request, team_id)
    sent = given.model_fields_set
    members = _members(given.member_ids) if "member_ids" in sent else None
    name = given.name if "name" in sent else team.name
    return _whole(request, save_team(team, name=name, members=members))


@router.delete("/teams/{int:team_id}", response={204: None}, summary="Delete a team")
def remove_team(request: Call, team_id: int) -> Status[None]:
    """Its members and its customers stay; who saw them by the team alone no longer does."""
    delete_team(team=_find_to_manage(request, team_id))
    return Status(204, None)


@router.get(
    "/teams/{int:team_id}/changes",
    response=HistoryTold,
    summary="Who changed a team and who came and went, newest first",
)
def list_team_changes(request: Call, team_id: int) -> HistoryTold:
    return told_changes(team_changes, _find_to_manage(request, team_id))
