from datetime import date
from decimal import Decimal

from tests.insight.queries import marts
from trato.acquisition.queries import Spent
from trato.analytics.acquisition import CAMPAIGN, MONTH, SOURCE
from trato.insight.queries.acquisition import acquisition
from trato.insight.queries.costs import Costs
from trato.insight.queries.filters import Filter, customers

NAN = float("nan")
EVERYBODY = Filter()
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def won(
    customer: int, origin: str, month: date, worth: float, campaign: str = ""
) -> dict[str, object]:
    return {
        "customer": customer,
        "origin": origin,
        "acquired_by": campaign,
        "cohort": month,
        "first_day": month,
        "purchases": 1,
        "margin": 5.0,
        "lifetime_value": worth,
    }


def spent(*told: tuple[date, str, str, int]) -> Costs:
    return Costs.of(
        tuple(
            Spent(month, "acquire", source, campaign, Decimal(amount))
            for month, source, campaign, amount in told
        )
    )


company = marts.connection(
    marts.scores(
        won(1, "web", JAN, 10.0, "spring"),
        won(2, "web", FEB, 30.0),
        won(3, "fair", FEB, 5.0),
        {"customer": 4, "origin": "web"},
    ),
    bought=marts.months(
        (1, JAN, JAN, 10.0, 3.0), (1, JAN, MAR, 10.0, 2.0), (2, FEB, FEB, 9.0, NAN)
    ),
)


def test_customers_are_counted_by_where_they_came_from() -> None:
    found = acquisition(company, EVERYBODY)
    assert not found.has_costs
    assert found.total
    assert found.total.indicators.customers == 3
    told = {one.indicators.source: one for one in found.rows}
    assert (told["web"].indicators.customers, told["web"].indicators.lifetime_value) == (2, 40)
    assert told["web"].indicators.cost is None
    assert customers(company, told["web"].behind) == [1, 2]


def test_months_and_campaigns_lead_to_their_customers() -> None:
    by_month = acquisition(company, EVERYBODY, by=(MONTH,)).rows
    assert [customers(company, one.behind) for one in by_month] == [[2, 3], [1]]
    spring = acquisition(company, EVERYBODY, by=(SOURCE, CAMPAIGN)).rows[-1]
    assert spring.indicators.campaign == "spring"
    assert customers(company, spring.behind) == [1]


def test_a_period_is_that_of_the_first_purchase() -> None:
    found = acquisition(company, Filter(start=FEB))
    assert [(one.indicators.source, one.indicators.customers) for one in found.rows] == [
        ("fair", 1),
        ("web", 1),
    ]


def test_known_costs_are_paid_back_by_the_margin() -> None:
    told = {
        one.indicators.source: one.indicators
        for one in acquisition(company, EVERYBODY, costs=spent((JAN, "web", "", 5))).rows
    }
    assert (told["web"].cost, told["web"].known_cost_share) == (5, 0.5)
    assert (told["web"].ratio, told["web"].payback_months) == (3, 2)
    assert told["fair"].cost is None


def test_nobody_was_won() -> None:
    assert acquisition(marts.connection(), EVERYBODY).total is None


def test_what_a_campaign_costs_is_found_by_source_too() -> None:
    costs = spent((JAN, "web", "spring", 5), (FEB, "", "", 8))
    told = {
        one.indicators.source: one.indicators.cost
        for one in acquisition(company, EVERYBODY, costs=costs).rows
    }
    assert told == {"web": 9, "fair": 4}


def test_some_of_the_customers_have_their_part_of_the_costs() -> None:
    found = acquisition(company, Filter(source="fair"), costs=spent((FEB, "", "", 8)))
    assert found.total
    assert (found.total.indicators.customers, found.total.indicators.cost) == (1, 4)


def test_costs_are_of_the_period_and_none_of_the_future() -> None:
    costs = spent((JAN, "", "", 5), (FEB, "", "", 6), (date(2027, 1, 1), "", "", 7))
    for chosen, cost in ((EVERYBODY, 11), (Filter(start=date(2026, 2, 17)), 6)):
        found = acquisition(company, chosen, costs=costs)
        assert found.total
        assert found.total.indicators.cost == cost


def test_a_month_between_two_costs_has_cost_nothing_in_every_period() -> None:
    costs = spent((JAN, "fair", "", 5), (MAR, "fair", "", 7))
    for chosen in (EVERYBODY, Filter(start=FEB), Filter(start=FEB, end=date(2026, 2, 28))):
        found = acquisition(company, chosen, by=(MONTH,), costs=costs)
        assert found.has_costs
        [february] = [one.indicators for one in found.rows if one.indicators.month == FEB]
        assert (february.cost, february.known_cost_share) == (0, 0.5)


def test_a_period_before_all_costs_knows_none() -> None:
    costs = spent((MAR, "fair", "", 7))
    found = acquisition(company, Filter(start=FEB, end=date(2026, 2, 28)), costs=costs)
    assert not found.has_costs
    assert {one.indicators.cost for one in found.rows} == {None}


def test_money_spent_where_nobody_came_is_told() -> None:
    rows = acquisition(company, EVERYBODY, costs=spent((MAR, "radio", "", 7))).rows
    assert [(one.indicators.source, one.indicators.cost) for one in rows] == [
        ("web", None),
        ("fair", None),
        ("radio", 7),
    ]


def test_answers_are_kept_by_what_is_in_the_costs() -> None:
    one, other = spent((JAN, "", "", 5)), spent((JAN, "", "", 6))
    assert repr(one) != repr(other)
    assert len(repr(spent(*[(JAN, str(number), "", 5) for number in range(500)]))) < 200
