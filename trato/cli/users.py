"""`trato user`: for those who have the machine, also when nobody can log in."""

import sys

import click
from django.core.exceptions import ValidationError

from trato.cli.language import gettext as _
from trato.identity import actions
from trato.identity.models import Team, User
from trato.identity.rules import Role, Visibility, default_visibility, lacks_team
from trato.kit.environment import CannotStart


@click.group(help=_("Create and manage users."))
def user() -> None:
    pass


def find_user(email: str) -> User:
    try:
        return User.objects.get(email__iexact=email.strip())
    except User.DoesNotExist:
        raise CannotStart(_("There is no user {email}.").format(email=email)) from None


def reason(error: ValidationError) -> str:
    return " ".join(error.messages)


def _ask_password() -> str:
    """Asked for on a terminal, read from standard input in a script; never an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt(_("Password"), hide_input=True, confirmation_prompt=True)
    return password


@user.command(help=_("Create a user. The password is asked for, or read from standard input."))
@click.argument("email")
@click.option("--name", required=True, help=_("The person's name."))
@click.option(
    "--role", type=click.Choice(Role.values), default=Role.READER.value, show_default=True
)
@click.option(
    "--sees",
    type=click.Choice(Visibility.values),
    help=_("Whose records they see. Without: what their role usually sees."),
)
@click.option("--team", "teams", multiple=True, help=_("A team of theirs, as often as needed."))
@click.option("--no-password", is_flag=True, help=_("They set one with the link by e-mail."))
def create(
    email: str, name: str, role: str, sees: str | None, teams: tuple[str, ...], no_password: bool
) -> None:
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise CannotStart(_("There is a user {email} already.").format(email=email))
    joined = [_find_team(team) for team in teams]
    sees = sees or default_visibility(role)
    if lacks_team(sees, joined):
        remedy = _("Without a team they would see only their own records: add --team or --sees.")
        raise CannotStart(remedy)
    password = None if no_password else _ask_password()
    try:
        actions.create_user(
            email=email, name=name, password=password, role=role, visibility=sees, teams=joined
        )
    except ValidationError as error:
        raise CannotStart(reason(error)) from None
    click.echo(_("Created {email}.").format(email=email))


def _find_team(name: str) -> Team:
    try:
        return Team.objects.get(name__iexact=name.strip())
    except Team.DoesNotExist:
        raise CannotStart(_("There is no team {name}.").format(name=name)) from None


@user.command("list", help=_("List all users."))
def list_() -> None:
    for found in User.objects.order_by("email"):
        state = "" if found.is_active else _("(deactivated)")
        click.echo(f"{found.email:<40} {found.role:<14} {found.name} {state}".rstrip())


@user.command("set-password", help=_("Set the password of a user."))
@click.argument("email")
def set_password(email: str) -> None:
    found = find_user(email)
    try:
        actions.set_password(user=found, password=_ask_password())
    except ValidationError as error:
        raise CannotStart(reason(error)) from None
    click.echo(_("The password of {email} is set.").format(email=found.email))


@user.command(help=_("Let a user in no more. What they did stays."))
@click.argument("email")
def deactivate(email: str) -> None:
    found = find_user(email)
    try:
        actions.change_user(user=found, changes={"is_active": False}, teams=None)
    except actions.LastAdministrator as error:
        raise CannotStart(str(error)) from None
    click.echo(_("{email} is deactivated.").format(email=found.email))
