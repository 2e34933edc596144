"""The company is believable, and what is planted in it is there."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

import pytest

from trato.customers.queries.matching import tax_key
from trato.demo.goods import GOODS
from trato.demo.purchases import Purchase
from trato.demo.truth import COMPLEMENTS, SEGMENT, UPGRADES, WON_WITHIN, YEARS, Complement
from trato.demo.world import World, make, total


def bought_by(world: World) -> dict[str, list[Purchase]]:
    found: dict[str, list[Purchase]] = defaultdict(list)
    for purchase in world.purchases:
        if purchase.who and total(purchase) > 0:
            found[purchase.who].append(purchase)
    return found


def codes(purchase: Purchase) -> set[str]:
    return {line.product_code for line in purchase.draft.lines}


def test_the_same_seed_and_day_make_the_same_company(today: datetime) -> None:
    first, second = (make(at=today, customers=80, seed=1) for _time in range(2))
    assert first.people == second.people
    assert first.purchases == second.purchases
    assert first.events == second.events
    assert (first.facts, first.consents, first.errands) == (
        second.facts,
        second.consents,
        second.errands,
    )


def test_another_seed_makes_another_company(today: datetime) -> None:
    first, second = (make(at=today, customers=80, seed=seed) for seed in (1, 2))
    assert first.people != second.people


def test_it_is_as_large_as_promised(world: World) -> None:
    kinds = Counter(who.draft.kind for who in world.people)
    assert len(world.people) == 2500
    assert 0.11 < kinds["organisation"] / 2500 < 0.18
    assert 17_000 < len(world.purchases) < 26_000
    assert len(GOODS) == 120


def test_nobody_is_anothers_twin(world: World) -> None:
    for of in (
        lambda draft: draft.emails,
        lambda draft: draft.phones,
        lambda draft: [tax_key(draft.tax_id)] if draft.tax_id else [],
        lambda draft: draft.external_ids,
        lambda draft: [draft.name] if draft.name else [],
    ):
        values = [value for who in world.people for value in of(who.draft)]
        assert len(values) == len(set(values))


def test_nothing_happens_before_its_time_or_tomorrow(world: World, today: datetime) -> None:
    since = {who.number: who.since for who in world.people}
    days = [
        (by.who, by.what.at) for rows in (world.events, world.facts, world.consents) for by in rows
    ]
    days += [(row.who, row.draft.ordered_at) for row in world.purchases if row.who]
    assert all(at <= today for _who, at in days)
    assert all(at >= since[who] for who, at in days)


def test_the_numbers_of_orders_run_with_their_days(world: World) -> None:
    numbers = [row.draft.number for row in world.purchases]
    assert len(numbers) == len(set(numbers))
    sales = [number for number in numbers if number.startswith("P26")]
    assert sales == sorted(sales)


def test_shops_and_firms_rest_on_sundays(world: World) -> None:
    sundays = [row for row in world.purchases if row.draft.ordered_at.weekday() == 6]
    assert not [row for row in sundays if row.draft.number.startswith("P") and row.seller]


def test_only_what_was_on_the_shelf_was_sold(world: World) -> None:
    for row in world.purchases:
        day = row.draft.ordered_at.date()
        if total(row) > 0:
            for code in codes(row):
                first, _last = world.shelf.span(code)
                assert first <= day, code


def test_prices_end_where_the_list_of_goods_says(world: World, today: datetime) -> None:
    for good in GOODS.values():
        assert world.shelf.price(good.code, today.date()) == good.price
        assert world.shelf.price(good.code, world.shelf.opened) <= good.price


@pytest.mark.parametrize("key", ["cafe", "restaurant", "ritual", "pantry"])
def test_each_buys_at_their_own_rhythm(world: World, key: str) -> None:
    """The mean gap between purchases is the rhythm that was planted, up to season and chance."""
    ratios = []
    for number, rows in bought_by(world).items():
        buyer = world.buyers[number]
        if buyer.segment == key and len(rows) >= 8:
            days = sorted(row.draft.ordered_at for row in rows)
            gaps = [(after - before).total_seconds() / 86400 for before, after in pairwise(days)]
            ratios.append(sum(gaps) / len(gaps) / buyer.rhythm)
    assert len(ratios) > 20
    assert 0.85 < median(ratios) < 1.2
    rhythms = [buyer.rhythm for buyer in world.buyers.values() if buyer.segment == key]
    assert 0.85 < median(rhythms) / SEGMENT[key].rhythm < 1.15


def test_regular_customers_are_more_regular_than_occasional_ones(world: World) -> None:
    def spread(key: str) -> float:
        found: list[float] = []
        for number, rows in bought_by(world).items():
            if world.buyers[number].segment == key and len(rows) >= 5:
                days = sorted(row.draft.ordered_at for row in rows)
                gaps = [(after - before).days for before, after in pairwise(days)]
                mean = sum(gaps) / len(gaps)
                found.append((sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5 / mean)
        return median(found)

    assert spread("cafe") < spread("pantry") < spread("occasional")


def test_who_has_left_buys_no_more(world: World) -> None:
    left = {number: buyer.left_on for number, buyer in world.buyers.items() if buyer.left_on}
    assert 0.3 < len(left) / len(world.buyers) < 0.65
    for number, rows in bought_by(world).items():
        if number in left:
            assert max(row.draft.ordered_at.date() for row in rows) <= left[number]


def test_campaigns_won_some_of_those_who_came(world: World, today: datetime) -> None:
    """A quarter to a third of each year's; known for a while, and they bought after the letter."""
    opened = today - timedelta(days=365 * YEARS)
    came = Counter[int]()
    won = Counter[int]()
    for who in world.people:
        if (buyer := world.buyers.get(who.number)) and who.begins >= opened:
            came[buyer.first_on.year] += 1
            won[buyer.first_on.year] += bool(buyer.won_by)
        if who.won:
            assert who.since < who.won.campaign.at < who.won.first
            assert who.won.first - who.won.campaign.at <= timedelta(days=WON_WITHIN)
    for year in range(today.year - 2, today.year + 1):
        assert 0.25 < won[year] / came[year] < 0.34


def test_who_was_won_answered_before_they_bought(world: World) -> None:
    opened = {
        (by.who, by.what.subject): by.what.at
        for by in reversed(world.events)
        if by.what.kind == "campaign_opened"
    }
    for number, rows in bought_by(world).items():
        if won_by := world.buyers[number].won_by:
            assert opened[number, won_by] < rows[0].draft.ordered_at


def test_sellers_spoke_with_most_firms_before_they_first_bought(world: World) -> None:
    """Two thirds, about, of those that no letter won: a talk, then a visit, then the order."""
    first = {number: rows[0].draft.ordered_at for number, rows in bought_by(world).items()}
    came = [buyer for buyer in world.buyers.values() if buyer.number in first]
    courted = [buyer for buyer in came if buyer.courted_from]
    assert len(courted) > 30
    assert not any(buyer.won_by for buyer in courted)
    talks = {(by.who, by.what.kind): by.what.at for by in reversed(world.events)}
    for buyer in courted:
        number = buyer.number
        assert talks[number, "call"].date() == buyer.courted_from
        assert talks[number, "call"] < talks[number, "visit"] < first[number]


def test_a_complaint_comes_more_often_before_somebody_leaves(world: World) -> None:
    complained = {by.who for by in world.events if by.what.kind == "complaint"}
    left = {number for number, buyer in world.buyers.items() if buyer.left_on}
    stayed = world.buyers.keys() - left
    assert len(complained & left) / len(left) > 1.5 * len(complained & stayed) / len(stayed)


def test_presents_are_bought_when_presents_are_given(world: World) -> None:
    months = Counter(
        row.draft.ordered_at.month
        for row in world.purchases
        if row.who and world.buyers[row.who].segment == "gifts"
    )
    assert months[12] > 3 * months[8]


def lift(world: World, pair: Complement) -> tuple[int, float]:
    """How many have the first; how much likelier they are to have the second than others."""
    owners: dict[str, set[str]] = defaultdict(set)
    for row in world.purchases:
        if row.who:
            for code in codes(row):
                owners[code].add(row.who)
    first, second = owners[pair.anchor], owners[pair.follower]
    both = len(first & second) / max(len(first), 1)
    return len(first), both / (len(second) / len(world.buyers))


def test_complements_are_bought_together(world: World) -> None:
    """Not those of café goods: everybody there buys everything sooner or later."""
    found = [lift(world, pair) for pair in COMPLEMENTS if pair.anchor not in {"GRA-910"}]
    lifts = [ratio for owners, ratio in found if owners >= 12]
    assert len(lifts) >= 8
    assert min(lifts) > 1.3
    assert median(lifts) > 4


def test_better_versions_follow(world: World) -> None:
    """After the simple one and not before."""
    followed = Counter[bool]()
    for rows in bought_by(world).values():
        first: dict[str, datetime] = {}
        for row in rows:
            for code in codes(row):
                first.setdefault(code, row.draft.ordered_at)
        for step in UPGRADES:
            if step.old.startswith("GRA") or step.old not in first or step.new not in first:
                continue
            followed[first[step.new] > first[step.old]] += 1
    assert followed[True] > 2 * followed[False]


def test_foreign_orders_are_in_their_own_money(world: World) -> None:
    money = Counter(row.draft.currency for row in world.purchases)
    assert money["USD"] > 20
    assert money["MXN"] > 20
    assert money["EUR"] > 0.95 * sum(money.values())
    day = world.shelf.today
    assert Decimal("0.6") < world.shelf.rate("USD", day) < Decimal("1.4")
