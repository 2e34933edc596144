from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.insight.queries import marts
from trato.acquisition.queries import Spent
from trato.analytics import economics as analysis
from trato.analytics.economics import Name, Verdict
from trato.insight.models import Run
from trato.insight.queries import economics
from trato.insight.queries.costs import Costs
from trato.insight.queries.filters import Filter, count

AT = datetime(2026, 3, 31, tzinfo=UTC)


def month(number: int) -> date:
    return date(2023 + number // 12, number % 12 + 1, 1)


# 1200 customers of segment 7 or 8 buy every month for 30 months; half as much more when old.
_ROWS = [
    (who, month(0), month(at), (10.0 + who % 7) * (1.5 if at > 12 else 1.0), 1.0)
    for who in range(1200)
    for at in range(30)
]
bought = marts.months(*_ROWS)
_PEOPLE: list[dict[str, object]] = [
    {"customer": who, "segment": 7 + who % 2} for who in range(1200)
]
company = marts.connection(marts.scores(*_PEOPLE), bought=bought)


def keep(**figures: object) -> None:
    Run.objects.create(state=Run.State.DONE, as_of=AT, asked_at=AT, figures=figures)


def test_the_engine_finds_what_the_library_finds() -> None:
    theirs = analysis.old_spend_more(bought, marts.AS_OF)
    mine = economics.spent_by_old(company, Filter(), marts.AS_OF, {})
    assert (mine.verdict, mine.n) == (Verdict.SUPPORTED, 1200)
    assert (mine.estimate, mine.low) == pytest.approx((theirs.estimate, theirs.low))


def test_dearer_prices_are_taken_off() -> None:
    levels = {month(at).isoformat(): 1.5 if at > 12 else 1.0 for at in range(30)}
    mine = economics.spent_by_old(company, Filter(), marts.AS_OF, levels)
    assert mine.estimate == pytest.approx(1)


def test_too_short_a_history_is_said() -> None:
    mine = economics.spent_by_old(company, Filter(), date(2024, 6, 30), {})
    assert mine.missing == (analysis.Missing.HISTORY,)


@pytest.mark.django_db
def test_claims_of_the_last_refresh_are_told() -> None:
    found = analysis.claims(as_of=marts.AS_OF, months=bought)
    keep(economics={"claims": [one.as_dict() for one in found], "prices": {}})
    told = economics.economics(company, Filter())
    assert [row.claim for row in told.claims] == list(found)
    assert all(row.is_narrowed for row in told.claims)
    behind = {row.claim.name: row.behind for row in told.claims if row.behind}
    assert {name: count(company, one) for name, one in behind.items()} == {
        Name.OLD_SPEND_MORE: 1200
    }


@pytest.mark.django_db
def test_a_segment_narrows_what_can_be_narrowed() -> None:
    found = analysis.claims(as_of=marts.AS_OF, months=bought)
    keep(economics={"claims": [one.as_dict() for one in found], "prices": {}})
    told = {row.claim.name: row for row in economics.economics(company, Filter(segment=7)).claims}
    mine = told.pop(Name.OLD_SPEND_MORE)
    assert (mine.is_narrowed, mine.claim.n) == (True, 600)
    assert mine.behind
    assert count(company, mine.behind) == 600
    assert not any(row.is_narrowed for row in told.values())


@pytest.mark.django_db
def test_before_the_first_refresh_nothing_is_claimed() -> None:
    assert economics.economics(company, Filter()).claims == ()


def _costs(*purposes: str) -> Costs:
    return Costs.of(
        tuple(
            Spent(month(at), purpose, "", "", Decimal(1200 + at))
            for at in range(1, 30)
            for purpose in purposes
        )
    )


@pytest.mark.django_db
def test_what_winning_costs_is_judged_by_the_costs_of_now() -> None:
    new = marts.months(
        *_ROWS, *[(5000 + at, month(at), month(at), 10.0, 1.0) for at in range(1, 30)]
    )
    busy = marts.connection(marts.scores(*_PEOPLE), bought=new)
    keep(
        economics={
            "claims": [one.as_dict() for one in analysis.claims(as_of=marts.AS_OF, months=new)],
            "prices": {},
        }
    )
    told = {
        purposes: economics.economics(busy, Filter(), costs=_costs(*purposes)).claims[0].claim
        for purposes in (("acquire", "keep"), ("acquire",), ())
    }
    assert told["acquire", "keep"].verdict == Verdict.SUPPORTED
    assert told["acquire", "keep"].n == 29
    assert told["acquire",].missing == (analysis.Missing.RETENTION_COSTS,)
    assert len(told[()].missing) == 2
