"""Who calls: bearer tokens only. No cookie opens the API, so no other site can ride on one."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthorizationError, Throttled
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from trato.identity.actions import note_token_use
from trato.identity.models import ApiToken
from trato.identity.queries import token_of

WINDOW = 60
FAILURES_IN_A_WINDOW = 30
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def _count(key: str) -> int:
    """How often this has happened since its window of a minute opened."""
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key)
    except ValueError:
        # The window closed between the two calls.
        return 1


class Token(HttpBearer):
    """“Authorization: Bearer trato_…”; names the user and the moment of the call."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        at = timezone.now()
        found = token_of(key=token, at=at)
        if found is None:
            address = request.META.get("REMOTE_ADDR", "")
            if _count(f"api-failed-token:{address}") > FAILURES_IN_A_WINDOW:
                raise Throttled(wait=WINDOW)
            return None
        if request.method not in READING and not found.may_write:
            raise AuthorizationError
        note_token_use(token=found, at=at)
        request.user = found.user
        request.at = at  # type: ignore[attr-defined]
        return found


class TokenRate(BaseThrottle):
    """No program keeps the server busy for itself alone."""

    def allow_request(self, request: HttpRequest) -> bool:
        limit: int = settings.API_CALLS_A_MINUTE
        token: ApiToken = request.auth  # type: ignore[attr-defined]
        return not limit or _count(f"api-calls:{token.pk}") <= limit

    def wait(self) -> float:
        return WINDOW
