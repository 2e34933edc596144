from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests import make
from tests.insight.refreshing import NOW, make_old, refreshed, rows_of, shop
from trato.analytics.economics import Name
from trato.catalog.models import Product
from trato.customers.actions import NewEvent, record_event
from trato.customers.models import (
    Customer,
    CustomerScore,
    Event,
    EventKind,
    Stage,
    StageCause,
)
from trato.identity.rules import Role, Visibility
from trato.insight import marts
from trato.insight.actions import (
    NotInTheFuture,
    ask_refresh,
    begin_refresh,
    override_stage,
    renew_figures,
)
from trato.insight.actions.asking import LOCK
from trato.insight.actions.refreshing import AlreadyRunning, refresh
from trato.insight.models import MARTS_VERSION, Run
from trato.insight.queries.economics import economics
from trato.insight.queries.filters import Filter, count
from trato.insight.refresh import publishing

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def _regular(name: str = "Ana", *, every: int = 30, times: int = 6, until: int = 10) -> Customer:
    """Bought ``times`` times, every so many days, the last time ``until`` days ago."""
    who = make.customer(name)
    days = (until + every * number for number in range(times))
    make.orders(*(make.ordered(who, "20", at=NOW - timedelta(days=ago)) for ago in days))
    return who


def _stage(who: Customer) -> int:
    return CustomerScore.objects.get(customer=who).stage


def test_an_empty_company_has_no_scores_and_no_error() -> None:
    assert refreshed().state == Run.State.DONE
    assert CustomerScore.objects.count() == 0


def test_every_customer_has_a_score() -> None:
    ana, blas = _regular(), make.customer("Blas")
    refreshed()
    score = CustomerScore.objects.get(customer=ana)
    assert (score.purchases, score.frequency, score.recency, score.age) == (6, 5, 150, 160)
    assert score.monetary == 20
    assert (score.p_alive or 0) > 0.5
    nothing = CustomerScore.objects.get(customer=blas)
    assert (nothing.stage, nothing.purchases, nothing.p_alive) == (Stage.AWARENESS, 0, None)


def test_a_run_tells_what_it_did() -> None:
    _regular()
    run = refreshed()
    assert [step["name"] for step in run.steps][:2] == ["lake", "purchases"]
    assert run.fits["mbgnbd"]["customers"] == 1
    assert (run.as_of, run.step) == (TODAY, "")


def test_when_nothing_happened_nothing_is_written() -> None:
    _regular()
    refreshed()
    assert rows_of(refreshed(), "scores") == 0


def test_only_scores_that_changed_are_written() -> None:
    people = [_regular(f"C{number}") for number in range(8)]
    refreshed()
    score = CustomerScore.objects.get(customer=people[0])
    Customer.objects.filter(pk=people[0].pk).update(origin="x")
    make.order(people[0], "20", at=NOW)
    run = refreshed()
    assert 1 <= rows_of(run, "scores") <= 8
    assert CustomerScore.objects.get(customer=people[0]).purchases == score.purchases + 1


def _changes() -> list[tuple[int, Any, Any]]:
    rows = Event.objects.filter(kind=EventKind.STAGE_CHANGED).order_by("id")
    return [(row.customer_id, row.payload["from"], row.payload["to"]) for row in rows]


def test_the_first_refresh_tells_no_changes_of_stage() -> None:
    _regular()
    refreshed()
    assert _changes() == []


def test_a_change_of_stage_is_an_event_told_once() -> None:
    ana = make.customer("Ana")
    refreshed()
    make.order(ana, "20", at=NOW - timedelta(days=1))
    refreshed()
    refreshed()
    assert _changes() == [(ana.pk, Stage.AWARENESS, Stage.PURCHASE)]
    assert Event.objects.get(kind=EventKind.STAGE_CHANGED).imported is False


def test_changes_as_of_an_earlier_day_start_nothing() -> None:
    ana = make.customer("Ana", since=NOW - timedelta(days=50))
    refreshed(as_of=TODAY - timedelta(days=10))
    make.order(ana, "20", at=NOW - timedelta(days=9))
    refreshed(as_of=TODAY - timedelta(days=1))
    assert Event.objects.get(kind=EventKind.STAGE_CHANGED).imported is True


def test_whoever_looks_back_moves_nobody() -> None:
    ana, blas = _regular(), make.customer("Blas", since=NOW - timedelta(days=50))
    refreshed()
    for days in (400, 30, 30):
        refreshed(as_of=TODAY - timedelta(days=days))
    refreshed()
    assert _changes() == []
    assert _stage(ana) > Stage.PURCHASE
    refreshed(as_of=TODAY - timedelta(days=400))
    make.order(blas, "20", at=NOW - timedelta(days=1))
    refreshed(as_of=TODAY - timedelta(days=30))
    refreshed()
    refreshed()
    assert _changes() == [(blas.pk, Stage.AWARENESS, Stage.PURCHASE)]
    assert Event.objects.get(kind=EventKind.STAGE_CHANGED).imported is False


def test_what_a_person_says_while_somebody_looks_back_is_told_once() -> None:
    ana = _regular()
    refreshed()
    refreshed(as_of=TODAY - timedelta(days=400))
    override_stage(customer=ana, stage=Stage.ABANDONMENT, reason="moved", at=NOW, user=None)
    told = _changes()
    refreshed()
    assert _stage(ana) == Stage.ABANDONMENT
    assert _changes() == told


def test_a_company_that_was_empty_is_looked_back_at() -> None:
    refreshed()
    _regular()
    refreshed(as_of=TODAY - timedelta(days=30))
    refreshed()
    assert _changes() == []


def test_a_customer_who_comes_after_the_first_refresh_is_scored_too() -> None:
    _regular()
    refreshed()
    blas = _regular("Blas", until=2)
    refreshed()
    assert _stage(blas) >= Stage.PURCHASE
    assert _changes() == [(blas.pk, 0, _stage(blas))]


def test_what_fails_leaves_the_scores_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = _regular()
    refreshed()
    before = CustomerScore.objects.get(customer=ana)
    make.order(ana, "20", at=NOW)

    def breaks(*_args: object, **_more: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(publishing, "write_marts", breaks)
    with pytest.raises(OSError, match="no space"):
        refreshed()
    run = Run.objects.first()
    assert run is not None
    assert (run.state, run.problem) == (Run.State.FAILED, "OSError: no space left")
    assert CustomerScore.objects.get(customer=ana).purchases == before.purchases


def test_two_refreshes_do_not_work_at_once() -> None:
    run = begin_refresh(at=NOW, as_of=None, full=False, user=None)
    parameters = connection.get_connection_params()
    other = psycopg.connect(
        **{name: parameters[name] for name in ("dbname", "user", "host") if name in parameters}
    )
    with other, other.cursor() as sql:
        sql.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(AlreadyRunning):
            refresh(run, at=NOW)


def test_a_run_whose_process_died_is_told_as_interrupted() -> None:
    dead = begin_refresh(at=NOW, as_of=None, full=False, user=None)
    Run.objects.filter(pk=dead.pk).update(state=Run.State.RUNNING)
    refreshed()
    dead.refresh_from_db()
    assert (dead.state, dead.problem) == (Run.State.FAILED, "interrupted")


def test_asking_twice_is_asking_once() -> None:
    assert ask_refresh(at=NOW, user=None) == ask_refresh(at=NOW, user=None)


def test_tomorrow_is_not_known() -> None:
    with pytest.raises(NotInTheFuture):
        begin_refresh(at=NOW, as_of=TODAY + timedelta(days=1), full=False, user=None)


def test_an_earlier_day_is_as_it_was_then() -> None:
    ana = _regular(every=30, times=6, until=10)
    refreshed(as_of=TODAY - timedelta(days=30))
    assert CustomerScore.objects.get(customer=ana).purchases == 5


def test_what_a_person_says_of_a_stage_holds_until_the_customer_moves() -> None:
    ana = _regular(until=40)
    refreshed()
    override_stage(customer=ana, stage=Stage.ABANDONMENT, reason="moved", at=NOW, user=None)
    refreshed()
    score = CustomerScore.objects.get(customer=ana)
    assert (score.stage, score.stage_cause) == (Stage.ABANDONMENT, StageCause.OVERRIDE)
    make.order(ana, "20", at=NOW + timedelta(days=2))
    refreshed(days=3)
    assert _stage(ana) != Stage.ABANDONMENT


def test_a_deleted_customer_has_no_score_any_more() -> None:
    ana = make.customer("Ana")
    make.customer("Blas")
    refreshed()
    with connection.cursor() as sql:
        sql.execute("SET LOCAL trato.rewrite_events = 'on'")
    ana.delete()
    refreshed()
    assert [score.customer.name for score in CustomerScore.objects.all()] == ["Blas"]


def test_the_marts_show_only_customers_one_may_see() -> None:
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    ana = _regular()
    _regular("Blas")
    Customer.objects.filter(pk=ana.pk).update(owner=seller)
    Product.objects.update(cost=4)
    refreshed()
    for noun in (*marts.NOUNS, *marts.CUBES):
        everything = marts.connect(make.user()).execute(f"SELECT count(*) FROM {noun}")  # noqa: S608
        theirs = marts.connect(seller).execute(f"SELECT count(*) FROM {noun}")  # noqa: S608
        [all_rows], [some] = everything.fetchone() or [0], theirs.fetchone() or [0]
        assert 0 < some < all_rows, noun


def _answer(who: Customer, days: int, campaign: str, kind: str = EventKind.CAMPAIGN_OPENED) -> None:
    """So many days ago."""
    at, payload = NOW - timedelta(days=days), {"campaign": campaign}
    event = NewEvent(customer_id=who.pk, kind=kind, at=at, payload=payload)
    record_event(event, recorded_at=NOW, user=None)


def test_the_campaign_that_was_answered_before_the_first_purchase_won_the_customer() -> None:
    ana, blas, carla = (_regular(name, times=1, until=20) for name in ("Ana", "Blas", "Carla"))
    _answer(ana, 60, "Spring")
    _answer(ana, 25, "Autumn", EventKind.CAMPAIGN_CLICKED)
    _answer(ana, 10, "Late")
    _answer(blas, 25, "Autumn", EventKind.CAMPAIGN_SENT)
    _answer(carla, 200, "Spring")
    refreshed()
    asked = "SELECT customer, acquired_by FROM scores ORDER BY customer"
    found = marts.connect(make.user()).execute(asked).fetchall()
    assert found == [(ana.pk, "Autumn"), (blas.pk, ""), (carla.pk, "")]
    _answer(carla, 30, "Autumn")
    refreshed()
    found = marts.connect(make.user()).execute(asked).fetchall()
    assert found[2] == (carla.pk, "Autumn")


def test_before_the_first_refresh_there_are_no_marts() -> None:
    with pytest.raises(marts.NoMarts):
        marts.connect(make.user())


def test_marts_of_an_earlier_version_wait_for_the_next_refresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make.order(make.customer(), "10", at=make.NOW)
    with monkeypatch.context() as earlier:
        earlier.setattr(marts.files, "MARTS_VERSION", MARTS_VERSION - 1)
        refreshed()
    assert marts.current() is None
    refreshed()
    assert marts.current() is not None


def test_after_an_update_a_refresh_is_asked_for_once() -> None:
    assert renew_figures(at=make.NOW) is None
    done = refreshed()
    assert renew_figures(at=make.NOW) is None
    Run.objects.filter(pk=done.pk).update(marts_version=MARTS_VERSION - 1)
    asked = renew_figures(at=make.NOW)
    assert asked is not None
    assert (asked.state, asked.cause) == (Run.State.WAITING, Run.Cause.UPDATE)
    assert renew_figures(at=make.NOW) == asked


def test_the_lake_lies_where_it_was_told_to() -> None:
    refreshed()
    assert marts.place().root.startswith(str(settings.LAKE))


def test_value_tells_whether_it_is_margin_or_turnover() -> None:
    shop()
    assert refreshed().figures["value_basis"] == "turnover"
    Product.objects.update(cost=Decimal(1))
    assert refreshed(full=True).figures["value_basis"] == "margin"


def test_the_value_lies_between_its_ends() -> None:
    for number in range(12):
        _regular(f"C{number}", every=11 + 7 * number, times=2 + number % 4, until=5 + 40 * number)
    refreshed()
    for score in CustomerScore.objects.exclude(lifetime_value=None):
        low, high = score.lifetime_value_low, score.lifetime_value_high
        assert low is not None
        assert high is not None
        assert 0 <= low <= high


def test_the_value_of_all_lies_closer_than_the_ends_of_each_added_up() -> None:
    for number in range(12):
        _regular(f"C{number}", every=11 + 7 * number, times=2 + number % 4, until=5 + 40 * number)
    told = refreshed().figures["totals"]
    scores = CustomerScore.objects.exclude(lifetime_value=None)
    for name in ("lifetime_value", "expected_purchases"):
        assert told[name]["low"] < told[name]["total"] < told[name]["high"]
    low, value, high = (
        float(sum(getattr(score, f"lifetime_value{end}") for score in scores))
        for end in ("_low", "", "_high")
    )
    assert told["lifetime_value"]["total"] == pytest.approx(value, rel=1e-3)
    assert low < told["lifetime_value"]["low"]
    assert told["lifetime_value"]["high"] < high


def test_whose_prices_were_compared_can_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    for months in (8, 20, 30):
        _regular(f"Since {months}", times=months, until=1)
    _regular("New", times=1)
    figures = refreshed().figures["economics"]
    [claim] = [one for one in figures["claims"] if one["name"] == "old_pay_more"]
    asked = Filter(compared=True)
    with marts.connect(make.user()) as connection:
        assert 0 < count(connection, asked) == claim["n"] < 4
        found = {row.claim.name: row.behind for row in economics(connection, Filter()).claims}
    assert found[Name.OLD_PAY_MORE] == asked
    monkeypatch.setattr("trato.insight.actions.refreshing._SMALL", 0)
    make_old()
    make.order(make.customer(), "9")
    refreshed()
    with marts.connect(make.user()) as connection:
        assert count(connection, asked) == claim["n"]
