"""Who works here and what each may do."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trato.identity.access import UserRequest, requires
from trato.identity.actions import LastAdministrator, change_user, create_user
from trato.identity.forms.people import NewUserForm, UserForm
from trato.identity.forms.problems import take_over
from trato.identity.jobs import send_password_link
from trato.identity.models import User
from trato.identity.queries import everybody, user_changes
from trato.identity.rules import PERMISSION_WORDS, ROLE_PERMISSIONS, Permission, Role
from trato.kit import environment
from trato.ui.responses import go, toast
from trato.ui.table import Column, Table

CHANGES_SHOWN = 50
manages_users = requires(Permission.MANAGE_USERS)


@manages_users
def users(request: UserRequest) -> HttpResponse:
    columns = (
        Column("name", _("Name")),
        Column("email", _("E-mail")),
        Column("role", _("Role")),
        Column("sees", _("Sees")),
        Column("teams", _("Teams"), kind="tags"),
        Column("last_login", _("Last sign-in"), kind="moment"),
        Column("state", _("State")),
    )
    table = Table(name="users", columns=columns, has_actions=True)
    return render(request, "identity/users.html", {"table": table, "users": everybody()})


@sensitive_post_parameters("password")
@manages_users
def new_user(request: UserRequest) -> HttpResponse:
    form = NewUserForm(request.POST or None, initial={"role": Role.SELLER})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        invited = not given["password"]
        try:
            user = create_user(**given | {"password": given["password"] or None})
        except ValidationError as error:
            take_over(form, error, "password")
        else:
            if invited:
                send_password_link.defer(email=user.email, invitation=True)
            said = _("%(name)s can sign in now.") if not invited else _("%(name)s is invited.")
            answer = go(request, reverse("identity:users"))
            return toast(request, answer, said % {"name": user.name})
    values = {"form": form, "has_no_mail": _has_no_mail()}
    return render(request, "identity/user_new.html", values, status=422 if form.is_bound else 200)


def _has_no_mail() -> bool:
    return not environment.value("TRATO_MAIL_URL")


@manages_users
def user(request: UserRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    names = ("name", "email", "role", "visibility", "language")
    initial = {name: getattr(person, name) for name in names} | {"teams": person.teams.all()}
    form = UserForm(request.POST or None, initial=initial, user=person)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            change_user(user=person, teams=given.pop("teams"), changes=given)
        except LastAdministrator as error:
            form.add_error("role", str(error))
        else:
            return toast(request, redirect("identity:users"), _("Saved."))
        person.refresh_from_db()
    told = user_changes(person, limit=CHANGES_SHOWN)
    values = {"form": form, "person": person, "changes": told}
    values["has_no_mail"] = _has_no_mail()
    return render(request, "identity/user.html", values, status=422 if form.is_bound else 200)


@require_POST
@manages_users
def set_active(request: UserRequest, pk: int) -> HttpResponse:
    """Let somebody in, or no longer; what they did stays."""
    person = get_object_or_404(User, pk=pk)
    active = request.POST.get("active") == "1"
    back = redirect("identity:users")
    try:
        change_user(user=person, changes={"is_active": active}, teams=None)
    except LastAdministrator as error:
        return toast(request, back, str(error), tone="bad")
    said = _("%(name)s can sign in again.") if active else _("%(name)s can no longer sign in.")
    return toast(request, back, said % {"name": person.name})


@require_POST
@manages_users
def send_link(request: UserRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk, is_active=True)
    send_password_link.defer(email=person.email, invitation=not person.has_usable_password())
    said = _("An e-mail with a link is on its way to %(email)s.") % {"email": person.email}
    return toast(request, redirect("identity:users"), said)


@manages_users
def roles(request: UserRequest) -> HttpResponse:
    """What each role can do, read from the rules themselves."""
    kinds = [(role.value, str(role.label)) for role in Role]
    columns = (Column("may", _("Can")), *(Column(key, label) for key, label in kinds))
    rows = [
        (words, [(label, permission in ROLE_PERMISSIONS[role]) for role, label in kinds])
        for permission, words in PERMISSION_WORDS.items()
    ]
    values = {"table": Table(name="roles", columns=columns), "rows": rows}
    return render(request, "identity/roles.html", values)
