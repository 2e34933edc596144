"""Fitting models in which customers leave, and seeing when nothing in the data says that they do.

Real data often show nobody leaving (Online Retail over 240 days): the likelihood then rises without
end while the chance to leave goes to 0, and formulas at the edge give nonsense. Where that chance
is as good as 0, or the likelihood gains nothing by it, the NBD is fitted instead.
"""

from collections.abc import Callable

import numpy as np

from trato.analytics.counting import Estimate, Limit
from trato.analytics.grouping import Floats, Histories
from trato.analytics.maximum import Slopes, maximise
from trato.analytics.nbd import estimate_nbd

type Objective = Callable[[Floats], Slopes]

# A fit begins where the fit to about this many distinct histories ended, and that one where nobody
# leaves; customers who do not differ there have parameters too large to begin with.
SAMPLE = 16_384
FAR = 100.0
NO_CHANCE = 1e-6
NO_GAIN = 1e-3


def estimate(
    data: Histories,
    likelihood: Callable[[Histories], Objective],
    chance: Callable[[Floats], float],
    *,
    simple: Callable[[Histories], Estimate] = estimate_nbd,
    exact: bool = True,
) -> Estimate:
    """The maximum of a likelihood of four parameters, the last two of which are about leaving.

    ``chance`` tells from the parameters how likely a customer is to leave: at one purchase or,
    where leaving takes no purchase, within the mean age. ``simple`` fits the model of the first two
    parameters, without leaving; ``exact`` is about the Hessian.
    """
    other = simple(data)
    if other.limit is Limit.NOBODY_RETURNS:
        return _without_leaving(other)
    start = np.array([*other.point * min(1, FAR / other.point.max()), 1.0, 1.0])
    if data.weights.size > 2 * SAMPLE:
        start = maximise(likelihood(data.sample(SAMPLE)), start, exact=exact).point
    found = maximise(likelihood(data), start, exact=exact)
    gain = found.value - other.value
    # The other model is a limit of this one: to gain less than nothing is not to have arrived.
    if chance(found.point) < NO_CHANCE or gain < NO_GAIN:
        return _without_leaving(other)
    limit = Limit.EDGE if found.bounded else None
    return Estimate(found.point, found.value, found.covariance, limit)


def _without_leaving(simple: Estimate) -> Estimate:
    covariance = np.full((4, 4), np.inf)
    covariance[:2, :2] = simple.covariance
    point = np.array([*simple.point, 0.0, np.inf])
    return Estimate(point, simple.value, covariance, simple.limit or Limit.NOBODY_LEAVES)
