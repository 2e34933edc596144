"""What was learnt of all comes back as it was, and measures some as it measures them among all."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.analytics.edges import EDGES, Company, bought_by
from trato.analytics import habits, journey, rfm
from trato.analytics.purchases import Purchases
from trato.analytics.recommend import recommender
from trato.analytics.recommend.data import items, purchases
from trato.analytics.recommend.tuning import Tuned
from trato.insight.refresh import learning, tenths, valuing
from trato.insight.refresh.learning import Learnt

COMPANIES = pytest.mark.parametrize("company", EDGES.values(), ids=EDGES.keys())
SIGNALS = {"customer": [1, 2, 2], "day": [18_000, 18_010, 18_050], "kind": ["call"] * 3}


def _learnt(bought: Purchases) -> Learnt:
    worth = valuing.learn(bought).worth
    values = valuing.values(worth, bought.table)["lifetime_value"]
    rhythm = habits.learn(bought.days, bought.as_of)
    walked = _walked(bought, None)
    cuts = rfm.fifths(bought.table, bought.as_of)
    return Learnt(worth, rhythm, walked.company, cuts, tenths.ends(values))


def _walked(bought: Purchases, learnt: Learnt | None) -> journey.Journey:
    known = pa.table({"customer": pa.array([], pa.int64()), "known_day": pa.array([], pa.int32())})
    given = (learnt.rhythm, learnt.company) if learnt else (None, None)
    return journey.trace(known, bought.days, pa.table(SIGNALS), bought.as_of, *given)


@COMPANIES
def test_what_was_learnt_comes_back_to_the_last_bit(company: Company) -> None:
    file = learning.kept(_learnt(bought_by(company)))
    again = learning.restored(file)
    if again is None:
        assert not bought_by(company).table.num_rows
        return
    with np.load(BytesIO(file)) as one, np.load(BytesIO(learning.kept(again))) as other:
        assert set(one) == set(other)
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])


def test_what_an_earlier_version_has_learnt_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    file = learning.kept(_learnt(bought_by(EDGES["sold at a loss"])))
    monkeypatch.setattr(learning, "VERSION", learning.VERSION + 1)
    assert learning.restored(file) is None


def test_lessons_on_what_to_offer_come_back_without_their_trials() -> None:
    random = np.random.default_rng(3)
    customer, item = random.integers(0, 300, 9_000), random.geometric(0.2, 9_000) % 12
    day = random.integers(0, 300, 9_000)
    # One had the better one first, fifty leave the lesser one for it.
    customer = np.concatenate([customer, np.arange(100), np.arange(50), [299]])
    item = np.concatenate([item, np.full(100, 12), np.full(51, 13)])
    day = np.concatenate([day, np.repeat([30, 200], 50), np.full(50, 90), [1]])
    lines = purchases(customer, item, day)
    kinds, price = np.array([0] * 12 + [1] * 2), np.array([5.0] * 12 + [10, 15])
    lessons = recommender.fit(lines, items(14, category=kinds, price=price), 300).lessons
    assert lessons.up_sell is not None
    assert lessons.up_sell.low.tolist() == [12]
    learnt = _learnt(bought_by(EDGES["sold at a loss"]))
    learnt = replace(learnt, lessons=lessons, goods=np.arange(14))
    file = learning.kept(learnt)
    again = learning.restored(file)
    assert again is not None
    assert again.lessons is not None
    assert again.lessons.tuned == Tuned(lessons.tuned.settings, ())
    assert learning.kept(again) == file


@COMPANIES
def test_some_customers_are_measured_as_among_all(company: Company) -> None:
    bought = bought_by(company)
    learnt = learning.restored(learning.kept(_learnt(bought)))
    if learnt is None:
        return
    whom = bought.table["customer"].to_numpy()[::3]
    some = Purchases(bought.as_of, _of(bought.days, whom), _of(bought.table, whom))
    for among_all, alone in zip(_measured(bought, learnt), _measured(some, learnt), strict=True):
        _same(_of(among_all, whom), _of(alone, whom))


def _measured(bought: Purchases, learnt: Learnt) -> Iterator[pa.Table]:
    yield valuing.values(learnt.worth, bought.table)
    yield habits.rhythms(bought.days, bought.as_of, bought.table, learnt=learnt.rhythm)
    yield rfm.score(bought.table, bought.as_of, learnt.cuts)
    yield _walked(bought, learnt).transitions


def _of(table: pa.Table, whom: Any) -> pa.Table:
    return table.filter(pa.array(np.isin(table["customer"].to_numpy(), whom)))


def _same(one: pa.Table, other: pa.Table) -> None:
    assert one.column_names == other.column_names
    for name in one.column_names:
        if pa.types.is_floating(one[name].type):
            here, there = (table[name].to_numpy() for table in (one, other))
            np.testing.assert_allclose(here, there, rtol=1e-9, atol=1e-12, err_msg=name)
        else:
            assert one[name].to_pylist() == other[name].to_pylist(), name
