"""Up-selling: better, within reach, and seen to happen."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from trato.analytics.recommend import calibration, cross_sell, evaluation, movers, upgrades, upsell
from trato.analytics.recommend.data import Items, Pairs, Purchases, items, pairs, purchases

# Items of category 0: cheap, better, best, too dear; of category 1: another one; of category 0 two
# more that are better than the cheap one.
PRICES = np.array([10.0, 15.0, 25.0, 90.0, 15.0, 12.0, 18.0])
CATEGORIES = np.array([0, 0, 0, 0, 1, 0, 0])


def _items(**attributes: np.ndarray) -> Items:
    known = {"category": CATEGORIES, "price": PRICES} | attributes
    return items(7, **known)


def _better(described: Items, low: int, high: int) -> bool:
    return bool(movers.is_better(described, np.array([low]), np.array([high]))[0])


def test_dearer_in_the_same_category_and_within_reach_is_better() -> None:
    described = _items()
    assert _better(described, 0, 1)
    assert not _better(described, 1, 0)
    assert not _better(described, 0, 3)
    assert not _better(described, 0, 4)


def test_what_is_free_is_compared_without_a_warning() -> None:
    described = _items(price=np.array([0.0, 15.0, 0.0, 90.0, 15.0, 12.0, 18.0]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not _better(described, 0, 1)
        assert not _better(described, 0, 2)


def test_the_quality_tier_decides_where_it_is_known() -> None:
    described = _items(tier=np.array([2, 1, 3, -1, 1, 1, 1]))
    assert not _better(described, 0, 1)
    assert _better(described, 0, 2)


def test_what_earns_less_is_no_up_sell() -> None:
    assert not _better(_items(cost=np.array([2.0, 14.0, 5.0, 1.0, 1.0, 1.0, 1.0])), 0, 1)


def test_ways_up_outlive_a_change_of_the_products() -> None:
    """Of seven the last is no more, one is new at the beginning; then the better one goes, too."""
    customer = np.array([*range(9), *range(7), 9])
    item = np.array([0] * 9 + [1] * 8)
    day = np.array([1] * 9 + [5] * 7 + [0])
    found = _with_others(pairs(purchases(customer, item, day, customers=200, items=7), 9))
    model = upsell.fit(found, _items())
    now = model.renumbered(np.array([1, 2, 3, 4, 5, 6, -1]), 7)
    assert (now.low.tolist(), now.high.tolist()) == ([1], [2])
    assert (now.rate.tolist(), now.moved.tolist()) == (model.rate.tolist(), [7])
    assert now.buyers.tolist() == [0, *model.buyers[:6]]
    assert now.wait.tolist() == [0, *model.wait[:6]]
    later = replace(found, item=found.item + 1, items=8)
    described = items(8, category=np.append(5, CATEGORIES), price=np.append(1.0, PRICES))
    moved = now.renumbered(np.arange(7), 8).candidates(later, described, 7, 9)
    assert moved.customer.tolist() == [7, 8]
    assert moved.item.tolist() == [2, 2]
    off_sale = replace(described, active=np.arange(8) != 2)
    assert not now.renumbered(np.arange(7), 8).candidates(later, off_sale, 7, 9).item.size
    assert not now.renumbered(np.array([0, 1, -1, 2, 3, 4, 5]), 6).low.size


def test_moves_are_counted_shrunk_and_told() -> None:
    # Nine buy the cheap one; seven of them later the better one, which somebody else had before.
    customer = np.array([*range(9), *range(7), 9])
    item = np.array([0] * 9 + [1] * 8)
    day = np.array([1] * 9 + [5] * 7 + [0])
    found = pairs(purchases(customer, item, day, customers=200, items=7), 9)
    found = _with_others(found)
    model = upsell.fit(found, _items())
    # Somebody bought it yesterday, too; eight of 210 customers have the better one.
    assert model.rate[0] == np.float32((7 + 20 * 8 / 210) / 30)
    # Seven moves in 2 · 8 days and 1 of those who have not moved, and 7 · 4 of those who have.
    assert model.pace[0] == pytest.approx(7 / 45)
    moves = model.candidates(found, _items(), 7, 9)
    assert moves.customer.tolist() == [7, 8]
    assert (moves.item[0], moves.moved[0], moves.buyers[0]) == (1, 7, 10)


def _with_others(found: Pairs, *, on_sale: bool = True) -> Pairs:
    """Two hundred more customers, who bought an item of another category; the last of them one of
    the cheap ones instead, now, so that it is still on sale."""
    many, count = found.customers, 200
    item, day = np.full(count, 4, np.int32), np.full(count, 2, np.int32)
    if on_sale:
        item[-1], day[-1] = 0, found.as_of - 1
    return replace(
        found,
        customer=np.append(found.customer, np.arange(many, many + count, dtype=np.int32)),
        item=np.append(found.item, item),
        day=np.append(found.day, day),
        start=np.append(found.start, found.start[-1] + 1 + np.arange(count)),
        customers=many + count,
    )


def _moving_up() -> tuple[Pairs, Purchases]:
    """Sixty buy the cheap one twice; half move up before day 10 to the better, the others after it,
    two in three of them to the better and one to the best."""
    who, what, when = [], [], []
    for customer in range(60):
        goal, day = (1, 5) if customer < 30 else (2 if customer % 3 == 0 else 1, 15)
        who += [customer] * 3
        what += [0, 0, goal]
        when += [1, 3, day]
    lines = purchases(np.array(who), np.array(what), np.array(when), amount=PRICES[what], items=7)
    return pairs(lines, 10), lines.between(10, 20)


def test_who_moved_up_had_been_offered_it() -> None:
    found, after = _moving_up()
    told = upgrades.evaluate(found, after, _items(), cross_sell.fit(found))
    ours, dearest = (
        next(one for one in told if one.model == name) for name in ("Trato", "dearest")
    )
    assert ours.asked == dearest.asked == 30
    assert ours.hit_1 == pytest.approx(2 / 3)
    assert dearest.hit_1 == pytest.approx(1 / 3)
    assert ours.hit_3 == dearest.hit_3 == ours.revenue == 1


def test_where_three_offers_name_all_that_is_better_nobody_is_asked() -> None:
    found, after = _moving_up()
    few = items(7, category=CATEGORIES, price=np.where(PRICES == 18, np.nan, PRICES))
    assert upgrades.evaluate(found, after, few, cross_sell.fit(found)) == ()


def _machines(*, again: int) -> Pairs:
    """Twelve moved up from the cheap one to the better after 10, 20, … 120 days; four others bought
    the cheap one 10, 40, 60 and 80 days ago; of all of them ``again`` had bought it before."""
    moved = np.arange(12)
    customer = np.concatenate([moved, moved, np.arange(12, 16), np.arange(again)])
    item = np.repeat([0, 1, 0], [12, 12, 4 + again])
    day = np.concatenate([moved * 0 + 100, 110 + 10 * moved, 300 - np.array([10, 40, 60, 80])])
    day = np.concatenate([day, np.full(again, 50)])
    # Somebody had the better one before; and nobody's last purchase was the better one.
    customer = np.concatenate([customer, [16], moved])
    item, day = np.append(item, [1] + [4] * 12), np.append(day, [1] + [299] * 12)
    return _with_others(pairs(purchases(customer, item, day, customers=17, items=7), 300))


def test_of_what_lasts_a_better_one_is_offered_after_as_long_as_others_waited() -> None:
    """Nine in ten of them twenty days at least."""
    found = _machines(again=0)
    model = upsell.fit(found, _items())
    assert 15 <= model.wait[0] <= 20
    offered = model.candidates(found, _items(), 12, 16)
    assert offered.customer.tolist() == [13, 14, 15]


def test_of_what_is_bought_again_and_again_a_better_one_is_offered_at_once() -> None:
    found = _machines(again=4)
    offered = upsell.fit(found, _items()).candidates(found, _items(), 12, 16)
    assert offered.customer.tolist() == [12, 13, 14, 15]


def test_where_nobody_moved_up_or_nothing_is_known_of_items_there_is_nothing_to_judge() -> None:
    found, after = _moving_up()
    model = cross_sell.fit(found)
    assert upgrades.evaluate(found, after, items(7), model) == ()
    assert upgrades.evaluate(found, after.between(0, 0), _items(), model) == ()


def test_the_harness_measures_up_selling_where_items_are_described() -> None:
    random = np.random.default_rng(3)
    customer, day = random.integers(0, 1_000, 4_000), random.integers(0, 100, 4_000)
    item = random.choice([0, 5, 1, 6, 2], 4_000, p=[0.8, 0.05, 0.05, 0.05, 0.05])
    lines = purchases(customer, item, day, amount=PRICES[item], items=7)
    told = evaluation.evaluate(lines, 60, 80, 100, items=_items())
    assert {one.model for one in told.upgrades} >= {"Trato", "dearest"}
    assert all(0 <= one.hit_1 <= one.hit_3 <= 1 for one in told.upgrades)
    assert "moved up" in told.table()
    assert evaluation.evaluate(lines, 60, 80, 100).upgrades == ()


def _ways_up(*days: tuple[int, int, int], movers: int = 10) -> int:
    """Of ``movers`` customers who bought, on day 10, the cheap one and on day 60 the better; then
    ``days``: the first so many of them (all) bought an item on another day. How many ways up?"""
    rows = [(who, item, day) for who in range(movers) for item, day in ((0, 10), (1, 60), (4, 200))]
    rows += [(who, item, day) for many, item, day in days for who in range(many)]
    # Buyers who stayed, one who begins with the better one, and one who begins again.
    rows += [(who, 0, 10) for who in range(20, 40)] + [(40, 1, 1)]
    customer, item, day = np.array(rows).T
    found = pairs(purchases(customer, item, day, customers=41, items=7), 300)
    return int(upsell.fit(_with_others(found), _items()).rate.size)


def test_customers_who_leave_the_lesser_one_for_good_move_up() -> None:
    assert _ways_up() == 1


def test_who_goes_back_to_the_lesser_one_has_not_moved() -> None:
    assert _ways_up((3, 0, 90)) == 1
    assert _ways_up((8, 0, 90)) == 0


def test_too_few_moves_prove_nothing() -> None:
    assert _ways_up(movers=6) == 0
    assert _ways_up(movers=7) == 1


def test_what_was_not_yet_sold_proves_nothing() -> None:
    """Nobody could have begun with it and come down."""
    found = pairs(purchases(*_taking_turns(down=0, born=20), items=7), 300)
    assert upsell.fit(_with_others(found), _items()).rate.size == 0


def test_what_is_no_longer_sold_is_left_for_anything() -> None:
    found = pairs(purchases(*_taking_turns(down=0, born=1), items=7), 300)
    assert upsell.fit(_with_others(found, on_sale=False), _items()).rate.size == 0


@pytest.mark.parametrize(("down", "ways"), [(0, 1), (3, 1), (10, 0)])
def test_as_many_down_as_up_take_turns(down: int, ways: int) -> None:
    found = pairs(purchases(*_taking_turns(down=down, born=1), items=7), 300)
    assert upsell.fit(_with_others(found), _items()).rate.size == ways


def _taking_turns(*, down: int, born: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Twelve go up from the cheap one of day 10 to the better of day 60, ``down`` the other way;
    the better one is bought first on day ``born``."""
    rows = [(who, item, day) for who in range(12) for item, day in ((0, 10), (1, 60))]
    rows += [(20 + who, item, day) for who in range(down) for item, day in ((1, 10), (0, 60))]
    rows += [(40, 1, born)]
    customer, item, day = np.array(rows).T
    return customer, item, day


def test_what_is_bought_with_it_completes_and_is_no_upgrade() -> None:
    """Ten buy the tamper after the machine; ten others at once with it."""
    rows = [(who, item, day) for who in range(10) for item, day in ((0, 10), (1, 60))]
    rows += [(20 + who, item, 10) for who in range(10) for item in (0, 1)] + [(40, 1, 1)]
    customer, item, day = np.array(rows).T
    found = _with_others(pairs(purchases(customer, item, day, items=7), 300))
    ways = movers.ways(found, _items())
    assert (ways.moved.tolist(), ways.up.tolist(), ways.against.tolist()) == ([10], [10], [10])
    assert upsell.fit(found, _items()).rate.size == 0


def _by_hand(found: Pairs, described: Items) -> dict[tuple[int, int], tuple[int, ...]]:
    """Who moved, up while both were sold, against it, and who has both; one customer at a time."""
    days = [found.day[found.start[p] : found.start[p + 1]].tolist() for p in range(len(found))]
    bought: dict[int, dict[int, list[int]]] = {}
    for who, item, when in zip(found.customer.tolist(), found.item.tolist(), days, strict=True):
        bought.setdefault(who, {})[item] = when
    of_item = [[w for own in bought.values() for w in own.get(item, [])] for item in range(7)]
    gaps = [[len(own[item]) for own in bought.values() if item in own] for item in range(7)]
    spans = [sum(o[i][-1] - o[i][0] for o in bought.values() if i in o) for i in range(7)]
    pause = [
        0 if sum(n > 1 for n in many) < 0.1 * len(many) else span / sum(n - 1 for n in many)
        for many, span in zip(gaps, spans, strict=True)
    ]
    counted: dict[tuple[int, int], tuple[int, ...]] = {}
    for own in bought.values():
        seen = max(when[-1] for when in own.values())
        for low, high in ((low, high) for low in own for high in own):
            if not _better(described, low, high):
                continue
            long = max(pause[low], pause[high])
            up, down = (
                own[a][-1] < own[b][0] and seen - own[b][0] >= long
                for a, b in ((low, high), (high, low))
            )
            sold_up, sold_down = (
                own[a][0] >= min(of_item[b]) and own[b][0] <= max(of_item[a])
                for a, b in ((low, high), (high, low))
            )
            one = (up, up and sold_up, (down and sold_down) or own[low][0] == own[high][0], 1)
            so_far = counted.get((low, high), (0, 0, 0, 0))
            counted[low, high] = tuple(a + b for a, b in zip(so_far, one, strict=True))
    return counted


def test_counted_block_by_block_is_counted_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movers, "_CUSTOMERS", 7)
    monkeypatch.setattr(movers, "_BLOCK", 40)
    random = np.random.default_rng(5)
    customer, day = random.integers(0, 60, 400), random.integers(0, 200, 400)
    found = pairs(purchases(customer, random.integers(0, 7, 400), day, items=7), 200)
    ways = movers.ways(found, _items())
    columns = (ways.low, ways.high, ways.moved, ways.up, ways.against, ways.both)
    rows = [tuple(int(value) for value in row) for row in zip(*columns, strict=True)]
    assert {row[:2]: row[2:] for row in rows} == _by_hand(found, _items())


def test_the_order_is_by_what_buyers_of_it_have_too() -> None:
    """Proven or not: thirty of the cheap one's buyers have the better one; twice as many customers
    have the best one, and none of them the cheap one."""
    rows = [(who, 0, day) for who in range(90) for day in (1, 3)]
    rows += [(who, 1, 3) for who in range(30)] + [(100 + who, 2, 3) for who in range(60)]
    rows += [(who, 1 if who < 80 else 2, 15) for who in range(60, 90)]
    customer, item, day = np.array(rows).T
    lines = purchases(customer, item, day, amount=PRICES[item], items=7)
    found = pairs(lines, 10)
    assert upsell.fit(found, _items()).rate.size == 0
    told = upgrades.evaluate(found, lines.between(10, 20), _items(), cross_sell.fit(found))
    hits = {one.model: one.hit_1 for one in told}
    assert hits["Trato"] == pytest.approx(2 / 3)
    assert hits["popular in the category"] == pytest.approx(1 / 3)


def test_what_everybody_buys_is_no_upgrade_of_it() -> None:
    """Ten of thirty moved, as many as of the others bought it."""
    rows = [(who, 0, 10) for who in range(30)] + [(who, 1, 60) for who in range(10)]
    rows += [(who, 1, 5) for who in range(100, 200)]
    customer, item, day = np.array(rows).T
    found = _with_others(pairs(purchases(customer, item, day, items=7), 300))
    assert upsell.fit(found, _items()).rate.size == 0


def test_few_hits_set_what_was_expected_right_as_a_whole() -> None:
    """(5 + 10) / (20 + 10): half as many as expected, and each pair keeps its own."""
    expected = np.repeat([0.1, 0.3], 50)
    fitted = calibration.fit(np.zeros(100), np.arange(100) < 5, expected)
    told = fitted.probability(np.zeros(2), np.array([0.1, 0.3]))
    assert told == pytest.approx([0.05, 0.15])
    nothing = calibration.fit(np.zeros(100), np.zeros(100, bool), expected)
    assert nothing.probability(np.zeros(1), np.array([0.3])) == pytest.approx([0.1])


def test_who_goes_back_was_not_to_be_foreseen() -> None:
    """The harness asks about those who then left their usual item."""
    found, after = _moving_up()
    back = purchases(
        np.append(after.customer, np.arange(30, 40)),
        np.append(after.item, np.zeros(10, int)),
        np.append(after.day, np.full(10, 18)),
        amount=np.append(after.amount, np.full(10, 10.0)),
        customers=after.customers,
        items=7,
    )
    told = upgrades.evaluate(found, back, _items(), cross_sell.fit(found))
    assert {one.asked for one in told} == {20}
