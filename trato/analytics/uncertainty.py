"""How sure a sum over customers is: the errors of single customers even out, that of the parameters
is the same for all and does not.

The first part is the sum of the customers' variances, the second is found by the delta method:
slopes of the sum along the logarithms of the parameters, and these parameters' covariance.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from trato.analytics.grouping import Floats

# The variance of a parameter's logarithm beyond which the data do not really bound it.
LOOSEST = 4.0
# The step, in logarithms, that measures a slope.
DIFFERENCE = 1e-4


def bounded(point: Floats, covariance: Floats) -> NDArray[np.intp]:
    """Places of the parameters that the data bound; shapes ``(k,)`` and ``(k, k)``."""
    if not covariance.size:
        return np.empty(0, np.intp)
    return np.flatnonzero((np.diag(covariance) < LOOSEST) & (point > 0) & np.isfinite(point))


def relative_error(point: Floats, covariance: Floats, figure: Callable[[Floats], float]) -> float:
    """Standard error of ``figure`` of the parameters, as a share of it; 0 where that is 0.

    ``covariance`` is that of the parameters' logarithms. What is not bounded is taken as known.
    """
    known, middle = bounded(point, covariance), figure(point)
    if not known.size or not middle:
        return 0.0
    slopes = np.empty(known.size)
    for row, place in enumerate(known):
        step = np.zeros(point.size)
        step[place] = DIFFERENCE
        # An infinite parameter stays what it is.
        up, down = (figure(point * np.exp(way * step)) for way in (1, -1))
        slopes[row] = (up - down) / (2 * DIFFERENCE * middle)
    return math.sqrt(max(float(slopes @ covariance[np.ix_(known, known)] @ slopes), 0.0))


def sum_interval(total: float, variance: float, level: float = 0.9) -> tuple[float, float]:
    """Where a sum with this mean and variance falls in so many cases out of 1.

    By the gamma law with these two moments, which is never below 0, skewed for a few customers and
    normal for many; by the normal law where the mean is not above 0. Raises ``ValueError`` for a
    level that is none.
    """
    low, high = ends(level)
    if variance <= 0:
        return total, total
    if total <= 0:
        spread = math.sqrt(variance)
        return total + float(ndtri(low)) * spread, total + float(ndtri(high)) * spread
    shape, scale = total**2 / variance, variance / total
    at: Any = gammaincinv(shape, [low, high]) * scale
    return float(at[0]), float(at[1])


def ends(level: float) -> tuple[float, float]:
    """The two chances that leave so much between them."""
    if not 0 < level < 1:
        raise ValueError(f"level {level} is not between 0 and 1")
    return (1 - level) / 2, (1 + level) / 2
