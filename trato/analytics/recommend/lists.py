"""The three ranked lists of a block of customers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend import reasons, repurchase
from trato.analytics.recommend.calibration import Calibration
from trato.analytics.recommend.cross_sell import CrossSell
from trato.analytics.recommend.data import Codes, Items, Mask, Pairs, Scores, pair_keys, rows_of
from trato.analytics.recommend.offers import (
    CROSS_SELL,
    REPURCHASE,
    UP_SELL,
    Offers,
    Ranked,
    joined,
    offers,
)
from trato.analytics.recommend.ranking import NOBODY, best, places
from trato.analytics.recommend.reasons import BOUGHT_AGAIN, BOUGHT_TOGETHER, DUE, MOVED_UP, POPULAR
from trato.analytics.recommend.reasons import KINDS as REASONS
from trato.analytics.recommend.repurchase import Rhythm
from trato.analytics.recommend.together import Together
from trato.analytics.recommend.upsell import UpSell

# Affinity of an item of which the customer's purchases say nothing.
_LITTLE = 1e-3


@dataclass(frozen=True)
class Models:
    """All that was fitted to ``found``; ``due`` is one probability a pair, within ``horizon`` days.

    ``recent`` bought the item lately, of ``recent_customers`` who bought anything. Without
    ``together`` nothing is said to be bought with what the customer has.
    """

    found: Pairs
    items: Items
    cross_sell: CrossSell
    up_sell: UpSell
    rhythm: Rhythm
    due: NDArray[np.float32]
    horizon: int
    together: Together | None
    recent: NDArray[np.int64]
    recent_customers: int


@dataclass(frozen=True)
class Calibrations:
    cross_sell: Calibration
    up_sell: Calibration


@dataclass(frozen=True)
class Block:
    """Customers ``first`` up to ``last`` (not included); ``never`` has their rows."""

    first: int
    last: int
    never: sparse.csr_array
    count: int


def lists(models: Models, worth: Calibrations, block: Block) -> Offers:
    """Offers of all kinds, sorted by customer, kind and rank."""
    chosen = slice(block.first, block.last)
    scores = models.cross_sell.scores(chosen, block.never)
    parts = [
        _cross_sell(models, worth.cross_sell, block, scores),
        _up_sell(models, worth.up_sell, block, scores),
        _due(models, block),
    ]
    made = joined(parts)
    return made.take(np.lexsort((made.rank, made.kind, made.customer)))


def _cross_sell(
    models: Models, worth: Calibration, block: Block, scores: Scores | sparse.csr_array
) -> Offers:
    item, score = best(scores, block.count)
    row, rank = np.nonzero(item != NOBODY)
    ranked = Ranked(row + block.first, rank, item[row, rank], score[row, rank])
    why = _together(models, ranked)
    return offers(CROSS_SELL, ranked, worth.probability(ranked.score), models.items, why)


def _together(models: Models, ranked: Ranked) -> reasons.Reasons:
    found = models.found
    pair, known = np.zeros(len(ranked.item), np.int64), np.zeros(len(ranked.item), bool)
    joint = np.zeros(len(ranked.item), np.int32)
    if models.together:
        pair, strength = models.together.strongest(ranked.customer, ranked.item)
        known = strength > 0
        joint = models.together.count(ranked.item, found.item[pair])
    because = np.where(known, found.item[pair], 0)
    kind = np.where(known, REASONS.index(BOUGHT_TOGETHER), REASONS.index(POPULAR))
    return reasons.reasons(
        kind.astype(np.int8),
        np.where(known, found.buyers[because], models.recent_customers),
        np.where(known, joint, models.recent[ranked.item]),
        because=np.where(known, because, -1),
        since=np.where(known, found.first[pair], -1),
    )


def _up_sell(
    models: Models, worth: Calibration, block: Block, scores: Scores | sparse.csr_array
) -> Offers:
    found = models.found
    moves = models.up_sell.candidates(found, models.items, block.first, block.last)
    row = moves.customer - block.first
    open_to = ~_holds(models.cross_sell.rows[block.first : block.last], row, moves.item)
    open_to &= ~_holds(block.never, row, moves.item)
    affinity = np.maximum(_at(scores, row, moves.item), _LITTLE)
    score = moves.rate * affinity
    kept, rank = _first(row, moves.item, score, open_to, block.count)
    likely = worth.probability(score[kept], -np.expm1(-moves.pace[kept] * models.horizon))
    # Of those like it, nobody moved up: no offer.
    some = likely != 0
    kept, rank, likely = kept[some], rank[some], likely[some]
    ranked = Ranked(moves.customer[kept], rank, moves.item[kept], score[kept])
    why = reasons.reasons(
        MOVED_UP,
        moves.buyers[kept],
        moves.moved[kept],
        because=found.item[moves.pair[kept]],
        since=found.first[moves.pair[kept]],
    )
    return offers(UP_SELL, ranked, likely, models.items, why)


def _due(models: Models, block: Block) -> Offers:
    found = models.found
    pairs = slice(int(found.of_customer[block.first]), int(found.of_customer[block.last]))
    item, row = found.item[pairs], found.customer[pairs] - block.first
    score = repurchase.score(found, models.due[pairs], pairs)
    open_to = models.items.active[item] & ~_holds(block.never, row, item)
    open_to &= repurchase.is_repeated(found, pairs)
    kept, rank = _first(row, item, score, open_to, block.count)
    pair = kept + pairs.start
    ranked = Ranked(found.customer[pair], rank, item[kept], score[kept])
    times = found.count[pair]
    again = times > 1
    why = reasons.reasons(
        np.where(again, REASONS.index(DUE), REASONS.index(BOUGHT_AGAIN)).astype(np.int8),
        np.where(again, times, found.buyers[item[kept]]),
        np.where(again, times, found.repeaters[item[kept]]),
        since=found.last[pair],
        rhythm_days=np.where(again, _own_gap(found, pair), models.rhythm.gap[pair]),
    )
    return offers(REPURCHASE, ranked, models.due[pair], models.items, why)


def _own_gap(found: Pairs, pair: NDArray[np.int64]) -> NDArray[np.floating]:
    """The mean of the customer's own gaps: what is said aloud is what was."""
    spans = found.last[pair] - found.first[pair]
    return np.asarray(spans / np.maximum(found.count[pair] - 1, 1))


def _first(
    row: NDArray[np.integer],
    item: Codes,
    score: NDArray[np.float32],
    open_to: Mask,
    count: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The entries of the best ``count`` a row among those allowed, and their places from 0."""
    allowed = np.flatnonzero(open_to)
    place, order = places(row[allowed], item[allowed], score[allowed])
    top = place < count
    return allowed[order[top]], place[top]


def _holds(table: sparse.csr_array, row: NDArray[np.integer], item: Codes) -> Mask:
    """Whether a table of the block's customers has an entry at each place."""
    if not table.nnz:
        return np.zeros(len(item), bool)
    width = table.shape[1]
    rows = rows_of(table)
    held = pair_keys(rows, table.indices, width)
    asked = pair_keys(row, item, width)
    at = np.minimum(np.searchsorted(held, asked), len(held) - 1)
    found: Mask = held[at] == asked
    return found


def _at(
    scores: Scores | sparse.csr_array, row: NDArray[np.integer], item: Codes
) -> NDArray[np.float32]:
    if not len(item):
        return np.empty(0, np.float32)
    return np.asarray(scores[row, item], np.float32).ravel()
