"""Up-selling on weeks it had not seen: of those who moved up, how many had been offered what they
moved to.

Asked about are customers and categories of which they had bought on two days or more, and where
they then bought, for the first time, an item better than their usual one (`movers.is_better`), and
the usual one no more from that day on. All rules rank the same items: the better ones of the
category that the customer never bought, proven or not, for it is the order that is measured. Where
these are three or fewer, nobody is asked: three offers would name them all, whatever the rule.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend import movers, tuning, upsell
from trato.analytics.recommend.cross_sell import CrossSell
from trato.analytics.recommend.data import (
    Codes,
    Floats,
    Items,
    Mask,
    Pairs,
    Purchases,
    pair_keys,
    pairs,
)
from trato.analytics.recommend.ranking import places

OURS = "Trato"
_CELLS = 4_000_000
_OFFERED = 3
# Affinity of an item of which the customer's purchases say nothing.
_LITTLE = 1e-3


@dataclass(frozen=True)
class Upgrade:
    """A rule, asked about ``asked`` customers and categories.

    ``hit_1`` and ``hit_3``: the share of them whose new item was the first offered, or one of
    three; ``revenue``: the share of what was paid more, by list price, that three offers captured.
    """

    model: str
    asked: int
    hit_1: float
    hit_3: float
    revenue: float


@dataclass(frozen=True, eq=False)
class _Asked:
    """``usual`` of each customer and category; candidates by the number of what was ``asked``."""

    customer: Codes
    usual: Codes
    asked: NDArray[np.int64]
    item: Codes
    bought: Mask


def evaluate(found: Pairs, after: Purchases, items: Items, model: CrossSell) -> tuple[Upgrade, ...]:
    """``found`` is what was known, ``after`` what was bought then; nothing where nobody moved up.

    ``model`` is fitted to ``found``; items have prices.
    """
    asked = _asked(found, after, items)
    if not asked.customer.size:
        return ()
    more = items.price[asked.item] - items.price[asked.usual[asked.asked]]
    more = np.where(asked.bought, np.maximum(np.nan_to_num(more), 0), 0)
    return tuple(
        _judged(name, asked, score, more)
        for name, score in _rules(found, asked, items, model).items()
    )


def _asked(found: Pairs, after: Purchases, items: Items) -> _Asked:
    entry, start = movers.by_category(found, items, 0, len(found))
    if not start.size:
        nothing = np.empty(0, np.int32)
        return _Asked(nothing, nothing, np.empty(0, np.int64), nothing, np.empty(0, bool))
    usual, days = entry[start], np.add.reduceat(found.count[entry], start)
    customer, item = found.customer[usual], found.item[usual]
    width = int(items.category.max()) + 1
    groups = pair_keys(customer, items.category[item], width)
    new = sparse.coo_array(tuning.newly_bought(found, after))
    known = items.category[new.col] >= 0
    row, col = new.row[known], new.col[known]
    key = pair_keys(row, items.category[col], width)
    place = np.searchsorted(groups, key).clip(max=groups.size - 1)
    moved = (groups[place] == key) & (days[place] > 1)
    moved &= movers.is_better(items, item[place], col)
    moved &= _is_left(after, row, item[place], col)
    chosen = np.unique(place[moved])
    bought = pair_keys(row[moved], col[moved], found.items)
    return _candidates(found, items, (customer[chosen], item[chosen]), bought)


def _is_left(after: Purchases, customer: Codes, usual: Codes, new: Codes) -> Mask:
    """Whether each customer bought the usual item only before the first purchase of the new one."""
    then = pairs(after, int(after.day.max(initial=0)) + 1)
    keys = pair_keys(then.customer, then.item, after.items)
    begun = then.first[np.searchsorted(keys, pair_keys(customer, new, after.items))]
    key = pair_keys(customer, usual, after.items)
    at = np.searchsorted(keys, key).clip(max=max(keys.size - 1, 0))
    mask: Mask = (keys[at] != key) | (then.last[at] < begun)
    return mask


def _candidates(
    found: Pairs, items: Items, asked: tuple[Codes, Codes], bought: NDArray[np.int64]
) -> _Asked:
    customer, usual = asked
    by_category = np.argsort(items.category, kind="stable").astype(np.int32)
    ordered = items.category[by_category]
    low, high = (
        np.searchsorted(ordered, items.category[usual], side) for side in ("left", "right")
    )
    number = np.repeat(np.arange(usual.size), high - low)
    offset = np.arange(number.size) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    item = by_category[low[number] + offset]
    owned = pair_keys(found.customer, found.item, found.items)
    keys = pair_keys(customer[number], item, found.items)
    kept = movers.is_better(items, usual[number], item) & ~np.isin(keys, owned)
    is_hard = np.bincount(number[kept], minlength=usual.size) > _OFFERED
    kept &= is_hard[number]
    again = (np.cumsum(is_hard) - 1)[number[kept]]
    right = np.isin(keys[kept], bought)
    return _Asked(customer[is_hard], usual[is_hard], again, item[kept], right)


def _rules(
    found: Pairs, asked: _Asked, items: Items, model: CrossSell
) -> Mapping[str, NDArray[np.floating]]:
    ways, shape = movers.ways(found, items), (found.items, found.items)
    usual = asked.usual[asked.asked]
    both = sparse.csr_array((ways.both, (ways.low, ways.high)), shape=shape)[usual, asked.item]
    rate = upsell.rates(found, usual, asked.item, np.asarray(both).ravel())
    return {
        OURS: rate * _affinity(model, asked),
        "popular in the category": found.buyers[asked.item].astype(np.float64),
        "dearest": np.nan_to_num(items.price[asked.item]),
        "random": np.random.default_rng(0).random(asked.item.size),
    }


def _affinity(model: CrossSell, asked: _Asked) -> Floats:
    found = np.empty(asked.item.size)
    who = asked.customer[asked.asked]
    for part in _parts(who, len(model.factor)):
        block = slice(int(who[part.start]), int(who[part.stop - 1]) + 1)
        none = sparse.csr_array((block.stop - block.start, len(model.factor)), dtype=np.float32)
        scores = model.scores(block, none)
        found[part] = np.asarray(scores[who[part] - block.start, asked.item[part]]).ravel()
    return np.maximum(found, _LITTLE)


def _parts(who: Codes, width: int) -> Iterator[slice]:
    """Runs of candidates whose customers, with all between them, fit into a block of scores."""
    step, start = max(_CELLS // max(width, 1), 1), 0
    while start < who.size:
        stop = int(np.searchsorted(who, who[start] + step))
        yield slice(start, stop)
        start = stop


def _judged(name: str, asked: _Asked, score: NDArray[np.floating], more: Floats) -> Upgrade:
    place, order = places(asked.asked, asked.item, score)
    right, number = asked.bought[order], asked.asked[order]
    hit = [
        float(
            (np.bincount(number[right & (place < few)], minlength=asked.customer.size) > 0).mean()
        )
        for few in (1, _OFFERED)
    ]
    captured = more[order][place < _OFFERED].sum() / max(float(more.sum()), 1e-12)
    return Upgrade(name, asked.customer.size, hit[0], hit[1], float(captured))
