"""Companies that are no companies yet, and customers who are like nobody: sensible answers, without
a warning."""

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings

from tests.analytics.edges import (
    ANY,
    AS_OF,
    EDGES,
    END,
    Company,
    bought_by,
    line,
    no_warnings,
    numbers,
)
from tests.analytics.lines import table
from trato.analytics import (
    cohorts,
    concentration,
    economics,
    features,
    habits,
    journey,
    purchases,
    rfm,
    segments,
    survival,
)
from trato.analytics.purchases import Purchases
from trato.analytics.recommend import data, recommender


@pytest.fixture(autouse=True)
def warnings_are_errors() -> Iterator[None]:
    with no_warnings():
        yield


def statistics_add_up(company: Company) -> None:
    found = bought_by(company)
    counted, days = numbers(found.table, "purchases"), found.days.num_rows
    assert counted.sum() == days
    assert (counted >= 1).all()
    assert (numbers(found.table, "recency") <= numbers(found.table, "age")).all()
    paid = numbers(found.days, "amount").sum()
    assert numbers(found.table, "amount").sum() == pytest.approx(paid)


def scores_are_from_one_to_five(company: Company) -> None:
    found = bought_by(company)
    for cuts in (None, rfm.FIXED):
        scored = rfm.score(found.table, AS_OF, cuts)
        assert scored.num_rows == found.table.num_rows
        for name in ("recency_score", "frequency_score", "monetary_score"):
            assert np.isin(numbers(scored, name), range(1, 6)).all()


def rhythms_are_days(company: Company) -> None:
    found = bought_by(company)
    rhythm = habits.rhythms(found.days, AS_OF, found.table)
    assert rhythm.num_rows == found.table.num_rows
    low, middle, high = (
        numbers(rhythm, name) for name in ("rhythm_low", "rhythm_days", "rhythm_high")
    )
    assert ((low > 0) & (low <= middle) & (middle <= high)).all()
    for name in ("risk", "absence", "habit"):
        assert ((numbers(rhythm, name) >= 0) & (numbers(rhythm, name) <= 1)).all()
    assert (numbers(rhythm, "next_due") > numbers(found.table, "last_day")).all()


def journeys_begin_with_the_first_purchase(company: Company) -> None:
    found = bought_by(company)
    known = pa.table({"customer": pa.array([], pa.int64()), "known_day": pa.array([], pa.int32())})
    nothing = pa.schema([("customer", pa.int64()), ("day", pa.int32()), ("kind", pa.string())])
    walked = journey.trace(known, found.days, nothing.empty_table(), AS_OF)
    assert walked.current.num_rows == found.table.num_rows
    assert (numbers(walked.current, "stage") >= journey.Stage.PURCHASE).all()
    assert (numbers(walked.transitions, "day") <= END).all()


def groups_have_members_or_a_reason(company: Company) -> None:
    found = bought_by(company)
    if not found.table.num_rows:
        with pytest.raises(ValueError, match="nobody bought"):
            features.measure(found.table)
        return
    spending = pa.table(
        {
            "customer": found.table["customer"],
            "category": pa.array(["a", "b"] * found.table.num_rows)[: found.table.num_rows],
            "amount": found.table["amount"],
        }
    )
    measured = features.measure(found.table, spending=spending, channels=["shop", "web"])
    assert np.isfinite(measured.values).all()
    grouped = segments.discover(measured)
    assert grouped.reason or len(grouped.groups) > 1


def months_of(found: Purchases) -> pa.Table:
    """A row a customer and month: customer, cohort, month, orders, amount, margin."""
    days = found.days.join(found.table.select(["customer", "first_day"]), "customer")
    for name, month in (("day", "month"), ("first_day", "cohort")):
        days = days.append_column(month, pc.floor_temporal(days[name].cast("date32"), unit="month"))
    wanted = [("day", "count"), ("amount", "sum"), ("margin", "sum")]
    made = days.group_by(["customer", "cohort", "month"]).aggregate(wanted)
    names = {"day_count": "orders", "amount_sum": "amount", "margin_sum": "margin"}
    return made.rename_columns(names)


def cohorts_hold_everybody(company: Company) -> None:
    found = bought_by(company)
    months = months_of(found)
    if not (cohorts.month_numbers(months["cohort"]) <= cohorts.complete_until(AS_OF)).any():
        with pytest.raises(ValueError, match="cohort"):
            cohorts.table(months, AS_OF)
    else:
        made = cohorts.table(months, AS_OF)
        retention = made.retention[~np.isnan(made.retention)]
        assert ((retention >= 0) & (retention <= 1)).all()
        assert made.curve[0] == 1
        assert made.cumulative_revenue.shape == made.cumulative_margin.shape
    verdicts = economics.claims(as_of=AS_OF, months=months)
    assert len(verdicts) == len(economics.Name)
    if found.table.num_rows:
        lapses = numbers(found.table, "recency")
        curve = survival.kaplan_meier(lapses, lapses < 100)
        assert ((curve.survival >= 0) & (curve.survival <= 1)).all()
    shared = concentration.concentration(numbers(found.table, "amount"))
    assert shared is None or shared.total > 0


def offers_are_chances(company: Company) -> None:
    if not company:
        return
    customer, day, _order, amount = (
        np.array(part) for part in list(zip(*company, strict=True))[:4]
    )
    lines = data.purchases(
        customer, customer % 3, day, amount=amount, margin=np.full(day.size, np.nan),
        quantity=np.where(amount < 0, -1.0, 1.0), items=4,
    )  # fmt: skip
    price = np.array([10.0, 20.0, np.nan, 5.0])
    fitted = recommender.fit(lines, data.items(4, price=price), END)
    made = fitted.offers(3)
    assert ((made.probability >= 0) & (made.probability <= 1)).all()


CHECKS = (
    statistics_add_up,
    scores_are_from_one_to_five,
    rhythms_are_days,
    journeys_begin_with_the_first_purchase,
    groups_have_members_or_a_reason,
    cohorts_hold_everybody,
    offers_are_chances,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("company", EDGES.values(), ids=EDGES.keys())
def test_a_company_at_an_edge(company: Company, check: Callable[[Company], None]) -> None:
    check(company)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_any_small_company(check: Callable[[Company], None]) -> None:
    @settings(deadline=None, max_examples=15)
    @given(ANY)
    def holds(company: Company) -> None:
        check(company)

    holds()


def test_the_day_before_the_first_purchase_there_is_nothing() -> None:
    lines = table([line(1, 5, 20.0)])
    found = purchases.stream(lines.to_batches(), date.fromordinal(AS_OF.toordinal() - 400))
    assert found.table.num_rows == found.days.num_rows == 0
