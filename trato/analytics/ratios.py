"""How many times as much: ratios of two means with intervals, a customer being one observation.

The interval is on the logarithm, by the delta method, with Student's t: what a customer does counts
once however many orders they have (clustering by customer). B. L. Welch (1947) gives the degrees of
freedom of two independent groups.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from trato.analytics.grouping import Floats

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Ratio:
    estimate: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What a ratio of paired numbers needs of them, added up over ``n`` customers."""

    n: int
    after: float
    before: float
    after_squared: float
    before_squared: float
    product: float


def paired(after: Floats, before: Floats, level: float = LEVEL) -> Ratio | None:
    """Mean of ``after`` / mean of ``before``, both ``(n,)``, of the same customers.

    None with fewer than two customers or a mean that is not above nothing.
    """
    sums = (after.sum(), before.sum(), after @ after, before @ before, after @ before)
    return paired_sums(Sums(after.size, *map(float, sums)), level)


def paired_sums(sums: Sums, level: float = LEVEL) -> Ratio | None:
    """The same from sums."""
    if sums.n < 2 or sums.after <= 0 or sums.before <= 0:
        return None
    top, bottom = sums.after / sums.n, sums.before / sums.n
    squares = sums.after_squared / top**2 + sums.before_squared / bottom**2
    variance = max(0.0, squares - 2 * sums.product / (top * bottom)) / (sums.n - 1)
    error = float(np.sqrt(variance / sums.n))
    return of_logarithm(float(np.log(top / bottom)), error, sums.n - 1, sums.n, level)


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
    reach = float(stdtrit(degrees, 0.5 + level / 2)) * error
    return Ratio(
        float(np.exp(estimate)), float(np.exp(estimate - reach)), float(np.exp(estimate + reach)), n
    )
