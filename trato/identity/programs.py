"""The door for programs: who calls, when, and what they may do. Tokens are read by trato.api."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qsl

from django.db.models import Q
from django.http import HttpRequest

from trato.identity.models import ApiToken, User
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.kit.listing import Listing, Moment, read
from trato.kit.listing.state import MOST_FILTERS
from trato.kit.rest.refusals import Invalid, Refused


class Call(HttpRequest):
    """A request whose token has been accepted."""

    user: User
    auth: ApiToken
    at: datetime


def need(call: Call, permission: Permission) -> None:
    """Ask it after looking for the row: to a stranger what exists and what not looks the same."""
    if not call.user.may(permission):
        raise Refused("not_permitted", permission=permission.value)


def list_filters(call: Call, listing: Callable[..., Listing], query: str | None) -> list[Q]:
    """The filters of a page's list, written as in its address. Raises Invalid, also for what an
    address has besides: what is sought and sorted by, programs send by itself."""
    if not query:
        return []
    asked = listing(currency=company().currency)
    state = read(asked, query, moment=Moment(call.at, call.user.pk))
    if any(notice.code in {"too_many", "too_long"} for notice in state.notices):
        raise Invalid.query("filter", "too_long", max_length=MOST_FILTERS)
    wrong = [notice.part for notice in state.notices]
    wrong += [name for name, _value in parse_qsl(query.lstrip("?")) if "." not in name]
    if wrong or not state.filters:
        raise Invalid.query("filter", "filter_unknown", part=wrong[0] if wrong else query)
    return [one.condition for one in state.filters]
