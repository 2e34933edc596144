import pytest

from tests.insight.queries import marts
from trato.insight.queries import value
from trato.insight.queries.filters import Filter, customers

EVERYBODY = Filter()


def scored(customer: int, worth: float, decile: int, recency: int, group: str) -> dict[str, object]:
    return {
        "customer": customer,
        "purchases": 2,
        "amount": 10.0 * worth,
        "lifetime_value": worth,
        "lifetime_value_low": worth / 2,
        "lifetime_value_high": worth * 2,
        "lifetime_value_spread": 4.0,
        "expected_purchases": 1.0,
        "expected_purchases_spread": 1.0,
        "value_decile": decile,
        "recency_score": recency,
        "frequency_score": 3,
        "monetary_score": 1,
        "rfm_group": group,
    }


company = marts.connection(
    marts.scores(
        scored(1, 3.0, 1, 5, "loyal"),
        scored(2, 7.0, 10, 5, "loyal"),
        scored(3, 90.0, 10, 1, "lost"),
        {"customer": 4},
    )
)


def test_the_forecast_of_all_has_its_bounds() -> None:
    found = value.totals(company, EVERYBODY)
    assert (found.customers, found.valued, found.lifetime_value) == (4, 3, 100)
    assert found.median == 7
    assert found.below
    assert customers(company, found.below) == [1]
    assert found.ends == pytest.approx((91.2, 109.0), abs=0.1)
    assert found.purchases == 3
    assert 0 < found.purchases_ends[0] < 3 < found.purchases_ends[1]


def test_an_error_of_the_models_widens_the_bounds_of_many() -> None:
    low, high = value.totals(company, EVERYBODY, {"lifetime_value": 0.5}).ends
    assert (low, high) == pytest.approx((43.2, 167.7), abs=0.1)


def test_some_customers_have_bounds_of_their_own() -> None:
    first = value.totals(company, Filter(value_decile=1))
    assert first.lifetime_value == 3
    assert 0 <= first.ends[0] < 3 < first.ends[1]


def test_tenths_of_value_lead_to_their_customers() -> None:
    best = value.deciles(company, EVERYBODY)[0]
    assert (best.decile, best.customers, best.share) == (10, 2, pytest.approx(0.97))
    assert (best.low, best.high) == (7, 90)
    assert customers(company, best.behind) == [2, 3]


def test_values_are_spread_over_round_steps() -> None:
    found = value.spread(company, EVERYBODY, (1,)).bins
    told = {(one.low, one.high): one.customers for one in found if one.customers}
    assert told == {(2, 5): 1, (5, 10): 1, (50, 100): 1}


def test_how_much_hangs_on_the_best() -> None:
    found = value.spread(company, EVERYBODY, (1 / 3, 1)).dependence
    assert found
    assert found.curve.customers == 3
    assert [(one.customers, one.low) for one in found.best] == [(1, 90), (3, 3)]
    assert [one.share for one in found.best] == pytest.approx([0.9, 1])
    assert [customers(company, one.behind) for one in found.best] == [[3], [1, 2, 3]]
    assert found.of(0.4) == found.best[0]


def test_who_is_worth_the_same_is_among_the_best_together() -> None:
    alike = (scored(who, 5.0, 5, 5, "loyal") for who in range(4))
    shop = marts.connection(marts.scores(*alike, scored(9, 50.0, 10, 5, "loyal")))
    found = value.spread(shop, EVERYBODY, (0.2, 0.4, 0.6)).dependence
    assert found
    assert [(one.customers, one.people) for one in found.best] == [(1, 0.2), (5, 1.0)]


def test_the_map_of_recency_and_frequency_counts_everybody_once() -> None:
    found = value.rfm(company, EVERYBODY)
    assert (found.customers, found.unscored) == (3, 1)
    assert customers(company, found.unscored_behind) == [4]
    assert [(cell.recency, cell.customers, cell.amount) for cell in found.cells] == [
        (1, 1, 900),
        (5, 2, 100),
    ]
    assert customers(company, found.cells[1].behind) == [1, 2]
    assert [(row.group.value, row.customers) for row in found.groups] == [("loyal", 2), ("lost", 1)]


def test_an_empty_company_has_no_value() -> None:
    nobody = marts.connection()
    assert value.totals(nobody, EVERYBODY).median is None
    assert value.spread(nobody, EVERYBODY, (0.2,)) == value.Spread((), None)
    assert value.rfm(nobody, EVERYBODY).cells == ()
