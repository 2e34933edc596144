"""The integral of the Pareto/NBD: leaving at any time after t, purchases stopping there.

    S(x, t) = integral from t of (alpha+u)^-(r+x) s beta^s (beta+u)^-(s+1) du
    sigma(x, t) = S(x, t) (alpha+t)^(r+x),   between 0 and 1.

With rho = r+x, h = (beta/(beta+t))^s and z = (alpha-beta)/(alpha+t) integration by parts gives

    (rho + s) sigma(x) = s h + rho z sigma(x+1),

so that one quadrature a distinct time t is enough. Errors shrink downwards where rho |z| is below
rho + s and upwards elsewhere: each time has the x at which both begin. It replaces the
hypergeometric functions of Fader & Hardie (2005), "A note on deriving the Pareto/NBD model and
related expressions", brucehardie.com/notes/009; the derivatives in all parameters follow alike.
"""

from dataclasses import dataclass

import numpy as np

from trato.analytics.grouping import Floats, Integers

# Double exponential quadrature on (0, infinity) of what falls like exp(-q): Takahasi & Mori (1974).
_STEPS = np.linspace(-4.2, 4.2, 129)
_FAR = np.exp(_STEPS - np.exp(-_STEPS))
_FAR_WEIGHTS = _FAR * (1 + np.exp(-_STEPS)) * (_STEPS[1] - _STEPS[0])
BLOCK = 1024
_LEGENDRE, _LEGENDRE_WEIGHTS = np.polynomial.legendre.leggauss(48)


@dataclass(frozen=True, eq=False)
class Leaving:
    """sigma at chosen pairs of frequency and time.

    ``times`` are distinct, shape ``(times,)``; ``frequency`` and ``at`` (a position in ``times``)
    have shape ``(pairs,)`` and are sorted by frequency.
    """

    times: Floats
    frequency: Integers
    at: Integers

    def __call__(self, point: Floats) -> Floats:
        """sigma and its derivatives in r, alpha, s and beta: shape ``(5, pairs)``."""
        turn = _turn(self.times, point, int(self.frequency[-1]))
        blocks = (slice(i, i + BLOCK) for i in range(0, turn.size, BLOCK))
        begin = np.hstack([_quadrature(self.times[i], point, turn[i]) for i in blocks])
        # On the wrong side of its turn a row may overflow; nobody reads it there.
        with np.errstate(all="ignore"):
            return self._recurrence(point, turn, begin)

    def _recurrence(self, point: Floats, turn: Integers, begin: Floats) -> Floats:
        most = int(self.frequency[-1])
        terms = _Terms.of(self.times, point)
        found = np.empty((5, self.frequency.size))
        turns = set(turn.tolist())
        below = self.frequency <= turn[self.at]
        for upwards, chosen in ((False, np.flatnonzero(below)), (True, np.flatnonzero(~below))):
            if chosen.size:
                ends = np.searchsorted(self.frequency[chosen], np.arange(most + 2))
                row = begin
                for x in range(most + 1) if upwards else range(most, -1, -1):
                    row = terms.up(row, x - 1) if upwards else terms.down(row, x)
                    if x in turns:
                        row[:, turn == x] = begin[:, turn == x]
                    pairs = chosen[ends[x] : ends[x + 1]]
                    if pairs.size:
                        found[:, pairs] = row[:, self.at[pairs]]
        return found


@dataclass(frozen=True, eq=False)
class _Terms:
    """What the recurrence takes: ``z`` and ``s h`` with derivatives, shape ``(5, times)``."""

    r: float
    s: float
    z: Floats
    stay: Floats

    @classmethod
    def of(cls, times: Floats, point: Floats) -> "_Terms":
        r, alpha, s, beta = point
        z, stay = np.zeros((5, times.size)), np.zeros((5, times.size))
        z[0] = (alpha - beta) / (alpha + times)
        z[2] = (beta + times) / (alpha + times) ** 2
        z[4] = -1 / (alpha + times)
        since = np.log1p(times / beta)
        stay[0] = s * np.exp(-s * since)
        stay[3] = stay[0] * (1 / s - since)
        stay[4] = stay[0] * s * times / (beta * (beta + times))
        return cls(r, s, z, stay)

    def down(self, above: Floats, x: int) -> Floats:
        """sigma at ``x`` from sigma at x + 1."""
        rho = self.r + x
        row: Floats = self.stay + rho * (self.z[0] * above + self.z * above[0])
        row[0] -= rho * self.z[0] * above[0]
        row[1] += self.z[0] * above[0]
        row /= rho + self.s
        row[1] -= row[0] / (rho + self.s)
        row[3] -= row[0] / (rho + self.s)
        return row

    def up(self, below: Floats, x: int) -> Floats:
        """sigma at x + 1 from sigma at ``x``."""
        rho = self.r + x
        row = (rho + self.s) * below - self.stay
        row[1] += below[0]
        row[3] += below[0]
        value = row[0] / (rho * self.z[0])
        row -= rho * self.z * value
        row[1] -= self.z[0] * value
        row /= rho * self.z[0]
        row[0] = value
        return row


def _turn(times: Floats, point: Floats, most: int) -> Integers:
    """The x of every time below which errors die out downwards, and above it upwards."""
    r, alpha, s, beta = point
    excess = np.abs(alpha - beta) / (alpha + times) - 1
    with np.errstate(divide="ignore"):
        turn = np.where(excess > 0, s / excess - r, most)
    return np.clip(np.ceil(turn), 0, most).astype(np.int64)


def _quadrature(times: Floats, point: Floats, x: Integers) -> Floats:
    """sigma over y = (alpha+t)/(alpha+u), in (0, 1], for one x each time: shape ``(5, times)``.

    s (beta/(alpha+t))^s y^(rho+s-1) (1 - z y)^-(s+1) bends where z y = -1: the logarithm of y runs
    over both sides apart.
    """
    r, alpha, s, beta = point
    power = (r + x + s)[:, None]
    z = ((alpha - beta) / (alpha + times))[:, None]
    bend = np.log(np.maximum(1.0, -z))
    log_y = np.concatenate([-bend - _FAR / power, bend * (_LEGENDRE - 1) / 2], axis=1)
    weights = np.concatenate(
        [
            _FAR_WEIGHTS / power,
            bend / 2 * _LEGENDRE_WEIGHTS,
        ],
        axis=1,
    )
    # 1 - z y without cancellation where z and y are near 1.
    other = np.log((1 - z) - z * np.expm1(log_y))
    level = np.log(beta / (alpha + times))[:, None]
    size = s * weights * np.exp(power * log_y + s * (level - other) - other)
    row = np.empty((5, times.size))
    row[0] = size.sum(axis=1)
    row[1] = (size * log_y).sum(axis=1)
    by_z = (size * (s + 1) * np.exp(log_y - other)).sum(axis=1)
    row[2] = by_z * (beta + times) / (alpha + times) ** 2 - s / (alpha + times) * row[0]
    row[3] = (size * (1 / s + level + log_y - other)).sum(axis=1)
    row[4] = s / beta * row[0] - by_z / (alpha + times)
    return row
