"""Who shares customers."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from trato.identity.access import UserRequest, requires
from trato.identity.actions import delete_team, save_team
from trato.identity.forms.people import TeamForm
from trato.identity.forms.problems import take_over
from trato.identity.models import Team
from trato.identity.queries import team_changes, teams_with_members
from trato.identity.rules import Permission
from trato.ui.responses import go, toast
from trato.ui.table import Column, Table

CHANGES_SHOWN = 50
manages_users = requires(Permission.MANAGE_USERS)


@manages_users
def teams(request: UserRequest) -> HttpResponse:
    columns = (Column("name", _("Name")), Column("members", _("Members")))
    table = Table(name="teams", columns=columns, has_actions=True)
    return render(request, "identity/teams.html", {"table": table, "teams": teams_with_members()})


@manages_users
def edit_team(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """A new team, or a known one."""
    team = get_object_or_404(Team, pk=pk) if pk else None
    initial = {"name": team.name, "members": team.users.all()} if team else {}
    form = TeamForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_team(team, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error, "name")
        else:
            return toast(request, go(request, reverse("identity:teams")), _("Saved."))
    told = team_changes(team, limit=CHANGES_SHOWN) if team else []
    values = {"form": form, "team": team, "changes": told}
    return render(request, "identity/team.html", values, status=422 if form.is_bound else 200)


@manages_users
def remove_team(request: UserRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team, pk=pk)
    back = reverse("identity:teams")
    if request.method == "POST":
        delete_team(team=team)
        return toast(request, go(request, back), _("The team is deleted; its members stay."))
    values = {
        "heading": _("Delete the team %(name)s?") % {"name": team.name},
        "text": _(
            "Its members stay, and so do its customers, but those who see only the records of"
            " their team will no longer see them."
        ),
        "action": request.path,
        "verb": _("Delete"),
        "back": back,
    }
    return render(request, "ui/confirm.html", values)
