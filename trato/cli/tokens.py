"""`trato token`: keys for programs."""

from datetime import datetime, timedelta

import click
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from trato.cli.language import gettext as _
from trato.cli.users import find_user, reason
from trato.identity import actions
from trato.identity.models import ApiToken
from trato.kit.environment import CannotStart


@click.group(help=_("Create and revoke API tokens."))
def token() -> None:
    pass


@token.command(help=_("Create a token for a user. It is shown now and never again."))
@click.argument("email")
@click.option("--name", required=True, help=_("What it is for."))
@click.option(
    "--scope", type=click.Choice(ApiToken.Scope.values), default="read", show_default=True
)
@click.option(
    "--days", type=click.IntRange(1, 36_500), help=_("How long it is valid. Without: for ever.")
)
def create(email: str, name: str, scope: str, days: int | None) -> None:
    at = timezone.now()
    until = at + timedelta(days=days) if days else None
    try:
        _token, key = actions.create_token(
            user=find_user(email), name=name, scope=scope, at=at, expires_at=until
        )
    except ValidationError as error:
        raise CannotStart(reason(error)) from None
    click.echo(key)


@token.command("list", help=_("List all tokens, by the beginning of their keys."))
def list_() -> None:
    for found in ApiToken.objects.select_related("user").order_by("user__email", "created_at"):
        state = _state(found, timezone.now())
        click.echo(f"{found.prefix}…  {found.user.email:<40} {found.scope:<6} {found.name} {state}")


def _state(found: ApiToken, at: datetime) -> str:
    if found.revoked_at:
        return _("(revoked)")
    return _("(expired)") if found.expires_at and found.expires_at <= at else ""


@token.command(help=_("Revoke the token whose key begins so."))
@click.argument("prefix")
def revoke(prefix: str) -> None:
    begin = prefix.strip().rstrip("…")
    if not begin:
        raise CannotStart(_("Write the beginning of the key, as trato token list shows it."))
    is_it = Q(prefix__startswith=begin) | Q(digest=ApiToken.digest_of(begin))
    found = ApiToken.objects.filter(is_it, revoked_at=None)
    if len(found) != 1:
        raise CannotStart(_("{number} valid tokens begin so.").format(number=len(found)))
    actions.revoke_token(token=found[0], at=timezone.now())
    click.echo(_("Revoked."))
