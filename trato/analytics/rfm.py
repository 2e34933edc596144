"""Recency, frequency and money: three scores from 1 to 5, and a name for each combination.

A score is one more than the number of cut points that the customer is beyond. Cut points are
values, not ranks, so customers with equal figures have equal scores; where very many are equal
(most bought once), some scores stay empty, and that is the truth about them.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trato.analytics import calendar, columns

type Column = NDArray[Any]

FIFTHS = (0.2, 0.4, 0.6, 0.8)


class Group(StrEnum):
    CHAMPIONS = "champions"
    LOYAL = "loyal"
    POTENTIAL_LOYAL = "potential_loyal"
    NEW = "new"
    PROMISING = "promising"
    NEED_ATTENTION = "need_attention"
    ABOUT_TO_SLEEP = "about_to_sleep"
    AT_RISK = "at_risk"
    CANNOT_LOSE = "cannot_lose"
    HIBERNATING = "hibernating"
    LOST = "lost"


# By recency (rows, 1 first) and the mean of frequency and money, halves rounded up (columns).
_G = Group
GROUPS = (
    (_G.LOST, _G.LOST, _G.HIBERNATING, _G.CANNOT_LOSE, _G.CANNOT_LOSE),
    (_G.HIBERNATING, _G.ABOUT_TO_SLEEP, _G.AT_RISK, _G.AT_RISK, _G.CANNOT_LOSE),
    (_G.PROMISING, _G.ABOUT_TO_SLEEP, _G.NEED_ATTENTION, _G.LOYAL, _G.LOYAL),
    (_G.PROMISING, _G.POTENTIAL_LOYAL, _G.POTENTIAL_LOYAL, _G.LOYAL, _G.CHAMPIONS),
    (_G.NEW, _G.POTENTIAL_LOYAL, _G.POTENTIAL_LOYAL, _G.CHAMPIONS, _G.CHAMPIONS),
)


@dataclass(frozen=True, slots=True)
class Cuts:
    """Four ascending cut points each: days since the last purchase (the fewer, the higher the
    score: up to the first is 5), purchases and money (above the last is 5)."""

    days: tuple[float, ...]
    purchases: tuple[float, ...]
    amount: tuple[float, ...]


# The same from year to year, so that scores of two years can be compared.
FIXED = Cuts(days=(30, 90, 180, 365), purchases=(1, 2, 4, 9), amount=(50, 150, 500, 1500))


def fifths(table: pa.Table, as_of: date) -> Cuts:
    """Cut points that put about a fifth of the customers in each score (`purchases.TABLE`)."""
    if not table.num_rows:
        return FIXED
    since = _since(table, as_of)
    return Cuts(
        *(
            tuple(float(cut) for cut in np.quantile(values, FIFTHS))
            for values in (since, _numbers(table, columns.PURCHASES), _money(table))
        )
    )


def score(table: pa.Table, as_of: date, cuts: Cuts | None = None) -> pa.Table:
    """customer, recency_score, frequency_score, monetary_score, rfm_group; ``cuts`` None: `fifths`.

    Money is all that the customer paid, returns taken off.
    """
    cuts = cuts or fifths(table, as_of)
    recency = 5 - np.searchsorted(cuts.days, _since(table, as_of))
    frequency = 1 + np.searchsorted(cuts.purchases, _numbers(table, columns.PURCHASES))
    money = 1 + np.searchsorted(cuts.amount, _money(table))
    value = (frequency + money + 1) // 2
    return pa.table(
        {
            columns.CUSTOMER: table[columns.CUSTOMER],
            "recency_score": recency.astype(np.int8),
            "frequency_score": frequency.astype(np.int8),
            "monetary_score": money.astype(np.int8),
            "rfm_group": _names((recency - 1) * 5 + value - 1),
        }
    )


def _since(table: pa.Table, as_of: date) -> Column:
    return calendar.number(as_of) - _numbers(table, columns.LAST_DAY)


def _money(table: pa.Table) -> Column:
    """To the cent: sums of equal payments are equal, in whatever order they were added."""
    return np.round(_numbers(table, columns.AMOUNT), 2)


def _numbers(table: pa.Table, name: str) -> Column:
    return np.asarray(table[name].to_numpy())


def _names(place: Column) -> pa.DictionaryArray:
    words = [str(group) for group in Group]
    codes = np.array([words.index(group) for row in GROUPS for group in row], dtype=np.int8)
    return pa.DictionaryArray.from_arrays(pa.array(codes[place]), pa.array(words))
