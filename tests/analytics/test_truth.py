"""What is planted in the demo company is found again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy.stats import gamma

from tests.analytics.lines import Line, table
from trato.analytics import calendar, habits, journey, purchases
from trato.analytics.journey import Stage
from trato.analytics.rhythm import Column
from trato.demo import world
from trato.demo.truth import SEGMENT, Buyer

AT = datetime(2026, 11, 22, 11, tzinfo=UTC).astimezone(ZoneInfo("Europe/Madrid"))
AS_OF = AT.date()


@dataclass(frozen=True)
class Demo:
    buyers: dict[int, Buyer]
    bought: purchases.Purchases
    rhythms: pa.Table
    stages: dict[int, int]

    def truth(self, of: pa.Table) -> list[Buyer]:
        return [self.buyers[customer] for customer in of["customer"].to_pylist()]


@pytest.fixture(scope="module")
def demo() -> Demo:
    made = world.make(at=AT, customers=1_500, seed=3)
    numbers = {who.number: place for place, who in enumerate(made.people, 1)}
    bought = purchases.stream(_lines(made, numbers).to_batches(max_chunksize=5_000), AS_OF)
    known = pa.table(
        {
            "customer": np.array(list(numbers.values()), np.int64),
            "known_day": np.array([_day(who.since) for who in made.people], np.int32),
        }
    )
    signals = pa.table({"customer": [], "day": [], "kind": []}, schema=_SIGNALS)
    current = journey.trace(known, bought.days, signals, AS_OF).current
    return Demo(
        {numbers[number]: buyer for number, buyer in made.buyers.items()},
        bought,
        habits.rhythms(bought.days, AS_OF, bought.table),
        dict(zip(current["customer"].to_pylist(), current["stage"].to_pylist(), strict=True)),
    )


_SIGNALS = pa.schema([("customer", pa.int64()), ("day", pa.int32()), ("kind", pa.string())])


def _day(at: datetime | date) -> int:
    return calendar.number(date(at.year, at.month, at.day))


def _lines(made: world.World, numbers: dict[str, int]) -> pa.Table:
    lines = []
    for order, purchase in enumerate(made.purchases):
        draft = purchase.draft
        if purchase.who and draft.status != "cancelled":
            amount = 0.0 if draft.status == "returned" else float(world.total(purchase))
            who, day = numbers[purchase.who], _day(draft.ordered_at)
            channel = int(draft.channel == "web")
            lines.append(Line(who, day, order, amount, amount > 0, channel=channel))
    return table(lines)


def test_rhythms_are_within_a_tenth_for_half_of_those_who_bought_seven_times(demo: Demo) -> None:
    """Not of occasional buyers: seven purchases of theirs in three years are a lucky streak."""
    often = demo.rhythms.filter(pc.greater_equal(demo.rhythms["repetitions"], 6))
    buyers = demo.truth(often)
    regular = np.array([SEGMENT[buyer.segment].regularity > 1 for buyer in buyers])
    error = np.log(often["rhythm_days"].to_numpy() / [_median_gap(buyer) for buyer in buyers])
    assert regular.sum() > 300
    assert np.median(np.abs(error[regular])) < 0.12
    assert np.abs(error[regular].mean()) < 0.08


def _median_gap(buyer: Buyer) -> float:
    shape = SEGMENT[buyer.segment].regularity
    return buyer.rhythm * float(gamma.ppf(0.5, shape)) / shape


def test_who_has_left_is_found(demo: Demo) -> None:
    gone = np.array([buyer.left_on is not None for buyer in demo.truth(demo.rhythms)])
    risk = demo.rhythms["risk"].to_numpy()
    silent = calendar.number(AS_OF) - demo.bought.table["last_day"].to_numpy()
    assert _auc(gone, risk) > 0.9
    assert _auc(gone, risk) > _auc(gone, silent) + 0.015
    assert abs(risk.mean() - gone.mean()) < 0.06


def test_abandonment_is_right_nine_times_in_ten(demo: Demo) -> None:
    buyers = demo.buyers.items()
    given_up = {who for who, _buyer in buyers if demo.stages[who] == Stage.ABANDONMENT}
    gone = {who for who, buyer in buyers if buyer.left_on}
    assert len(given_up & gone) / len(given_up) > 0.88
    assert len(given_up & gone) / len(gone) > 0.7


def test_the_usual_weekday_is_found(demo: Demo) -> None:
    habitual = demo.bought.table.filter(pc.greater(demo.bought.table["purchases"], 20))
    buyers = demo.truth(habitual)
    found = habitual["usual_weekday"].to_pylist()
    right = [day == buyer.weekday for day, buyer in zip(found, buyers, strict=True)]
    assert np.mean(right) > 0.9


def _auc(gone: Column, order: Column) -> float:
    """The chance that somebody who left is ranked above somebody who did not."""
    left, stayed = order[gone][:, None], order[~gone][None, :]
    return float(((left > stayed) + 0.5 * (left == stayed)).mean())
