"""The pages of the analysis and a customer's, after `bench.refresh`.

First views are those of a filter that nobody chose since the refresh: what the pages keep is
cleared before them, except what is counted once a run for everybody (`recommender.counted`), since
the job after a refresh has counted it before anybody comes.
"""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from bench.calls import Answered, Call, measure, measure_rounds
from bench.pages import line, queries_of, row, session_of
from bench.server import Server, serving
from trato.customers.models import CustomerScore
from trato.identity.models import User
from trato.identity.rules import Role
from trato.insight.actions.laying import lay_out_marts
from trato.insight.figures.ahead import work_out
from trato.insight.figures.catalogue import PAGES
from trato.insight.figures.keeping import SECONDS_KEPT
from trato.insight.figures.reading import Page
from trato.insight.figures.recommender import counted
from trato.insight.queries import narrowing
from trato.insight.queries.runs import last_done

ROUNDS, FEWEST = 3, 20


def run() -> Iterator[str]:
    user = User.objects.filter(role=Role.ADMINISTRATOR)[0]
    seller = next(one for one in User.objects.order_by("pk") if not one.sees_everybody)
    yield line("what", "p50", "p95", "queries", "kB", "gzip", "web CPU", "db CPU", "bare p50, p95")
    with serving() as server:
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
        lay_out_marts()
        work_out()
        for name, path in _paths():
            call = Call(name, path, headers=_signed(user), times=60)
            queries = str(queries_of(client, call))
            bare = measure(Call("bare", "/bare/", headers=_signed(user), times=60), server)
            yield row(call, measure(call, server), queries, bare)
        yield "with a filter that nobody chose before, four people at once:"
        for page in (one for one in PAGES if one.is_narrowed):
            for who in (user, seller):
                call = Call(f"{page.name}, a {who.role}", _at(page), headers=_signed(who))
                yield row(call, _first(call, page, server), "-", bare)
        yield f"memory of a web process: {server.megabytes():.0f} MB"


def _signed(user: User) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session_of(user)}"}


def _at(page: Page) -> str:
    return reverse("insight:figures", args=[page.name])


def _paths() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        yield f"analysis: {page.name}", _at(page)
    best = CustomerScore.objects.order_by("-lifetime_value")
    yield "customer with all panels", reverse("web:customer", args=[best[0].customer_id])
    yield "home with scores", reverse("web:home")


def _first(call: Call, page: Page, server: Server) -> Answered:
    """Nothing that is asked for has been worked out before."""
    asked = _narrowed(page)

    def path(number: int) -> str:
        return f"{call.path}?{urlencode(asked[number])}"

    rounds = max(ROUNDS, -(-FEWEST // len(asked)))
    once = replace(call, nth=path, times=len(asked))
    return measure_rounds(once, server, rounds=rounds, before=_forget)


def _forget() -> None:
    run = last_done()
    kept = counted(run) if run else None
    caches["shared"].clear()
    if kept and kept.known:
        caches["shared"].set(kept.key, kept.known, SECONDS_KEPT)


def _narrowed(page: Page) -> list[dict[str, str]]:
    """By each segment and team, in two periods and in days of one's own. All customers in a usual
    period are worked out ahead."""
    whom = [{"segment": str(pk)} for pk, _name in narrowing.segments()]
    whom += [{"team": str(pk)} for pk, _name in narrowing.teams()]
    if not page.is_timed:
        return whom
    days = {"start": "2025-02-10", "end": "2026-03-20"}
    return [*whom, *(one | {"period": "24m"} for one in whom), days, whom[0] | days]
