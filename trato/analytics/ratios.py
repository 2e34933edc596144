"""How many times as much: ratios of two means with intervals, a customer being one observation.

The interval is on the logarithm, by the delta method, with Student's t: what a customer does counts
once however many orders they have (clustering by customer). B. L. Welch (1947) gives the degrees of
freedom of two independent groups.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from trato.analytics.grouping import Floats

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Ratio:
    estimate: float
    low: float
    high: float
    n: int


def paired(after: Floats, before: Floats, level: float = LEVEL) -> Ratio | None:
    """Mean of ``after`` / mean of ``before``, both ``(n,)``, of the same customers.

    None with fewer than two customers or a mean that is not above nothing.
    """
    top, bottom = (
        float(after.mean()) if after.size else 0.0,
        float(before.mean()) if after.size else 0.0,
    )
    if after.size < 2 or top <= 0 or bottom <= 0:
        return None
    influence = after / top - before / bottom
    error = float(influence.std(ddof=1)) / np.sqrt(after.size)
    return of_logarithm(float(np.log(top / bottom)), error, after.size - 1, after.size, level)


def independent(one: Floats, other: Floats, level: float = LEVEL) -> Ratio | None:
    """Mean of ``one`` / mean of ``other``, of different customers."""
    return stratified(one, other, np.zeros(one.size), np.zeros(other.size), level)


def stratified(
    one: Floats, other: Floats, stratum: Floats, other_stratum: Floats, level: float = LEVEL
) -> Ratio | None:
    """The same within strata of like customers, weighted as by N. Mantel & W. Haenszel (1959).

    Strata with fewer than two of either are left out. None where nothing is left to compare.
    """
    top = bottom = 0.0
    parts: list[tuple[float, float, int]] = []
    n = 0
    for label in np.intersect1d(stratum, other_stratum):
        mine, theirs = one[stratum == label], other[other_stratum == label]
        if mine.size < 2 or theirs.size < 2:
            continue
        weight = mine.size * theirs.size / (mine.size + theirs.size)
        top += weight * float(mine.mean())
        bottom += weight * float(theirs.mean())
        parts.append((weight**2 * float(mine.var(ddof=1)) / mine.size, 0.0, mine.size))
        parts.append((0.0, weight**2 * float(theirs.var(ddof=1)) / theirs.size, theirs.size))
        n += mine.size + theirs.size
    if top <= 0 or bottom <= 0:
        return None
    shares = [(up / top**2 + down / bottom**2, size) for up, down, size in parts]
    variance = sum(share for share, _ in shares)
    below = sum(share**2 / (size - 1) for share, size in shares)
    degrees = variance**2 / below if below else 1.0
    return of_logarithm(float(np.log(top / bottom)), float(np.sqrt(variance)), degrees, n, level)


def of_logarithm(
    estimate: float, error: float, degrees: float, n: int, level: float = LEVEL
) -> Ratio:
    reach = float(student.ppf(0.5 + level / 2, degrees)) * error
    return Ratio(
        float(np.exp(estimate)), float(np.exp(estimate - reach)), float(np.exp(estimate + reach)), n
    )
