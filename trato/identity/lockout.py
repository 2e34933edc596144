"""Who guesses passwords is held up: for one account, and for all of them together."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Wrong passwords from one address, whatever the accounts: a whole office may share an address.
MOST_FROM_AN_ADDRESS = 50


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Those of the account from there; as many as it takes when there were many in all."""
        own = int(super().get_failures(request, credentials))
        return max(own, settings.AXES_FAILURE_LIMIT) if _guesses_a_lot(request) else own


def _guesses_a_lot(request: Any) -> bool:
    since = get_cool_off_threshold(request)
    wrong = AccessAttempt.objects.filter(
        ip_address=request.axes_ip_address, attempt_time__gt=since
    ).aggregate(number=Sum("failures_since_start"))["number"]
    return (wrong or 0) >= MOST_FROM_AN_ADDRESS


def client_address(request: HttpRequest) -> str | None:
    """Where a request comes from: what proxies that are trusted say, the nearest one first."""
    address = _address(request.META.get("REMOTE_ADDR", ""))
    said = request.headers.get("X-Forwarded-For", "").split(",")
    while said and address and _is_trusted(address):
        before = _address(said.pop())
        if before is None:
            break
        address = before
    return str(address) if address else None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_trusted(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What somebody sees who guessed too often."""
    return render(request, "identity/locked_out.html", status=429)
