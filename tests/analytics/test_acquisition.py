from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from trato.analytics.acquisition import CAMPAIGN, MONTH, SOURCE, Indicators, indicators

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
AS_OF = date(2026, 3, 31)

ACQUIRED = pa.table(
    {
        "source": ["web", "web", "fair"],
        "campaign": ["spring", "", ""],
        "month": [JAN, FEB, FEB],
        "customers": [10, 30, 5],
        "margin": [500.0, 600.0, 100.0],
        "lifetime_value": [1000.0, 2400.0, 50.0],
        "valued": [10, 30, 5],
    }
)
BROUGHT = pa.table(
    {
        "source": ["web", "web", "web", "fair"],
        "campaign": ["spring", "spring", "", ""],
        "cohort": [JAN, JAN, FEB, FEB],
        "month": [JAN, MAR, FEB, FEB],
        "margin": [100.0, 400.0, 600.0, 100.0],
    }
)


def costs(*rows: tuple[str, str, date, float]) -> pa.Table:
    source, campaign, month, cost = zip(*rows, strict=True)
    return pa.table({"source": source, "campaign": campaign, "month": month, "cost": cost})


def of_source(name: str, **more: Any) -> Indicators:
    found = {one.source: one for one in indicators(ACQUIRED, BROUGHT, AS_OF, **more)}
    return found[name]


def test_without_costs_the_cost_is_unknown_and_not_nothing() -> None:
    web = of_source("web")
    assert (web.customers, web.margin, web.lifetime_value) == (40, 1100, 3400)
    assert (web.cost, web.cost_per_customer, web.ratio, web.payback_months) == (None,) * 4
    assert web.known_cost_share == 0


def test_costs_of_all_months_give_all_indicators() -> None:
    told = costs(("web", "spring", JAN, 400.0), ("web", "", FEB, 900.0))
    web = of_source("web", costs=told)
    assert (web.cost, web.cost_per_customer, web.known_cost_share) == (1300, 32.5, 1)
    assert web.ratio == pytest.approx(4500 / 1300)
    assert web.value_per_customer == pytest.approx(112.5)


def test_indicators_are_of_those_alone_whose_cost_is_known() -> None:
    web = of_source("web", costs=costs(("web", "spring", JAN, 400.0)))
    assert (web.customers, web.known_cost_share) == (40, 0.25)
    assert (web.cost_per_customer, web.ratio) == (40, 3.75)


def test_the_payback_is_the_month_in_which_the_cost_has_come_back() -> None:
    spring = [("web", "spring", JAN, 400.0)]
    assert of_source("web", costs=costs(*spring)).payback_months == 2
    dear = of_source("web", costs=costs(("web", "spring", JAN, 1000.0)))
    assert (dear.payback_months, dear.watched_months) == (None, 3)


def test_what_is_spent_on_a_source_is_shared_by_its_campaigns() -> None:
    acquired = ACQUIRED.set_column(2, "month", pa.array([JAN, JAN, JAN]))
    told = costs(("web", "", JAN, 800.0))
    found = indicators(acquired, BROUGHT, AS_OF, by=(SOURCE, CAMPAIGN), costs=told)
    assert {(one.source, one.campaign): one.cost for one in found} == {
        ("web", ""): 600,
        ("web", "spring"): 200,
        ("fair", ""): None,
    }


def test_months_are_told_apart() -> None:
    found = indicators(ACQUIRED, BROUGHT, AS_OF, by=(MONTH,))
    assert [(one.month, one.customers, one.source) for one in found] == [
        (FEB, 35, None),
        (JAN, 10, None),
    ]


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        indicators(ACQUIRED, BROUGHT, AS_OF, by=("colour",))


def test_without_any_known_margin_nothing_has_come_back() -> None:
    unknown = ACQUIRED.set_column(4, "margin", pa.array([float("nan")] * 3))
    told = costs(("web", "spring", JAN, 1.0))
    found = indicators(unknown, BROUGHT, AS_OF, costs=told)[0]
    assert (found.margin, found.value_per_customer, found.ratio) == (None, None, None)
    assert found.payback_months is None


def test_what_is_spent_on_everybody_is_shared_by_all_who_came_in_that_month() -> None:
    found = indicators(ACQUIRED, BROUGHT, AS_OF, costs=costs(("", "", FEB, 700.0)))
    assert {one.source: one.cost for one in found} == {"web": 600, "fair": 100}
    assert {one.source: one.known_cost_share for one in found} == {"web": 0.75, "fair": 1}


def test_a_campaign_costs_whatever_the_source() -> None:
    acquired = ACQUIRED.set_column(1, "campaign", pa.array(["spring"] * 3))
    found = indicators(acquired, BROUGHT, AS_OF, costs=costs(("", "spring", FEB, 70.0)))
    assert {one.source: one.cost for one in found} == {"web": 60, "fair": 10}


def test_several_costs_of_the_same_customers_add_up() -> None:
    told = costs(("", "", JAN, 100.0), ("web", "", JAN, 200.0), ("web", "spring", JAN, 300.0))
    assert of_source("web", costs=told).cost == 600


def test_what_was_spent_in_vain_was_spent() -> None:
    told = costs(("web", "spring", JAN, 400.0), ("web", "", MAR, 100.0), ("radio", "", JAN, 50.0))
    assert of_source("web", costs=told).cost_per_customer == 50
    radio = of_source("radio", costs=told)
    assert (radio.customers, radio.cost, radio.cost_per_customer) == (0, 50, None)
    assert (radio.ratio, radio.payback_months, radio.value_per_customer) == (None, None, None)
    [total] = indicators(ACQUIRED, BROUGHT, AS_OF, by=(), costs=told)
    assert (total.customers, total.cost) == (45, 550)


def test_some_of_the_customers_have_their_part_of_the_costs() -> None:
    some = ACQUIRED.slice(2, 1)
    told = costs(("", "", FEB, 700.0), ("radio", "", FEB, 50.0))
    [fair] = indicators(some, BROUGHT, AS_OF, costs=told, everybody=ACQUIRED)
    assert (fair.source, fair.customers, fair.cost) == ("fair", 5, 100)


def test_costs_before_the_first_customer_are_told() -> None:
    told = costs(("web", "", JAN, 10.0))
    [web] = indicators(ACQUIRED.slice(0, 0), BROUGHT.slice(0, 0), AS_OF, costs=told)
    assert (web.customers, web.cost, web.cost_per_customer, web.known_cost_share) == (
        0,
        10,
        None,
        0,
    )


def test_between_two_costs_a_month_without_one_has_cost_nothing() -> None:
    told = costs(("web", "", JAN, 300.0), ("web", "", MAR, 100.0), ("fair", "", JAN, 50.0))
    found = {one.source: one for one in indicators(ACQUIRED, BROUGHT, AS_OF, costs=told)}
    assert (found["web"].cost_per_customer, found["web"].known_cost_share) == (10, 1)
    assert found["fair"].known_cost_share == 0


def test_what_a_month_has_cost_does_not_depend_on_the_period() -> None:
    told = costs(("web", "", date(2025, 12, 1), 90.0), ("web", "", MAR, 30.0))
    nothing = told.slice(0, 0)
    web = of_source("web", costs=nothing, told=told)
    assert (web.cost, web.cost_per_customer, web.known_cost_share) == (0, 0, 1)
    assert (web.ratio, web.payback_months) == (None, 0)
    assert of_source("fair", costs=nothing, told=told).cost is None


def test_money_of_no_source_that_won_nobody_is_not_of_those_of_an_unknown_source() -> None:
    acquired = ACQUIRED.set_column(0, "source", pa.array(["", "", "fair"]))
    told = costs(("", "", JAN, 20.0), ("", "autumn", FEB, 70.0))
    found = indicators(acquired, BROUGHT, AS_OF, costs=told)
    assert [(one.source, one.customers, one.cost) for one in found] == [
        ("", 40, 20),
        ("fair", 5, None),
        ("", 0, 70),
    ]
    by_campaign = indicators(acquired, BROUGHT, AS_OF, by=(CAMPAIGN,), costs=told)
    assert [(one.campaign, one.customers, one.cost) for one in by_campaign] == [
        ("", 35, None),
        ("spring", 10, 20),
        ("autumn", 0, 70),
    ]
    [total] = indicators(acquired, BROUGHT, AS_OF, by=(), costs=told)
    assert (total.customers, total.cost) == (45, 90)


def test_what_cost_nothing_was_not_spent_in_vain() -> None:
    told = costs(("radio", "", JAN, 0.0), ("web", "", FEB, 0.0))
    found = indicators(ACQUIRED, BROUGHT, AS_OF, costs=told)
    assert [one.source for one in found] == ["web", "fair"]
    assert (found[0].cost, found[0].cost_per_customer, found[0].ratio) == (0, 0, None)
