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
# From so flat a place the whole way to the edge would gain next to nothing.
FLAT = 1e-6
MOST_STEPS = 150
# A step in logarithms that is near enough to the maximum, and one that measures a slope.
NEAR = 0.1
PATIENCE = 24
DIFFERENCE = 1e-5

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
        """Whether a parameter ran, or was on its way, to the edge: it stands for 0 or infinity.

        On its way it stops where the slope is flat: then its error is wider than all that is
        searched.
        """
        edge = (np.abs(np.log(self.point)) >= BOUND - 0.01).any()
        vague = (np.diag(self.covariance) > BOUND**2).any()
        return bool(edge or vague) or self.evaluations >= MOST_STEPS


def maximise(
    slopes: Callable[[Floats], Slopes], start: Sequence[float] | Floats, *, exact: bool = True
) -> Maximum:
    """Maximise from ``start``, shape ``(k,)``, all above 0.

    ``slopes`` gives value, gradient ``(k,)`` and Hessian ``(k, k)`` at a point. Where the Hessian
    is not ``exact`` it serves to come near; there it is measured by differences of the gradient.
    Raises ``ValueError`` when the value is not finite at the start.
    """
    at = np.log(np.asarray(start, np.float64))
    search = _Search(slopes, at) if exact else _NearSearch(slopes, at)
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
        if slope @ (slope / size) < ENOUGH or np.abs(slope).max() < FLAT:
            return False
        # Each way by itself: along a ridge that is all but flat a step would be so long that,
        # shortened as a whole, nothing was left of the others.
        return self._walk(axes @ np.clip(slope / size, -self._radius, self._radius))

    def _walk(self, way: Floats) -> bool:
        length = 1.0
        while length > 1e-6:
            at = np.clip(self.at + length * way, -BOUND, BOUND)
            found = self._evaluate(at)
            if found[0] >= self.value - 1e-13 * abs(self.value):
                moved = np.abs(at - self.at).max() > 1e-12
                self._accept(at, found)
                self._radius = min(4.0, 2 * self._radius) if length == 1 else self._radius / 2
                return bool(moved)
            length *= 0.35
        return False

    def _accept(self, at: Floats, found: Slopes) -> None:
        self.at, (self.value, self.gradient, self.hessian) = at, found

    def _free(self, gradient: Floats) -> Floats:
        """The gradient without what points out of bounds."""
        outwards = (np.abs(self.at) >= BOUND) & (np.sign(gradient) == np.sign(self.at))
        return np.where(outwards, 0.0, gradient)


class _NearSearch(_Search):
    """Measures the Hessian once it is near, and from there keeps it up by the steps (BFGS).

    Where it has not come near in good time it measures the Hessian at every step.
    """

    _measured = False

    def _walk(self, way: Floats) -> bool:
        if self._measured or not (np.abs(way).max() < NEAR or self._late):
            return super()._walk(way)
        self._measure()
        return True

    @property
    def _late(self) -> bool:
        return self.evaluations > PATIENCE

    def _measure(self) -> None:
        self._measured = True
        steps = DIFFERENCE * np.eye(self.at.size)
        rows = [self._evaluate(self.at + step)[1] - self.gradient for step in steps]
        self.hessian = (np.array(rows) + np.array(rows).T) / (2 * DIFFERENCE)

    def _accept(self, at: Floats, found: Slopes) -> None:
        step, change = at - self.at, found[1] - self.gradient
        hessian = self.hessian
        super()._accept(at, found)
        if self._measured and self._late:
            self._measure()
        elif self._measured:
            self.hessian = hessian
            if step @ change < 0:
                pull = hessian @ step
                self.hessian = hessian - np.outer(pull, pull) / (step @ pull)
                self.hessian += np.outer(change, change) / (step @ change)


def _inverse(information: Floats) -> Floats:
    """The covariance; infinite variances where the data say nothing of a parameter."""
    lowest = float(np.linalg.eigvalsh(information)[0])
    if lowest <= 1e-12 * max(1.0, float(np.abs(information).max())):
        return np.full(information.shape, np.inf)
    return np.linalg.inv(information)
