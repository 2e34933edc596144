"""Choosing on validation weeks: the last days are hidden, and then asked about."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend import cross_sell
from trato.analytics.recommend.cross_sell import CrossSell, Settings, weighed
from trato.analytics.recommend.data import Codes, Floats, Mask, Pairs, Purchases, pair_keys
from trato.analytics.recommend.data import pairs as pairs_of
from trato.analytics.recommend.ranking import NOBODY, best

USUAL = Settings(regularisation=500.0, half_life=60.0, trend=0.25)
HALF_LIVES = (None, 60.0)
REGULARISATIONS = (100.0, 500.0)
TRENDS = (0.0, 0.25, 0.5, 0.75)
# Customers with new purchases in the validation weeks, without whom nothing is chosen.
_FEWEST = 100
_CELLS = 2_000_000


@dataclass(frozen=True)
class Trial:
    """Share of what customers newly bought that ten offers would have named (of ten at most)."""

    settings: Settings
    recall: float


@dataclass(frozen=True)
class Tuned:
    """``trials`` is empty where too few customers bought anything new to choose by."""

    settings: Settings
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class _Window:
    """What was known when validation days began, what was new in them, and to whom."""

    known: Pairs
    new: sparse.csr_array
    customers: NDArray[np.int64]


def choose(
    lines: Purchases, as_of: int, horizon: int, *, count: int = 10, neighbours: bool = False
) -> Tuned:
    """Best settings for cross-selling on two windows of ``horizon`` days before ``as_of``.

    Two, because what holds before Christmas need not hold after; their recalls are averaged. First
    the ages and trends are compared, then the regularisation. ``neighbours`` where the lines are a
    sample of more customers than EASE could be solved for: what is chosen is for the same model.
    """
    usual = replace(USUAL, neighbours=neighbours)
    ends = (as_of, as_of - horizon)
    windows = [window for end in ends if (window := _window(lines, end, horizon)) is not None]
    if not windows:
        return Tuned(usual, ())
    trials = [t for age in HALF_LIVES for t in _try(windows, replace(usual, half_life=age), count)]
    leading = max(trials, key=_recall).settings
    for regularisation in () if neighbours else REGULARISATIONS:
        if regularisation != usual.regularisation:
            trials += _try(windows, replace(leading, regularisation=regularisation), count)
    return Tuned(max(trials, key=_recall).settings, tuple(trials))


def _window(lines: Purchases, end: int, horizon: int) -> _Window | None:
    """None where too few customers bought anything new in it."""
    known = pairs_of(lines, end - horizon)
    new = newly_bought(known, lines.between(end - horizon, end))
    # Of who had bought nothing before, nothing could be known.
    asked = (np.diff(new.indptr) > 0) & (np.diff(known.of_customer) > 0)
    return _Window(known, new, np.flatnonzero(asked)) if asked.sum() >= _FEWEST else None


def newly_bought(known: Pairs, after: Purchases) -> sparse.csr_array:
    """Customers × items: the money spent in ``after`` on items that were never bought before."""
    kept = after.bought
    keys = pair_keys(kept.customer, kept.item, known.items)
    fresh = ~np.isin(keys, pair_keys(known.customer, known.item, known.items))
    places = kept.customer[fresh], kept.item[fresh]
    # Free things count as bought, too.
    spent = np.maximum(np.nan_to_num(kept.amount[fresh]), 1e-6)
    table = sparse.csr_array((spent, places), shape=(known.customers, known.items))
    table.sum_duplicates()
    return table


def top(
    model: CrossSell,
    customers: NDArray[np.integer],
    count: int,
    never: sparse.csr_array | None = None,
) -> Codes:
    """Items, best first, for some customers: customers × ``count``. ``never`` (all customers ×
    items) is not 0 where an item must not be named."""
    [chosen] = _tops(model, customers, count, [model.factor], never)
    return chosen


def _tops(
    model: CrossSell,
    customers: NDArray[np.integer],
    count: int,
    factors: list[NDArray[np.float32]],
    never: sparse.csr_array | None = None,
) -> list[Codes]:
    """The same with each of the factors of the items, upon one and the same scores."""
    tops = [np.empty((len(customers), count), np.int32) for _factor in factors]
    for part in _parts(model, len(customers)):
        whose = customers[part]
        scores = model.model.scores(whose)
        out = [table[whose] for table in (model.rows, never) if table is not None]
        for top, factor in zip(tops, factors, strict=True):
            top[part] = best(weighed(scores, factor, *out), count)[0]
    return tops


def _parts(model: CrossSell, customers: int) -> Iterator[slice]:
    step = max(_CELLS // max(len(model.factor), 1), 1)
    for start in range(0, customers, step):
        yield slice(start, start + step)


def _recall(trial: Trial) -> float:
    return trial.recall


def _try(windows: list[_Window], settings: Settings, count: int) -> list[Trial]:
    """One fit a window, and all trends upon it."""
    recalls = np.zeros(len(TRENDS))
    for window in windows:
        model = cross_sell.fit(window.known, replace(settings, trend=1.0))
        wanted = np.minimum(np.diff(window.new.indptr)[window.customers], count)
        factors = [model.factor ** np.float32(exponent) for exponent in TRENDS]
        for place, chosen in enumerate(_tops(model, window.customers, count, factors)):
            found = hits(window.new, window.customers, chosen).sum(axis=1)
            recalls[place] += float(np.mean(found / wanted)) / len(windows)
    return [
        Trial(replace(settings, trend=exponent), float(recall))
        for exponent, recall in zip(TRENDS, recalls, strict=True)
    ]


def hits(new: sparse.csr_array, customers: NDArray[np.integer], chosen: Codes) -> Mask:
    """Which of the chosen items (customers × count) were bought."""
    return money(new, customers, chosen) > 0


def money(new: sparse.csr_array, customers: NDArray[np.integer], chosen: Codes) -> Floats:
    """Money spent on each of the chosen items; 0 where it was not bought."""
    if not chosen.size:
        return np.zeros(chosen.shape)
    rows = np.repeat(customers, chosen.shape[1])
    spent = np.asarray(new[rows, np.maximum(chosen, 0).ravel()]).reshape(chosen.shape)
    return np.where(chosen == NOBODY, 0.0, spent)
