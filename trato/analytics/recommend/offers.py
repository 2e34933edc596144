"""Offers as columns: to whom, of which kind, what, how likely, worth how much, and why."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trato.analytics.recommend import reasons
from trato.analytics.recommend.data import Codes, Items
from trato.analytics.recommend.reasons import Reasons

CROSS_SELL, UP_SELL, REPURCHASE = "cross_sell", "up_sell", "repurchase"
KINDS = (CROSS_SELL, UP_SELL, REPURCHASE)
# What the expected value is the probability times of.
BASES = ("margin", "price", "unknown")


@dataclass(frozen=True)
class Offers:
    """Columns of one length, sorted by customer, kind and rank.

    ``kind`` indexes ``KINDS``; ``rank`` counts from 1; ``score`` orders within a kind only;
    ``probability`` is that of buying within the horizon (NaN: nothing to calibrate on);
    ``expected_value`` is probability × margin of one piece, or × price where the margin is unknown
    (``basis`` indexes ``BASES`` and says so).
    """

    customer: Codes
    kind: NDArray[np.int8]
    rank: NDArray[np.int8]
    item: Codes
    score: NDArray[np.float32]
    probability: NDArray[np.float32]
    expected_value: NDArray[np.float32]
    basis: NDArray[np.int8]
    reasons: Reasons

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, at: NDArray[np.integer]) -> "Offers":
        """Some of the offers, in the order asked for."""
        columns: dict[str, Any] = {name: getattr(self, name)[at] for name in _COLUMNS}
        return replace(self, **columns, reasons=self.reasons.take(at))

    def of(self, customer: int, kind: str) -> "Offers":
        """One customer's list of one kind."""
        chosen = (self.customer == customer) & (self.kind == KINDS.index(kind))
        return self.take(np.flatnonzero(chosen))


_COLUMNS = tuple(field.name for field in fields(Offers) if field.name != "reasons")


@dataclass(frozen=True)
class Ranked:
    """Offers of one kind before they are valued; ``rank`` counts from 0."""

    customer: NDArray[np.integer]
    rank: NDArray[np.integer]
    item: Codes
    score: NDArray[np.float32]


def offers(
    kind: str, ranked: Ranked, probability: NDArray[np.float32], items: Items, why: Reasons
) -> Offers:
    """Columns of one kind, valued by margin or, where it is unknown, by price."""
    margin, price = items.margin[ranked.item], items.price[ranked.item]
    basis = np.where(~np.isnan(margin), 0, np.where(~np.isnan(price), 1, 2))
    return Offers(
        customer=ranked.customer.astype(np.int32),
        kind=np.full(len(ranked.item), KINDS.index(kind), np.int8),
        rank=(ranked.rank + 1).astype(np.int8),
        item=ranked.item,
        score=ranked.score,
        probability=probability,
        expected_value=(probability * np.where(basis == 0, margin, price)).astype(np.float32),
        basis=basis.astype(np.int8),
        reasons=why,
    )


def joined(parts: list[Offers]) -> Offers:
    """One after the other; at least one part."""
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS
    }
    why = reasons.joined([part.reasons for part in parts])
    return replace(parts[0], **columns, reasons=why)
