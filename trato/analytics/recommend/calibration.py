"""From scores to probabilities: isotonic regression on validation weeks.

Zadrozny and Elkan, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates",
KDD 2002; pool adjacent violators of Ayer et al., 1955, on at most 500 quantiles of the scores.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trato.analytics.recommend.data import Floats, Mask

_BINS = 500
# With fewer hits the overall rate says as much.
_FEWEST = 30
# Hits that speak for what was expected beforehand.
_PRIOR = 10.0


@dataclass(frozen=True)
class Calibration:
    """Probability rises with the score along ``scores`` → ``probabilities`` (linear between).

    ``offers`` and ``hits`` of the validation weeks it was made of. ``method`` is "isotonic", or
    "rate" where hits were too few and every score gets the same probability, or "none" where there
    was nothing to learn from: probabilities are then NaN, for unknown. With "expected", what was
    expected of each offer beforehand, times ``factor``, stands in for the last two.
    """

    scores: Floats
    probabilities: Floats
    offers: int
    hits: int
    method: str
    factor: float = 1.0

    def probability(
        self, score: NDArray[np.floating], expected: NDArray[np.floating] | None = None
    ) -> NDArray[np.float32]:
        if self.method == "expected" and expected is not None:
            return np.asarray(np.minimum(expected * self.factor, 1), np.float32)
        return np.asarray(np.interp(score, self.scores, self.probabilities), np.float32)


def fit(
    score: NDArray[np.floating], hit: Mask, expected: NDArray[np.floating] | None = None
) -> Calibration:
    """Fit to offers that were scored before, and whether they were bought in the weeks after.

    Where hits are few, those ``expected`` are set right as a whole: hits are Poisson, the factor
    a gamma of mean 1 beforehand.
    """
    offers, hits = len(score), int(hit.sum())
    if expected is not None and min(hits, offers - hits) < _FEWEST:
        factor = (hits + _PRIOR) / (float(expected.sum()) + _PRIOR)
        return Calibration(np.zeros(1), np.full(1, np.nan), offers, hits, "expected", factor)
    if not offers:
        return Calibration(np.zeros(1), np.full(1, np.nan), 0, 0, "none")
    if min(hits, offers - hits) < _FEWEST:
        return Calibration(np.zeros(1), np.full(1, hits / offers), offers, hits, "rate")
    order = np.argsort(score, kind="stable")
    size = [len(part) for part in np.array_split(order, min(_BINS, offers))]
    start = np.append(0, np.cumsum(size)[:-1])
    middle = np.add.reduceat(score[order].astype(np.float64), start) / size
    rate = np.add.reduceat(hit[order].astype(np.float64), start) / size
    return Calibration(middle, isotonic(rate, np.array(size, float)), offers, hits, "isotonic")


def isotonic(values: Floats, weights: Floats) -> Floats:
    """The nearest never falling sequence, in weighted least squares."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        total, mass, length = value * weight, weight, 1
        while pools and pools[-1][0] * mass >= total * pools[-1][1]:
            below = pools.pop()
            total, mass, length = total + below[0], mass + below[1], length + below[2]
        pools.append((total, mass, length))
    return np.repeat([total / mass for total, mass, _length in pools], [pool[2] for pool in pools])
