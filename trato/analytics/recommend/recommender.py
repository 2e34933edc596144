"""The offers to every customer: three ranked lists, never mixed, each with reason and value.

``learn`` chooses the settings and calibrates the probabilities on the last ``horizon`` days (of a
sample of customers when there are many), and ``fit`` fits to everything: most of the time goes into
learning, which holds for weeks. ``Recommender.blocks`` hands the offers out for some customers at a
time, so that a base of millions needs little memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from trato.analytics.recommend import (
    calibration,
    cross_sell,
    repurchase,
    tuning,
    upsell,
)
from trato.analytics.recommend.data import Items, Mask, Pairs, Purchases, given_back, pairs
from trato.analytics.recommend.lists import Block, Calibrations, Models, lists
from trato.analytics.recommend.offers import CROSS_SELL, KINDS, UP_SELL, Offers, joined
from trato.analytics.recommend.repurchase import Repurchase
from trato.analytics.recommend.together import Together
from trato.analytics.recommend.tuning import Tuned
from trato.analytics.recommend.upsell import UpSell

_SAMPLE = 10_000
_CELLS = 2_000_000
_POPULAR_DAYS = 90


@dataclass(frozen=True)
class Lessons:
    """What weeks already gone by have taught: how to fit, and what scores are worth. ``up_sell`` is
    who moves up, seen in those that were fitted to first."""

    tuned: Tuned
    repurchase: Repurchase
    calibrations: Calibrations
    up_sell: UpSell | None = None

    @property
    def horizon(self) -> int:
        """The days that probabilities are for."""
        return self.repurchase.horizon


@dataclass(frozen=True)
class Recommender:
    """Fitted to the lines before the day ``models.found.as_of``."""

    models: Models
    lessons: Lessons
    given_back: sparse.csr_array

    def offers(
        self,
        count: int = 10,
        *,
        allowed: Mask | None = None,
        forbidden: sparse.csr_array | None = None,
    ) -> Offers:
        """The lists of all customers, ``count`` at most a kind; see ``blocks``."""
        return joined(list(self.blocks(count, allowed=allowed, forbidden=forbidden)))

    def blocks(
        self,
        count: int = 10,
        *,
        allowed: Mask | None = None,
        forbidden: sparse.csr_array | None = None,
    ) -> Iterator[Offers]:
        """The lists in runs of customers; one run at least.

        ``allowed`` (one value a customer) is False for who must get no offers, and costs least
        where those who may are the first; ``forbidden`` (customers × items) is not 0 where an item
        must not be offered to a customer.
        Raises ``ValueError`` when ``count`` is not between 1 and 127.
        """
        if not 0 < count < 128:
            raise ValueError("the count must be between 1 and 127")
        never = self.given_back if forbidden is None else self.given_back + (forbidden != 0)
        everybody = self.models.found.customers
        who = np.arange(everybody) if allowed is None else np.flatnonzero(allowed)
        for first, last in _runs(self.models, int(who.max(initial=-1)) + 1):
            block = Block(first, last, never[first:last], count)
            made = lists(self.models, self.lessons.calibrations, block)
            yield made if allowed is None else made.take(np.flatnonzero(allowed[made.customer]))


def learn(
    lines: Purchases,
    items: Items,
    as_of: int,
    *,
    horizon: int = repurchase.HORIZON,
    count: int = 10,
) -> Lessons:
    """Learn from the lines before the day ``as_of``, for lists of about ``count``.

    Raises ``ValueError`` when ``items`` has not one value an item of the lines, or the horizon is
    not above 0.
    """
    _check(lines, items)
    sample = _sample(lines)
    is_large = cross_sell.is_large(lines.customers, lines.items)
    tuned = tuning.choose(sample, as_of, horizon, count=count, neighbours=is_large)
    again = repurchase.fit(sample, as_of, horizon)
    none = np.empty(0), np.empty(0, bool)
    blank = Calibrations(calibration.fit(*none), calibration.fit(*none, np.empty(0)))
    lessons = Lessons(tuned, again, blank)
    return replace(lessons, calibrations=_calibrate(sample, items, as_of, lessons, count))


def fit(lines: Purchases, items: Items, as_of: int, lessons: Lessons | None = None) -> Recommender:
    """Fit to the lines before the day ``as_of``, by lessons learnt before or now. Those of a fit to
    everybody, which it keeps, do for a fit to some.

    Raises ``ValueError`` when ``items`` has not one value an item of the lines.
    """
    _check(lines, items)
    lessons = lessons or learn(lines, items, as_of)
    models = _models(pairs(lines, as_of), items, lessons)
    return Recommender(models, replace(lessons, up_sell=models.up_sell), given_back(lines))


def _check(lines: Purchases, items: Items) -> None:
    if len(items) != lines.items:
        raise ValueError("the lines and the attributes differ in the number of items")


def _models(found: Pairs, items: Items, lessons: Lessons, *, explained: bool = True) -> Models:
    model = cross_sell.fit(found, lessons.tuned.settings)
    sellable = np.where(items.active, model.factor, 0).astype(np.float32)
    rhythm = repurchase.describe(found)
    late = found.last >= found.as_of - _POPULAR_DAYS
    return Models(
        found=found,
        items=items,
        cross_sell=replace(model, factor=sellable),
        up_sell=lessons.up_sell or upsell.fit(found, items),
        rhythm=rhythm,
        due=lessons.repurchase.probability(rhythm),
        horizon=lessons.horizon,
        together=Together(found) if explained else None,
        recent=np.bincount(found.item[late], minlength=found.items),
        recent_customers=len(np.unique(found.customer[late])),
    )


def _calibrate(
    sample: Purchases, items: Items, as_of: int, lessons: Lessons, count: int
) -> Calibrations:
    """What the scores of the lists made ``horizon`` days ago have been worth since."""
    begin = as_of - lessons.horizon
    past = _models(pairs(sample, begin), items, lessons, explained=False)
    new = tuning.newly_bought(past.found, sample.between(begin, as_of))
    never = given_back(sample)
    made = joined(
        [
            lists(past, lessons.calibrations, Block(first, last, never[first:last], count))
            for first, last in _runs(past, past.found.customers)
        ]
    )
    bought = tuning.hits(new, made.customer, made.item[:, None])[:, 0]
    cross, up = (made.kind == KINDS.index(kind) for kind in (CROSS_SELL, UP_SELL))
    return Calibrations(
        calibration.fit(made.score[cross], bought[cross]),
        calibration.fit(made.score[up], bought[up], made.probability[up]),
    )


def _sample(lines: Purchases) -> Purchases:
    """The lines of every n-th customer when there are many; to choose settings by."""
    every = -(-lines.customers // _SAMPLE)
    return lines if every <= 1 else lines.renumbered(np.arange(0, lines.customers, every))


def _runs(models: Models, number: int) -> Iterator[tuple[int, int]]:
    """The first ``number`` customers, in runs whose scores fill `_CELLS` together; neighbours score
    few items of each."""
    filled = np.append(0, np.cumsum(models.cross_sell.cells()[:number]))
    first = 0
    while first < number:
        last = int(np.searchsorted(filled, filled[first] + _CELLS, "right")) - 1
        last = max(last, first + 1)
        yield first, last
        first = last
    if not number:
        yield 0, 0
