from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from trato.analytics import calendar, habits, interest, journey
from trato.analytics.journey import Cause, Stage
from trato.customers.models.score import Stage as Kept
from trato.customers.models.score import StageCause

START = 18_000
ANA = 1


class Signal(NamedTuple):
    day: int
    kind: str


def history(
    known: int = 0, bought: tuple[int, ...] = (), signals: tuple[Signal, ...] = (), until: int = 900
) -> list[tuple[int, Stage, str]]:
    """Day, stage and cause of Ana's moves, in a company where everybody else buys every 30 days."""
    others = [(who, day) for who in range(2, 60) for day in range(who % 30, 900, 30)]
    rows = [(ANA, day) for day in bought] + others
    found = journey.trace(
        _table(known_day=[(ANA, known)]),
        _table(day=rows),
        _signals([(ANA, *signal) for signal in signals]),
        calendar.day(START + until),
    )
    moves = found.transitions.filter(pc.equal(found.transitions["customer"], ANA)).to_pylist()
    return [(row["day"] - START, Stage(row["to_stage"]), row["cause"]) for row in moves]


def _table(**column: list[tuple[int, int]]) -> pa.Table:
    ((name, rows),) = column.items()
    who, day = zip(*rows, strict=True) if rows else ((), ())
    days = START + np.array(day, dtype=np.int32)
    return pa.table({"customer": np.array(who, np.int64), name: days.astype(np.int32)})


def _signals(rows: list[tuple[int, int, str]]) -> pa.Table:
    table = _table(day=[row[:2] for row in rows])
    return table.append_column("kind", pa.array([row[2] for row in rows], pa.string()))


def stages(*arguments: object, **named: object) -> list[Stage]:
    return [stage for _day, stage, _cause in history(*arguments, **named)]  # type: ignore[arg-type]


def test_interest_shown_on_the_day_on_which_it_would_have_faded_goes_on() -> None:
    [_known, shown, faded] = history(signals=(Signal(20, "call"),))
    again = Signal(faded[0], "call")
    assert history(signals=(Signal(20, "call"), again), until=faded[0]) == [
        (0, Stage.AWARENESS, "known"),
        shown,
    ]


def test_who_is_known_is_aware() -> None:
    assert history(known=5) == [(5, Stage.AWARENESS, "known")]


def test_a_sign_of_interest_begins_consideration_and_silence_ends_it() -> None:
    found = history(signals=(Signal(20, "campaign_clicked"),), until=100)
    assert found[1] == (20, Stage.CONSIDERATION, "interest")
    later = history(signals=(Signal(20, "campaign_clicked"),))[2]
    assert later[1:] == (Stage.AWARENESS, "interest_faded")
    assert later[0] > 20 + interest.LEAST_FADED


def test_a_visit_is_intent_and_so_is_interest_on_three_days() -> None:
    assert history(signals=(Signal(20, "visit"),), until=60)[1][1:] == (Stage.SHORTLIST, "intent")
    clicks = tuple(Signal(day, "campaign_opened") for day in (20, 25, 31))
    assert history(signals=clicks, until=60)[1:] == [
        (20, Stage.CONSIDERATION, "interest"),
        (31, Stage.SHORTLIST, "intent"),
    ]


def test_what_we_send_or_note_is_no_interest() -> None:
    ours = tuple(Signal(20 + day, kind) for day, kind in enumerate(("campaign_sent", "note")))
    assert stages(signals=ours) == [Stage.AWARENESS]


def test_three_purchases_in_time_make_repurchase_until_one_is_late() -> None:
    found = history(known=1, bought=(1, 31, 61, 91, 121), until=125)
    assert found[0] == (1, Stage.PURCHASE, "first_purchase")
    assert found[-1][1:] == (Stage.REPURCHASE, "loyal")
    assert found[-1][0] <= 61
    silent = history(known=1, bought=(1, 31, 61, 91, 121))
    assert [(stage, cause) for _day, stage, cause in silent[-2:]] == [
        (Stage.RECONSIDERATION, "due"),
        (Stage.ABANDONMENT, "silence"),
    ]
    assert 121 + 30 < silent[-2][0] < 121 + 60


def test_one_purchase_is_due_by_the_rhythm_of_the_company() -> None:
    found = history(known=300, bought=(300,), until=500)
    assert [cause for _day, _stage, cause in found] == ["first_purchase", "due", "silence"]
    assert 20 <= found[1][0] - 300 <= 40


def test_who_comes_back_begins_again() -> None:
    found = history(known=1, bought=(300, 330, 700))
    assert (700, Stage.PURCHASE, "came_back") in found


def test_nobody_is_given_up_in_the_first_half_year() -> None:
    assert Stage.ABANDONMENT not in stages(bought=(1,), until=150)


def test_every_change_of_a_day_ends_in_one_stage() -> None:
    found = history(known=10, bought=(10,), signals=(Signal(10, "visit"),), until=12)
    assert found == [(10, Stage.PURCHASE, "first_purchase")]


def test_stages_and_causes_are_those_the_customers_have() -> None:
    assert {int(stage) for stage in Stage} == {0, *Kept.values}
    assert {str(cause) for cause in Cause} == set(StageCause.values) - {"override"}


def of_products(mine: bool, others: float) -> list[str]:
    """Causes of Ana's moves, who buys in time one product or several (``mine``), in a company where
    this share of the others buys several."""
    rows = [(who, day) for who in range(1, 60) for day in range(who % 30, 900, 30)]
    days = _table(day=rows)
    several = [mine if who == ANA else who / 60 < others for who, _day in rows]
    days = days.append_column("several", pa.array(several))
    as_of = calendar.day(START + 880)
    found = journey.trace(_table(known_day=[]), days, _signals([]), as_of).transitions
    causes: list[str] = found.filter(pc.equal(found["customer"], ANA))["cause"].to_pylist()
    return causes


def test_who_only_buys_one_product_is_not_loyal_to_the_company() -> None:
    assert of_products(mine=True, others=0.9)[-1] == "loyal"
    assert of_products(mine=False, others=0.9)[-1] == "purchase"


def test_where_hardly_anybody_buys_a_second_product_one_is_enough() -> None:
    assert "loyal" in of_products(mine=False, others=0.0)
    assert "loyal" in of_products(mine=False, others=0.3)


SIGNS = interest.INTEREST + interest.INTENT
KINDS = ("campaign_opened", "call", "visit", "campaign_sent", "meeting", "note")
people = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.lists(st.integers(0, 400), max_size=15, unique=True),
        st.lists(st.tuples(st.integers(0, 400), st.sampled_from(KINDS)), max_size=10),
    ),
    min_size=1,
    max_size=8,
)
type People = list[tuple[int, list[int], list[tuple[int, str]]]]


def trace(everybody: People, until: int) -> pa.Table:
    known = [(who, person[0]) for who, person in enumerate(everybody, 1)]
    days = [(who, day) for who, person in enumerate(everybody, 1) for day in sorted(person[1])]
    signals = [
        (who, *signal) for who, person in enumerate(everybody, 1) for signal in sorted(person[2])
    ]
    as_of: date = calendar.day(START + until)
    # The lower somebody's number, the earlier they buy a second product.
    several = pa.array([day >= 60 * who for who, day in days], pa.bool_())
    bought = _table(day=days).append_column("several", several)
    return journey.trace(_table(known_day=known), bought, _signals(signals), as_of)


@settings(deadline=None, max_examples=30)
@given(people, st.integers(0, 400))
def test_an_earlier_look_is_the_beginning_of_a_later_one(everybody: People, day: int) -> None:
    later = trace(everybody, 400).transitions
    then = trace(everybody, day).transitions
    assert then.to_pylist() == later.filter(pc.less_equal(later["day"], START + day)).to_pylist()


@settings(deadline=None, max_examples=30)
@given(people)
def test_a_stage_changes_for_a_reason_and_never_flaps(everybody: People) -> None:
    found = trace(everybody, 400)
    for who, (known, bought, signals) in enumerate(everybody, 1):
        mine = pc.equal(found.transitions["customer"], who)
        moves = found.transitions.filter(mine).to_pylist()
        acts = {START + day for day in (known, *bought, *(day for day, _kind in signals))}
        assert all(move["from_stage"] != move["to_stage"] for move in moves)
        assert [move["from_stage"] for move in moves[1:]] == [
            move["to_stage"] for move in moves[:-1]
        ]
        for before, move in pairwise(moves):
            assert before["day"] < move["day"]
            if move["cause"] in {"due", "silence"}:
                assert move["day"] - max(acts_until(bought, move)) >= habits.LEAST_STAY
            elif move["cause"] == "interest_faded":
                days = [day for day, kind in signals if kind in SIGNS]
                assert move["day"] - max(acts_until(days, move)) > interest.LEAST_FADED
            else:
                assert move["day"] in acts
            if before["cause"] == "due" and move["cause"] == "silence":
                assert move["day"] - before["day"] >= habits.LEAST_STAY
        current = found.current.filter(pc.equal(found.current["customer"], who)).to_pylist()
        assert [row["stage"] for row in current] == [move["to_stage"] for move in moves[-1:]]


def acts_until(days: list[int], move: dict[str, int]) -> list[int]:
    return [START + day for day in days if START + day < move["day"]]


def test_nobody_has_no_journey() -> None:
    found = journey.trace(_table(known_day=[]), _table(day=[]), _signals([]), calendar.day(START))
    assert found.transitions.num_rows == found.current.num_rows == 0
