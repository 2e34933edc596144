"""The door for programs: who calls, when, and what they may do. Tokens are read by trato.api."""

from datetime import datetime

from django.http import HttpRequest

from trato.identity.models import ApiToken, User
from trato.identity.rules import Permission
from trato.kit.rest.refusals import Refused


class Call(HttpRequest):
    """A request whose token has been accepted."""

    user: User
    auth: ApiToken
    at: datetime


def need(call: Call, permission: Permission) -> None:
    """Ask it after looking for the row: to a stranger what exists and what not looks the same."""
    if not call.user.may(permission):
        raise Refused("not_permitted", permission=permission.value)
