from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trato.analytics import calendar, habits, journey, rhythm

START = 18_000
END = START + 1_000
AS_OF = calendar.day(END)


def bought(*customers: list[int]) -> pa.Table:
    """Purchases on so many days after the start, a list a customer."""
    rows = [
        (who, START + day) for who, days in enumerate(customers, 1) for day in sorted(set(days))
    ]
    who, day = zip(*rows, strict=True) if rows else ((), ())
    return pa.table({"customer": np.array(who, np.int64), "day": np.array(day, np.int32)})


def company(seed: int, customers: int = 600, leaving: float = 0.08) -> tuple[pa.Table, list[int]]:
    """Customers at rhythms of their own (gamma gaps), and on which day each left, 0 if not."""
    dice = np.random.default_rng(seed)
    histories, left = [], []
    for _ in range(customers):
        mean, day, gone = 30 * np.exp(dice.normal(0, 0.5)), float(dice.integers(0, 300)), 0
        days = []
        while day < 1_000:
            days.append(int(day))
            if dice.random() < leaving:
                gone = int(day)
                break
            day += max(dice.gamma(6, mean / 6), 1.0)
        histories.append(days)
        left.append(gone)
    return bought(*histories), left


def one(days: list[int], as_of: date = AS_OF) -> dict[str, float]:
    others, _left = company(1, 300)
    shifted = pa.table({"customer": pc.add(others["customer"], 10), "day": others["day"]})
    found: list[dict[str, float]] = habits.rhythms(
        pa.concat_tables([bought(days), shifted]), as_of
    ).to_pylist()
    return found[0]


def test_a_clock_is_due_when_it_has_always_been() -> None:
    found = one(list(range(0, 1_000, 20)))
    assert found["rhythm_days"] == pytest.approx(20, rel=0.05)
    assert found["next_due"] - (START + 980) == pytest.approx(20, abs=1)
    assert found["rhythm_low"] < 20 < found["rhythm_high"] < 35
    assert found["habit"] > 0.8
    assert not found["habit_broken"]


def test_a_strong_habit_that_falls_silent_is_broken_long_before_ninety_days() -> None:
    assert one(list(range(0, 930, 14)))["habit_broken"]
    assert not one(list(range(0, 1_000, 14)))["habit_broken"]


def test_one_purchase_borrows_the_rhythm_of_the_company() -> None:
    once, often = one([990]), one(list(range(500, 1_000, 60)))
    assert 15 < once["rhythm_days"] < 60
    assert once["rhythm_high"] / once["rhythm_low"] > often["rhythm_high"] / often["rhythm_low"]
    assert once["habit"] == 0


def test_the_more_silence_the_more_risk() -> None:
    risks = [one(list(range(0, last, 30)))["risk"] for last in (1_000, 930, 840, 600)]
    assert risks == sorted(risks)
    assert risks[0] < 0.1
    assert risks[-1] > 0.8


def test_due_late_and_lapse_follow_each_other() -> None:
    table = habits.rhythms(company(3)[0], AS_OF)
    due, late, lapse = (table[name].to_numpy() for name in ("next_due", "late_on", "lapse_on"))
    assert (due < late).all()
    assert (late < lapse).all()


def test_nobody_has_no_rhythm() -> None:
    assert habits.rhythms(bought(), AS_OF).num_rows == 0


def test_the_company_before_its_first_customer_is_an_ordinary_one() -> None:
    found = habits.rhythms(bought([1_000]), AS_OF).to_pylist()[0]
    assert found["rhythm_days"] == pytest.approx(30, rel=0.15)
    assert found["risk"] < 0.15


def _no_signals() -> tuple[pa.Table, pa.Table]:
    """Nobody known before they bought, and nothing that anybody showed."""
    nothing = pa.table({"customer": pa.array([], pa.int64()), "known_day": pa.array([], "int32")})
    signals = pa.table({"customer": nothing["customer"], "day": nothing["known_day"]})
    return nothing, signals.append_column("kind", pa.array([], pa.string()))


def test_what_was_learnt_once_serves_rhythms_and_journey() -> None:
    days, _left = company(3)
    learnt = habits.learn(days, AS_OF)
    assert habits.rhythms(days, AS_OF, learnt=learnt).equals(habits.rhythms(days, AS_OF))
    nothing, signals = _no_signals()
    given, own = (
        journey.trace(nothing, days, signals, AS_OF, what).transitions for what in (learnt, None)
    )
    assert given.equals(own)


def test_rhythms_are_recovered() -> None:
    """Medians of the gaps within 15 % for half of those with ten purchases or more."""
    days, _left = company(5)
    table = habits.rhythms(days, AS_OF)
    often = table.filter(pc.greater_equal(table["repetitions"], 10))
    own = []
    for who in often["customer"].to_pylist():
        own.append(np.median(np.diff(days.filter(pc.equal(days["customer"], who))["day"])))
    error = np.abs(np.log(often["rhythm_days"].to_numpy() / np.array(own)))
    assert np.median(error) < 0.15
    assert np.abs(np.mean(np.log(often["rhythm_days"].to_numpy() / np.array(own)))) < 0.06


def test_the_next_gap_falls_between_low_and_high_as_often_as_stated() -> None:
    days, _left = company(7, 900)
    then = END - 400
    table = habits.rhythms(days, calendar.day(then))
    later = days.filter(pc.greater(days["day"], then)).group_by("customer")
    following = later.aggregate([("day", "min")])
    joined = table.join(following, "customer", join_type="inner")
    last = joined["next_due"].to_numpy() - np.rint(joined["rhythm_days"].to_numpy())
    gap = joined["day_min"].to_numpy() - last
    between = (gap >= joined["rhythm_low"].to_numpy()) & (gap <= joined["rhythm_high"].to_numpy())
    assert 0.72 < between.mean() < 0.9


def test_who_has_left_is_told_from_who_has_not() -> None:
    days, left = company(11)
    table = habits.rhythms(days, AS_OF)
    gone = np.array(left) > 0
    risk = table["risk"].to_numpy()
    assert risk[gone].mean() > 0.75
    assert risk[~gone].mean() < 0.15
    assert abs(risk.mean() - gone.mean()) < 0.06


def slow(seed: int) -> tuple[pa.Table, list[bool]]:
    """2,500 customers of whom two in five leave after a purchase; the others have wide rhythms."""
    dice = np.random.default_rng(seed)
    histories, left = [], []
    for _ in range(2_500):
        mean, day, gone = 120 * np.exp(dice.normal()), float(dice.integers(0, 1_500)), False
        days: list[int] = []
        while day < 1_500 and not gone:
            days.append(int(day))
            gone = bool(dice.random() < (0.4 if len(days) == 1 else 0.08))
            day += max(dice.gamma(3, mean / 3), 1.0)
        histories.append(days)
        left.append(gone)
    return bought(*histories), left


def test_the_risk_of_who_bought_once_is_how_many_of_them_have_left() -> None:
    purchases, left = slow(3)
    times = np.bincount(purchases["customer"].to_numpy())
    end = START + 1_500
    day = dict(zip(purchases["customer"].to_pylist(), purchases["day"].to_pylist(), strict=True))
    once = [
        (end - day[row["customer"]], row["risk"], left[row["customer"] - 1])
        for row in habits.rhythms(purchases, calendar.day(end)).to_pylist()
        if times[row["customer"]] == 1
    ]
    for low, high in ((0, 60), (60, 120), (120, 250), (250, 365), (365, 500), (500, 700)):
        silent = [(risk, gone) for since, risk, gone in once if low <= since < high]
        risk, gone = np.mean(silent, axis=0)
        assert len(silent) > 50
        assert risk == pytest.approx(gone, abs=0.1), (low, high)


def test_alerts_beat_ninety_days_of_silence() -> None:
    days, _left = company(13)
    found = habits.evaluate(days, calendar.day(END - 300), calendar.day(END - 90), every=30)
    assert found.ours.alerts == found.rule.alerts
    assert found.ours.auc > found.rule.auc
    assert found.ours.recall >= found.rule.recall
    assert found.habit_broken.recall > found.habit_rule.recall
    assert abs(found.absent - found.foreseen) < 0.08


def test_nothing_to_compare_is_said() -> None:
    with pytest.raises(ValueError, match="came back"):
        habits.evaluate(bought([0, 10]), calendar.day(START + 20), calendar.day(START + 20))


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=30), min_size=1, max_size=12),
    st.integers(0, 400),
)
def test_what_was_foreseen_of_a_purchase_never_changes(
    histories: list[list[int]], day: int
) -> None:
    table = bought(*histories)
    customer, days = table["customer"].to_numpy(), table["day"].to_numpy()
    then = days <= START + day
    if not then.any():
        return
    before = foreseen(customer[then], days[then], START + day)
    after = foreseen(customer, days, START + 400)
    np.testing.assert_allclose(before, after[:, then], rtol=1e-9)


def foreseen(customer: rhythm.Column, day: rhythm.Column, end: int) -> rhythm.Column:
    learnt = rhythm.learn(customer, day, end)
    known = next(rhythm.blocks(customer, day))
    forecast = learnt.forecast(known)
    return np.stack([forecast.centre, *habits.dates(learnt, forecast, known.day)])


def test_who_is_taken_as_left_has_left_more_likely_than_not() -> None:
    """Also of those so steady that of a thousand hardly one never came back."""
    for leaving in (0.002, 0.08):
        days, _left = company(5, leaving=leaving)
        found = habits.rhythms(days, AS_OF)
        lapsed = found["lapse_on"].to_numpy() <= END
        assert lapsed.sum() > 3
        assert found["risk"].to_numpy()[lapsed].min() >= 0.5


def test_who_is_taken_as_left_is_in_abandonment_from_that_day_on() -> None:
    """Also of those who bought every few days."""
    days, _left = company(6)
    quick = bought(*([*range(0, 600 + who, 2)] for who in range(400)))
    quick = quick.set_column(0, "customer", pc.add(quick["customer"], 10_000))
    days = pa.concat_tables([days, quick])
    found = habits.rhythms(days, AS_OF)
    nothing, signals = _no_signals()
    moves = journey.trace(nothing, days, signals, AS_OF).transitions
    stage = dict(zip(moves["customer"].to_pylist(), moves["to_stage"].to_pylist(), strict=True))
    lapsed = found.filter(pc.less_equal(found["lapse_on"], END))["customer"].to_pylist()
    assert {who for who, now in stage.items() if now == 7} == set(lapsed) != set()
