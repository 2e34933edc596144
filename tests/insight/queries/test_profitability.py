from datetime import date

import pytest

from tests.insight.queries import marts
from trato.insight.queries import profitability
from trato.insight.queries.filters import Filter, customers
from trato.insight.queries.profitability import Dimension, Sort

EVERYBODY = Filter()
NAN = float("nan")
JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)

company = marts.connection(
    marts.scores(
        {"customer": 1, "purchases": 2, "amount": 40.0, "margin": 14.0, "segment": 7},
        {"customer": 2, "purchases": 1, "amount": 60.0, "margin": -4.0},
        {"customer": 3},
    ),
    bought=marts.months(
        (1, JAN, JAN, 10.0, 4.0), (1, JAN, FEB, 30.0, 10.0), (2, JAN, JAN, 60.0, -4.0)
    ),
    sold=marts.sales(
        (JAN, 11, "web", 7, 10.0, 4.0),
        (FEB, 11, "shop", 7, 30.0, 10.0),
        (JAN, 12, "web", None, 60.0, NAN),
    ),
)


def test_what_was_sold_at_an_unknown_cost_earns_nothing_known() -> None:
    found = profitability.by_dimension(company, EVERYBODY, Dimension.PRODUCT)
    dear, cheap = found.rows
    assert (dear.value, dear.share, dear.profit.margin) == (12, 0.6, None)
    assert (cheap.profit.margin, cheap.profit.rate) == (14, pytest.approx(14 / 32))
    assert (found.total.amount, found.total.known_share) == (100, 0.4)


def test_the_best_margin_comes_first_and_the_unknown_last() -> None:
    found = profitability.by_dimension(company, EVERYBODY, Dimension.PRODUCT, sort=Sort.MARGIN)
    assert [row.value for row in found.rows] == [11, 12]


def test_sales_are_narrowed_by_period_and_segment() -> None:
    chosen = Filter(start=JAN, end=date(2026, 1, 31), segment=7, rfm_group="new")
    found = profitability.by_dimension(company, chosen, Dimension.CHANNEL)
    assert [(row.value, row.profit.amount) for row in found.rows] == [("web", 10)]
    assert found.not_applied == ("rfm_group",)


def test_a_segment_leads_to_those_who_bought() -> None:
    nobody, row = profitability.by_dimension(company, EVERYBODY, Dimension.SEGMENT).rows
    assert (nobody.value, nobody.behind) == (-1, None)
    assert row.behind
    assert customers(company, row.behind) == [1]


def test_who_costs_more_than_they_bring_comes_last() -> None:
    found = profitability.by_customer(company, EVERYBODY)
    assert [(row.customer, row.profit.margin) for row in found.rows] == [(1, 14), (2, -4)]
    assert found.concentration
    assert (found.concentration.losing, found.concentration.gini) == (1, None)


def test_customers_of_a_period_bring_what_they_brought_in_it() -> None:
    found = profitability.by_customer(company, Filter(start=JAN, end=date(2026, 1, 31)))
    assert [(row.customer, row.profit.margin) for row in found.rows] == [(1, 4), (2, -4)]
    assert found.count == 2


def test_months_lead_to_who_bought_in_them() -> None:
    months = profitability.by_month(company, EVERYBODY)
    assert [(one.month, one.profit.amount) for one in months] == [(JAN, 70), (FEB, 30)]
    assert customers(company, months[1].behind) == [1]


def test_an_empty_company_earns_nothing() -> None:
    nobody = marts.connection()
    found = profitability.by_dimension(nobody, EVERYBODY, Dimension.PRODUCT)
    assert (found.total.amount, found.total.margin, found.rows) == (0, None, ())
    assert profitability.by_customer(nobody, EVERYBODY).concentration is None


def test_of_equal_customers_the_first_known_comes_first() -> None:
    alike = marts.connection(
        marts.scores(*({"customer": one, "purchases": 1, "amount": 5.0} for one in range(9, 0, -1)))
    )
    found = profitability.by_customer(alike, EVERYBODY, sort=Sort.AMOUNT, limit=3)
    assert [row.customer for row in found.rows] == [1, 2, 3]
    assert found.count == 9
