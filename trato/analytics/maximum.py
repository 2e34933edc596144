"""The maximum of a smooth function of positive parameters, by Newton's method kept in check.

The search runs over the logarithms of the parameters. Far from the maximum, where the Hessian is
not negative definite, its eigenvalues are taken by their size (a "saddle-free" step), and a step
that does not improve is shortened: Nocedal & Wright, *Numerical Optimization* (2006), chapters 3
and 4.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trato.analytics.grouping import Floats

# Beyond exp(16), some nine million, a parameter is as good as infinite.
BOUND = 16.0
ENOUGH = 1e-10
MOST_STEPS = 200

type Slopes = tuple[float, Floats, Floats]


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the maximum is. ``covariance`` is that of the logarithms, shape ``(k, k)``."""

    point: Floats
    value: float
    covariance: Floats
    evaluations: int

    @property
    def bounded(self) -> bool:
        """Whether a parameter ran to the edge, where it stands for 0 or for infinity."""
        return bool((np.abs(np.log(self.point)) >= BOUND - 1e-6).any())


def maximise(slopes: Callable[[Floats], Slopes], start: Sequence[float] | Floats) -> Maximum:
    """Maximise from ``start``, shape ``(k,)``, all above 0.

    ``slopes`` gives value, gradient ``(k,)`` and Hessian ``(k, k)`` at a point. Raises
    ``ValueError`` when it is not finite at the start.
    """
    search = _Search(slopes, np.log(np.asarray(start, np.float64)))
    if not np.isfinite(search.value):
        raise ValueError(f"the likelihood has no value at the start {tuple(start)}")
    while search.evaluations < MOST_STEPS and search.step():
        pass
    return Maximum(np.exp(search.at), search.value, _inverse(-search.hessian), search.evaluations)


class _Search:
    def __init__(self, slopes: Callable[[Floats], Slopes], at: Floats) -> None:
        self._slopes = slopes
        self.evaluations = 0
        self._radius = 1.0
        self.at = np.clip(at, -BOUND, BOUND)
        self.value, self.gradient, self.hessian = self._evaluate(self.at)

    def _evaluate(self, at: Floats) -> Slopes:
        self.evaluations += 1
        point = np.exp(at)
        with np.errstate(all="ignore"):
            value, gradient, hessian = self._slopes(point)
        gradient = gradient * point
        hessian = hessian * np.outer(point, point) + np.diag(gradient)
        if not (np.isfinite(gradient).all() and np.isfinite(hessian).all()):
            value = -np.inf
        return value, gradient, hessian

    def step(self) -> bool:
        """One step uphill; False when the top is reached."""
        curvature, axes = np.linalg.eigh(-self.hessian)
        slope = axes.T @ self._free(self.gradient)
        size = np.maximum(np.abs(curvature), 1e-10 * np.abs(curvature).max() + 1e-300)
        if slope @ (slope / size) < ENOUGH:
            return False
        way = axes @ (slope / size)
        longest = np.abs(way).max()
        way *= min(1.0, self._radius / longest)
        length = 1.0
        while length > 1e-6:
            at = np.clip(self.at + length * way, -BOUND, BOUND)
            found = self._evaluate(at)
            if found[0] >= self.value - 1e-13 * abs(self.value):
                moved = np.abs(at - self.at).max() > 1e-12
                self.at, (self.value, self.gradient, self.hessian) = at, found
                self._radius = min(4.0, 2 * self._radius) if length == 1 else self._radius / 2
                return bool(moved)
            length *= 0.35
        return False

    def _free(self, gradient: Floats) -> Floats:
        """The gradient without what points out of bounds."""
        outwards = (np.abs(self.at) >= BOUND) & (np.sign(gradient) == np.sign(self.at))
        return np.where(outwards, 0.0, gradient)


def _inverse(information: Floats) -> Floats:
    """The covariance; infinite variances where the data say nothing of a parameter."""
    lowest = float(np.linalg.eigvalsh(information)[0])
    if lowest <= 1e-12 * max(1.0, float(np.abs(information).max())):
        return np.full(information.shape, np.inf)
    return np.linalg.inv(information)
