from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from trato.analytics import economics, prices
from trato.analytics.economics import Claim, Missing, Verdict

AS_OF = date(2026, 3, 31)
START = np.datetime64("2023-01", "M")


def month(number: Any) -> pa.Array:
    """First days of months, counted from the first of the history."""
    return pa.array(
        (START.astype(np.int64) + number).astype("datetime64[M]").astype("datetime64[D]"),
        pa.date32(),
    )


def spending(customers: int, second_year: float, stays: int = 30) -> pa.Table:
    """Everybody buys every month for ``stays`` months; in the second year for so much more."""
    random = np.random.default_rng(1)
    who = np.repeat(np.arange(customers), stays)
    tenure = np.tile(np.arange(stays), customers)
    amount = random.lognormal(3, 0.5, customers)[who] * random.lognormal(0, 0.5, who.size)
    amount *= np.where(tenure > 12, second_year, 1.0)
    return pa.table(
        {
            "customer": who,
            "cohort": month(np.zeros(who.size, int)),
            "month": month(tenure),
            "amount": amount,
        }
    )


def test_old_customers_who_spend_a_fifth_more_support_the_claim() -> None:
    found = economics.old_spend_more(spending(600, 1.2), AS_OF)
    assert found.verdict == Verdict.SUPPORTED
    assert found.estimate == pytest.approx(1.2, abs=0.05)
    assert found.n == 600


def test_old_customers_who_spend_less_refute_it() -> None:
    assert economics.old_spend_more(spending(600, 0.8), AS_OF).verdict == Verdict.REFUTED


def test_dearer_prices_are_not_more_spending() -> None:
    level = np.where(np.arange(40) > 12, 1.2, 1.0)
    rising = prices.Index(np.array([month_number(at) for at in range(40)]), level)
    found = economics.old_spend_more(spending(600, 1.2), AS_OF, index=rising)
    assert found.estimate == pytest.approx(1.0, abs=0.05)
    assert found.verdict == Verdict.UNDECIDED


def month_number(at: int) -> int:
    return int(START.astype(np.int64)) + at


def test_who_left_before_the_second_year_ended_is_not_compared() -> None:
    found = economics.old_spend_more(spending(600, 1.2, stays=20), AS_OF)
    assert found == Claim(found.name, Verdict.NOT_ENOUGH_DATA, missing=(Missing.HISTORY,))


def test_few_customers_give_no_verdict() -> None:
    found = economics.old_spend_more(spending(50, 2.0), AS_OF)
    assert (found.verdict, found.missing) == (Verdict.NOT_ENOUGH_DATA, (Missing.CUSTOMERS,))
    assert found.estimate is None


def paid(late: float, trend: float = 0.0) -> pa.Table:
    """600 customers buy one of five products a month for two years; prices rise by ``trend``."""
    random = np.random.default_rng(2)
    who, tenure = np.repeat(np.arange(600), 24), np.tile(np.arange(24), 600)
    cohort = random.integers(0, 12, 600)[who]
    product = random.integers(0, 5, who.size)
    own = random.normal(0, 0.2, 600)[who]
    price = np.exp(product + own + trend * (cohort + tenure) + random.normal(0, 0.05, who.size))
    price *= np.where(tenure >= 12, late, 1.0)
    quantity = random.integers(1, 4, who.size).astype(float)
    return pa.table(
        {
            "customer": who,
            "product": product,
            "month": month(cohort + tenure),
            "cohort": month(cohort),
            "quantity": quantity,
            "amount": price * quantity,
        }
    )


def test_old_customers_who_pay_more_for_the_same_are_found() -> None:
    found = economics.old_pay_more(paid(1.05))
    assert (found.verdict, found.n) == (Verdict.SUPPORTED, 600)
    assert found.estimate == pytest.approx(1.05, abs=0.01)
    assert found.who is not None
    assert found.who.tolist() == list(range(600))
    assert economics.Claim.read(found.as_dict()) == found


def test_prices_that_rise_for_all_are_not_paid_by_the_old_alone() -> None:
    found = economics.old_pay_more(paid(1.0, trend=0.01))
    assert found.verdict == Verdict.UNDECIDED
    assert found.estimate == pytest.approx(1.0, abs=0.01)


def test_without_prices_nothing_is_said_of_them() -> None:
    assert economics.old_pay_more(None).missing == (Missing.PRICES,)


def handled(first: float, later: float) -> pa.Table:
    random = np.random.default_rng(3)
    who, number = np.repeat(np.arange(800), 4), np.tile(np.arange(4), 800)
    effort = random.poisson(np.where(number == 0, first, later)).astype(float)
    return pa.table({"customer": who, "number": number, "effort": effort})


def test_first_orders_that_take_more_contacts_support_the_claim() -> None:
    found = economics.new_orders_cost_more(handled(0.6, 0.3))
    assert found.verdict == Verdict.SUPPORTED
    assert found.estimate == pytest.approx(2, rel=0.25)


def test_without_a_single_contact_there_is_nothing_to_compare() -> None:
    assert economics.new_orders_cost_more(handled(0, 0)).missing == (Missing.CONTACTS,)
    assert economics.new_orders_cost_more(None).verdict == Verdict.NOT_ENOUGH_DATA


def test_a_contact_belongs_to_the_nearest_purchase() -> None:
    days = pa.table({"customer": [1, 1, 2], "day": [100, 120, 100]})
    signals = pa.table({"customer": [1, 1, 1, 2, 3], "day": [94, 112, 117, 115, 100]})
    found = economics.handling(days, signals, as_of=200)
    assert found.to_pydict() == {
        "customer": [1, 1, 2],
        "number": [0, 1, 0],
        "effort": [2, 1, 0],
    }


def test_purchases_of_the_last_days_are_not_counted_yet() -> None:
    days = pa.table({"customer": [1, 1], "day": [100, 120]})
    nobody = pa.table({"customer": pa.array([], pa.int64()), "day": pa.array([], pa.int32())})
    assert economics.handling(days, nobody, as_of=120)["number"].to_pylist() == [0]


def asked(satisfied: float, others: float) -> pa.Table:
    random = np.random.default_rng(4)
    happy, stratum = random.random(4000) < 0.7, random.integers(0, 3, 4000)
    referrals = random.poisson(np.where(happy, satisfied, others) * (1 + stratum))
    return pa.table({"satisfied": happy, "referrals": referrals, "stratum": stratum})


def test_satisfied_customers_who_refer_more_support_the_claim() -> None:
    found = economics.satisfied_refer(asked(0.1, 0.05))
    assert found.verdict == Verdict.SUPPORTED
    assert found.estimate == pytest.approx(2, rel=0.35)


def test_referrals_and_satisfaction_must_have_been_recorded() -> None:
    assert economics.satisfied_refer(None).missing == (Missing.SATISFACTION, Missing.REFERRALS)
    assert economics.satisfied_refer(asked(0, 0)).missing == (Missing.REFERRALS,)


def spent(*purposes: str) -> pa.Table:
    rows = [(at, one) for at in range(18) for one in purposes]
    return pa.table(
        {
            "month": month([at for at, _ in rows]),
            "purpose": [one for _, one in rows],
            "cost": [1000.0 + 10 * at if one == "acquire" else 500.0 for at, one in rows],
        }
    )


ACQUIRED = pa.table({"month": month(np.arange(18)), "acquired": [20] * 18, "kept": [200] * 18})


def test_winning_a_customer_is_set_against_keeping_one_for_a_year() -> None:
    found = economics.acquiring_costs_more(spent("acquire", "keep"), ACQUIRED)
    assert found.verdict == Verdict.SUPPORTED
    assert found.estimate == pytest.approx((1085 / 20) / (12 * 500 / 200))
    assert found.n == 18


def test_unknown_costs_are_said_and_never_taken_for_nothing() -> None:
    assert economics.acquiring_costs_more(None, ACQUIRED).missing == (
        Missing.ACQUISITION_COSTS,
        Missing.RETENTION_COSTS,
    )
    found = economics.acquiring_costs_more(spent("acquire"), ACQUIRED)
    assert found.missing == (Missing.RETENTION_COSTS,)


def test_a_claim_can_be_kept_and_read_again() -> None:
    for claim in (economics.old_pay_more(None), economics.old_pay_more(paid(1.05))):
        assert Claim.read(claim.as_dict()) == claim
