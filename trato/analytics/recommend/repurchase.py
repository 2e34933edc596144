"""Repurchase: what a customer bought before and is due to buy again.

For each customer and item ever bought: the probability of buying it again within ``horizon`` days,
by logistic regression over the pair's own rhythm. It is fitted on the company's own past: the pairs
as they stood ``horizon`` days ago, and whether they were bought since. Personal frequency (Hu et
al., "Modeling Personalized Item Frequency Information for Next-basket Recommendation", SIGIR 2020)
is the strongest simple rule; it is among the features, and so are the renewal clock of the pair
(time since the last purchase over its usual gap), the customer's pace and the item's sales.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from trato.analytics.recommend.cross_sell import trend
from trato.analytics.recommend.data import (
    Codes,
    Floats,
    Mask,
    Pairs,
    Purchases,
    pair_keys,
    pairs,
)

HORIZON = 28
_HALF_LIFE = 120.0
_PACE_HALF_LIFE = 60.0
# Pairs the regression reads at most, and the fewest repurchases it may be fitted on.
_SAMPLE = 300_000
_FEWEST = 50
_BLOCK = 1 << 20
_SETTLED = 1e-8
# Of fewer buyers none may have come to buy it again yet.
_FEW = 10
# Of what lasts and was bought once, a chance counts so much less in the order.
_LAST = np.float32(1e-3)

FEATURES = (
    "share of the customer's later visits with the item",
    "how often anybody repeats the item",
    "times bought",
    "times bought, fading",
    "time since over usual gap",
    "time since over usual gap, up to 3",
    "time since over usual gap, of a known rhythm",
    "pace of visits",
    "days since any visit",
    "trend of the item",
)
# Weights of the standardised features (constant first) for a company with too short a past: rounded
# from Complete Journey and Online Retail, fitted on the weeks before their validation weeks.
_USUAL = np.array([-2.9, 0.2, 0.4, 0.1, 0.5, 0.0, -0.1, -0.05, 0.4, 0.1, 0.2])


@dataclass(frozen=True)
class Rhythm:
    """What is known of pairs: ``gap``, ``since`` and ``share`` have one value a pair, ``repeats``
    and ``trend`` one an item, ``pace`` and ``idle`` one a customer.

    ``gap`` days usually pass between two purchases: the pair's own mean, in which the mean of the
    item (over all customers) counts as one more.
    """

    pairs: Pairs
    gap: NDArray[np.float32]
    since: Codes
    share: NDArray[np.float32]
    repeats: Floats
    trend: NDArray[np.float32]
    pace: Floats
    idle: Floats

    def features(self, block: slice) -> NDArray[np.float32]:
        """Pairs of the block × ``FEATURES``."""
        found, share = self.pairs, self.share[block]
        count, item, customer = found.count[block], found.item[block], found.customer[block]
        due = self.since[block] / self.gap[block]
        columns = (
            np.log(share / (1 - share)),
            np.log(self.repeats)[item],
            np.log(count),
            np.log(_faded(found, block) + 0.01),
            np.log(due + 0.05),
            np.minimum(due, 3),
            np.where(count >= 3, np.log(due + 0.05), 0),
            np.log(self.pace + 0.1)[customer],
            np.log1p(self.idle)[customer],
            np.log(self.trend)[item],
        )
        table = np.empty((len(item), len(columns)), np.float32)
        for place, column in enumerate(columns):
            table[:, place] = column
        return table


@dataclass(frozen=True)
class Repurchase:
    """``weights`` of the standardised features, the constant first; ``fitted`` says whether they
    come from the company's own past or, for want of it, are the usual ones."""

    horizon: int
    weights: Floats
    mean: Floats
    spread: Floats
    fitted: bool

    def probability(self, rhythm: Rhythm) -> NDArray[np.float32]:
        """Of each pair: that it is bought within ``horizon`` days from ``pairs.as_of``."""
        result = np.empty(len(rhythm.pairs), np.float32)
        slope = (self.weights[1:] / self.spread).astype(np.float32)
        constant = np.float32(self.weights[0] - (self.weights[1:] / self.spread) @ self.mean)
        for start in range(0, len(result), _BLOCK):
            block = slice(start, min(start + _BLOCK, len(result)))
            result[block] = expit(rhythm.features(block) @ slope + constant)
        return result


def fit(lines: Purchases, as_of: int, horizon: int = HORIZON) -> Repurchase:
    """Fit on the lines before ``as_of``: pairs known at ``as_of - horizon``, and what came of them.

    Raises ``ValueError`` when ``horizon`` is not above 0.
    """
    if horizon <= 0:
        raise ValueError("the horizon must be above 0 days")
    rhythm = describe(pairs(lines, as_of - horizon))
    known = rhythm.pairs
    after = lines.between(as_of - horizon, as_of).bought
    bought = np.unique(pair_keys(after.customer, after.item, lines.items))
    again = np.isin(pair_keys(known.customer, known.item, lines.items), bought, assume_unique=True)
    if min(again.sum(), len(again) - again.sum()) < _FEWEST:
        now = describe(pairs(lines, as_of)).features(slice(None, _SAMPLE))
        return Repurchase(horizon, _USUAL, *_scale(now), fitted=False)
    step = -(-len(again) // _SAMPLE)
    features = rhythm.features(slice(None))[::step]
    mean, spread = _scale(features)
    weights = _logistic((features - mean) / spread, again[::step].astype(np.float64))
    return Repurchase(horizon, weights, mean, spread, fitted=True)


def is_repeated(found: Pairs, block: slice = slice(None)) -> Mask:
    """Whether anybody has ever bought the item of each pair again, or too few to tell have it."""
    repeated = (found.repeaters > 0) | (found.buyers < _FEW)
    return np.asarray(repeated[found.item[block]])


def score(
    found: Pairs, chance: NDArray[np.float32], block: slice = slice(None)
) -> NDArray[np.float32]:
    """What the pairs of a block, with such chances, are ranked by: who has bought a coffee machine
    once is reminded of everything else first."""
    once = (found.count[block] == 1) & found.lasts[found.item[block]]
    return np.where(once, chance * _LAST, chance).astype(np.float32)


def describe(found: Pairs) -> Rhythm:
    """The rhythm of every pair."""
    visits = _Visits.of(found)
    spans = found.last - found.first
    chances = visits.since(found.customer, found.first) - 1
    repeats = _repeat_rate(found, chances)
    share = (found.count - 1 + 3 * repeats[found.item]) / (chances + 3)
    return Rhythm(
        pairs=found,
        gap=_usual_gap(found, spans).astype(np.float32),
        since=found.as_of - found.last,
        share=np.clip(share, 1e-6, 0.99).astype(np.float32),
        repeats=repeats,
        trend=trend(found),
        pace=visits.pace(found.as_of),
        idle=(found.as_of - visits.last).astype(np.float64),
    )


@dataclass(frozen=True)
class _Visits:
    """Days on which customers bought anything: sorted keys, and where each customer begins."""

    key: NDArray[np.int64]
    span: int
    begin: int
    start: NDArray[np.int64]

    @classmethod
    def of(cls, found: Pairs) -> "_Visits":
        begin = int(found.day.min(initial=found.as_of))
        span = found.as_of - begin + 1
        key = np.repeat(found.customer, found.count).astype(np.int64)
        key *= span
        key += found.day - begin
        key.sort()
        key = key[np.append(True, key[1:] != key[:-1])] if len(key) else key
        start = np.searchsorted(key, np.arange(found.customers + 1, dtype=np.int64) * span)
        return cls(key, span, begin, start)

    @cached_property
    def day(self) -> NDArray[np.int64]:
        return self.key % self.span + self.begin

    @property
    def last(self) -> NDArray[np.int64]:
        """Last day of each customer; the first day of all for who never bought."""
        result = np.full(len(self.start) - 1, self.begin, np.int64)
        known = np.diff(self.start) > 0
        result[known] = self.day[self.start[1:][known] - 1]
        return result

    def since(self, customer: Codes, day: Codes) -> NDArray[np.int64]:
        """How many of the customer's visits were on ``day`` or later."""
        at = np.searchsorted(self.key, customer.astype(np.int64) * self.span + (day - self.begin))
        return self.start[customer + 1] - at

    def pace(self, as_of: int) -> Floats:
        """Visits of each customer, fading with age."""
        faded = 0.5 ** ((as_of - self.day) / _PACE_HALF_LIFE)
        return np.bincount(self.key // self.span, faded, len(self.start) - 1)


def _usual_gap(found: Pairs, spans: Codes) -> Floats:
    repeats = np.bincount(found.item, found.count - 1, found.items)
    total = np.bincount(found.item, spans, found.items)
    everywhere = total.sum() / repeats.sum() if repeats.sum() else float(HORIZON)
    of_item = (total + everywhere) / (repeats + 1)
    return np.maximum((spans + of_item[found.item]) / found.count, 1)


def _repeat_rate(found: Pairs, chances: NDArray[np.int64]) -> Floats:
    """Repeats of each item a later visit, over all customers; five visits of the mean are added."""
    repeated = np.bincount(found.item, found.count - 1, found.items)
    offered = np.bincount(found.item, chances, found.items)
    usual = (repeated.sum() + 1) / (offered.sum() + 20)
    return np.asarray((repeated + 5 * usual) / (offered + 5))


def _faded(found: Pairs, block: slice) -> Floats:
    """Purchases of each pair of the block, fading with age."""
    start = found.start[:-1][block]
    if not len(start):
        return np.empty(0)
    stop = found.start[1:][block][-1]
    weight = 0.5 ** ((found.as_of - found.day[start[0] : stop]) / _HALF_LIFE)
    return np.add.reduceat(weight, start - start[0])


def _scale(features: NDArray[np.float32]) -> tuple[Floats, Floats]:
    if not len(features):
        return np.zeros(len(FEATURES)), np.ones(len(FEATURES))
    return features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64) + 1e-6


def _logistic(features: Floats, target: Floats, ridge: float = 1.0) -> Floats:
    """Maximum likelihood by Newton's method, with a weak ridge on all but the constant."""
    table = np.column_stack([np.ones(len(features)), features])
    penalty = np.append(0.0, np.full(features.shape[1], ridge))
    weights = np.zeros(table.shape[1])
    for _round in range(30):
        chance = expit(table @ weights)
        slope = table.T @ (target - chance) - penalty * weights
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights += step
        if float(np.abs(step).max()) < _SETTLED:
            break
    return weights
