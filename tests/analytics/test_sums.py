"""Sums over lines beside plain loops over the same rows."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa
import pytest

from tests.analytics.lines import beside, chance, with_pieces
from trato.analytics import calendar, sums
from trato.analytics.portable import Frame

AS_OF: date = calendar.day(19_050)


def found(expression: Callable[..., Frame], **tables: pa.Table) -> list[dict[str, Any]]:
    with duckdb.connect() as database:
        for name, rows in tables.items():
            database.register(name, rows)
        frames = {name: nw.from_native(database.table(name)) for name in tables}
        rows = expression(**frames, as_of=AS_OF).collect(backend="pyarrow").to_native()
    return list(rows.to_pylist())


@pytest.fixture
def lines() -> pa.Table:
    return with_pieces(chance(11, 900, 60))


def test_spending_is_of_known_products_until_the_day(lines: pa.Table) -> None:
    categories = beside(lines, AS_OF)["categories"].slice(1)
    category = dict(zip(*categories.to_pydict().values(), strict=True))
    expected: defaultdict[tuple[int, str], float] = defaultdict(float)
    for row in lines.to_pylist():
        if row["day"] <= 19_050 and row["product"] in category:
            expected[row["customer"], category[row["product"]]] += row["amount"]
    rows = found(sums.spending, lines=lines, categories=categories)
    assert {(row["customer"], row["category"]): row["amount"] for row in rows} == pytest.approx(
        expected
    )
    assert len(rows) == len(expected) > 60


def test_paid_is_what_was_bought_and_kept_of_those_asked_for(lines: pa.Table) -> None:
    tables = beside(lines, AS_OF)
    some = tables["cohorts"].slice(0, 20)
    cohort = dict(zip(*some.to_pydict().values(), strict=True))
    expected: defaultdict[tuple[int, int, date], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in lines.to_pylist():
        is_kept = row["is_purchase"] and not row["is_return"]
        if is_kept and row["day"] <= 19_050 and row["customer"] in cohort:
            month = calendar.day(row["day"]).replace(day=1)
            cell = expected[row["customer"], row["product"], month]
            cell[0] += row["quantity"]
            cell[1] += row["amount"]
    rows = found(sums.paid, lines=lines, cohorts=some, months=tables["months"])
    assert len(rows) == len(expected) > 20
    for row in rows:
        known = expected[row["customer"], row["product"], row["month"]]
        assert [row["quantity"], row["amount"]] == pytest.approx(known)
        assert row["cohort"] == cohort[row["customer"]]


def test_nothing_adds_up_to_nothing(lines: pa.Table) -> None:
    tables = beside(lines, AS_OF)
    none = lines.slice(0, 0)
    assert found(sums.spending, lines=none, categories=tables["categories"]) == []
    few = {name: tables[name] for name in ("cohorts", "months")}
    assert found(sums.paid, lines=none, **few) == []
    before = few | {"months": calendar.months(AS_OF, date(2000, 1, 1))}
    assert found(sums.paid, lines=lines, **before) == []
