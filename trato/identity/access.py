"""The door of every page: who may come in, and 404 for the stranger."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase

from trato.identity.models import Company, User
from trato.identity.rules import Permission


class UserRequest(HttpRequest):
    """A request that has passed the door."""

    user: User
    company: Company
    htmx: Any


type View[**P] = Callable[Concatenate[UserRequest, P], HttpResponseBase]


def requires[**P](*permissions: Permission) -> Callable[[View[P]], View[P]]:
    """Signed in, and with all of these; what one may not see does not exist."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: UserRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not all(request.user.may(permission) for permission in permissions):
                raise Http404
            return view(request, *args, **kwargs)

        return login_required(inner)  # type: ignore[return-value]

    return guard
