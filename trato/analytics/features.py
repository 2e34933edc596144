"""What customers are told apart by: how they buy, in numbers that can be compared.

* ``rhythm``: logarithm of the days between purchases. With few purchases it is drawn to the
  company's own: (days from first to last + usual gap) / (repeat purchases + 1).
* ``money``: logarithm of the mean purchase.
* ``regularity``: from 0.5 (pure chance) to 1 (a clock), drawn to the company's mean with few gaps.
* ``share:<category>`` and ``channel:<channel>``: where the money goes and how it comes, as centred
  log-ratios. Shares add up to one, so that plain differences of them mislead (J. Aitchison, *The
  Statistical Analysis of Compositional Data*, 1986); what was never bought has no logarithm, so
  every share is first drawn to the company's by the weight of one purchase (a Bayesian replacement
  of zeros: J. A. Martin-Fernandez and others, 2015).
* ``discount``: the share of list prices taken off, where known.

When a customer last bought is left out on purpose: that is the journey's matter, and groups would
fill and empty with time instead of saying who is alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trato.analytics import columns
from trato.analytics.grouping import Column, Floats, Integers

RHYTHM, MONEY, DISCOUNT = "rhythm", "money", "discount"
SHARE, CHANNEL, OTHER = "share:", "channel:", "other"
MOST_CATEGORIES = 12
# A block of shares counts as so many single features, however many categories there are.
SHARES_COUNT, CHANNELS_COUNT = 3.0, 1.0
# A category that only ever lost money still needs a logarithm.
LEAST = 1e-9

type Matrix = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Features:
    """``customers`` has shape ``(n,)``; ``values``, in natural units, ``(n, features)``.

    ``weights``, shape ``(features,)``, says how much a standard deviation of each feature counts;
    ``purchases``, shape ``(n,)``, on how much the row of a customer stands.
    """

    customers: Integers
    names: tuple[str, ...]
    values: Matrix
    weights: Floats
    purchases: Integers

    def __post_init__(self) -> None:
        if self.purchases.shape != self.customers.shape:
            raise ValueError(f"purchases have shape {self.purchases.shape}")
        if self.values.shape != (self.customers.size, len(self.names)):
            raise ValueError(f"values have shape {self.values.shape}")
        if self.weights.shape != (len(self.names),):
            raise ValueError(f"weights have shape {self.weights.shape}")


def measure(
    statistics: pa.Table, *, spending: pa.Table | None = None, channels: Sequence[str] = ()
) -> Features:
    """Features of everybody who bought.

    ``statistics``: a row a customer, sorted by customer (`trato.analytics.purchases`), with a
    column ``discount`` (0 to 1, NaN unknown) where known. ``spending``: customer, category (a
    name), amount. ``channels``: the names of the codes in ``usual_channel``. Raises ``ValueError``
    for a table without customers.
    """
    customers = np.asarray(statistics[columns.CUSTOMER].to_numpy(), np.int64)
    if not customers.size:
        raise ValueError("nobody bought: there is nothing to tell customers apart by")
    parts = [_habits(statistics)]
    if DISCOUNT in statistics.column_names:
        parts.append(_discount(_floats(statistics, DISCOUNT)))
    if spending is not None and spending.num_rows:
        parts.append(_shares(customers, _floats(statistics, columns.PURCHASES), spending))
    if len(channels) > 1:
        parts.append(_channels(statistics, channels))
    names, values, weights = zip(*(part for part in parts if part[0]), strict=True)
    return Features(
        customers=customers,
        names=tuple(name for part in names for name in part),
        values=np.hstack(values),
        weights=np.concatenate(weights),
        purchases=np.asarray(statistics[columns.PURCHASES].to_numpy(), np.int64),
    )


type _Part = tuple[tuple[str, ...], Matrix, Floats]


def _habits(statistics: pa.Table) -> _Part:
    purchases = _floats(statistics, columns.PURCHASES)
    frequency = _floats(statistics, columns.FREQUENCY)
    recency = _floats(statistics, columns.RECENCY)
    again = frequency > 0
    gaps = recency[again] / frequency[again]
    gap = max(1.0, float(np.median(gaps))) if gaps.size else 1.0
    rhythm = np.log((recency + gap) / (frequency + 1))
    amount = _floats(statistics, columns.AMOUNT) / purchases
    sold = amount > 0
    least = float(amount[sold].min()) if sold.any() else 1.0
    money = np.log(np.maximum(amount, least))
    regularity = _floats(statistics, columns.REGULARITY)
    known = np.isfinite(regularity)
    usual = float(regularity[known].mean()) if known.any() else 0.5
    gaps = np.where(known, frequency, 0)
    drawn = (np.where(known, regularity, 0) * gaps + usual * 3) / (gaps + 3)
    values = np.stack([rhythm, money, drawn], axis=1).astype(np.float32)
    return (RHYTHM, MONEY, columns.REGULARITY), values, np.ones(3)


def _discount(share: Floats) -> _Part:
    known = np.isfinite(share)
    if not known.any():
        return (), np.empty((share.size, 0), np.float32), np.empty(0)
    filled = np.where(known, share, share[known].mean())
    return (DISCOUNT,), filled[:, None].astype(np.float32), np.ones(1)


def _shares(customers: Integers, purchases: Floats, spending: pa.Table) -> _Part:
    """Log-ratios of the money spent on the greatest categories and on all others."""
    encoded = spending["category"].combine_chunks().dictionary_encode()
    code = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64)
    amount = np.maximum(_floats(spending, columns.AMOUNT), 0)
    names = [str(name) for name in encoded.dictionary.to_pylist()]
    totals = np.bincount(code, amount, len(names))
    greatest = np.argsort(-totals, kind="stable")[:MOST_CATEGORIES]
    column_of = np.full(len(names), greatest.size)
    column_of[greatest] = np.arange(greatest.size)
    width = greatest.size + (len(names) > greatest.size)
    who = np.searchsorted(customers, np.asarray(spending[columns.CUSTOMER].to_numpy(), np.int64))
    known = who < customers.size
    cell = who[known] * width + column_of[code[known]]
    spent = np.bincount(cell, amount[known], customers.size * width).reshape(-1, width)
    kept = [names[at] for at in greatest] + [OTHER] * (width - greatest.size)
    if width < 2:
        return (), np.empty((customers.size, 0), np.float32), np.empty(0)
    return _log_ratios(spent, purchases, tuple(SHARE + name for name in kept), SHARES_COUNT)


def _channels(statistics: pa.Table, channels: Sequence[str]) -> _Part:
    """The usual channel with its share; what is left is spread over the others."""
    usual = np.asarray(statistics["usual_channel"].to_numpy(), np.int64)
    share = np.nan_to_num(_floats(statistics, "channel_share"))
    width = len(channels)
    spread = np.repeat(((1 - share) / (width - 1))[:, None], width, axis=1)
    known = usual >= 0
    spread[np.flatnonzero(known), usual[known]] = share[known]
    spread[~known] = 0
    purchases = _floats(statistics, columns.PURCHASES)
    names = tuple(CHANNEL + name for name in channels)
    return _log_ratios(spread * purchases[:, None], purchases, names, CHANNELS_COUNT)


def _log_ratios(parts: Floats, purchases: Floats, names: tuple[str, ...], count: float) -> _Part:
    """Centred log-ratios of amounts, shape ``(n, names)``, drawn to the company's shares."""
    company = parts.sum(axis=0) + LEAST
    company /= company.sum()
    total = parts.sum(axis=1)
    weight = np.where(total > 0, total / purchases, 1.0)
    shares = parts + weight[:, None] * company
    logs = np.log(shares / shares.sum(axis=1, keepdims=True))
    logs -= logs.mean(axis=1, keepdims=True)
    return names, logs.astype(np.float32), np.full(len(names), np.sqrt(count / len(names)))


def _floats(table: pa.Table, name: str) -> Floats:
    column: Column = table[name].to_numpy()
    return np.asarray(column, np.float64)
