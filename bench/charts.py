"""The pages of the analysis and a customer's, after `bench.refresh`."""

from collections.abc import Iterator

from django.conf import settings
from django.test import Client
from django.urls import reverse

from bench.calls import Call, measure
from bench.pages import line, queries_of, row, session_of
from bench.server import serving
from trato.customers.models import CustomerScore
from trato.identity.models import User
from trato.identity.rules import Role
from trato.insight.figures.catalogue import PAGES


def run() -> Iterator[str]:
    user = User.objects.filter(role=Role.ADMINISTRATOR)[0]
    yield line("what", "p50", "p95", "queries", "kB", "gzip", "web CPU", "db CPU", "bare p50, p95")
    with serving() as server:
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
        signed = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session_of(user)}"}
        for name, path in _paths():
            # Each process works the figures out for who asks first, and keeps them.
            first = measure(Call(name, path, headers=signed, times=4), server, warm=False)
            call = Call(name, path, headers=signed, times=60)
            queries = str(queries_of(client, call))
            bare = measure(Call("bare", "/bare/", headers=signed, times=60), server)
            yield row(call, measure(call, server), queries, bare)
            yield f"    first asked, four at once: p50 {first.p50:.0f} ms"
        yield f"memory of a web process: {server.megabytes():.0f} MB"


def _paths() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        yield f"analysis: {page.name}", reverse("insight:figures", args=[page.name])
    best = CustomerScore.objects.order_by("-lifetime_value")
    yield "customer with all panels", reverse("web:customer", args=[best[0].customer_id])
    yield "home with scores", reverse("web:home")
