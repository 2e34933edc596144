"""The quadratures beside forty digits."""

import mpmath as mp
import numpy as np
import pytest

from trato.analytics.expectation import purchases_while_alive
from trato.analytics.leaving import Leaving


def _exact(c: float, a: float, b: float, tau: float) -> float:
    """Fader, Hardie & Lee (2005), eq. (10), just beside a = 1 where it is 0/0 there."""
    with mp.workdps(40):
        near = mp.mpf(a) + (mp.mpf(10) ** -18 if a == 1 else 0)
        power = (1 + mp.mpf(tau)) ** -mp.mpf(c)
        z = mp.mpf(tau) / (1 + mp.mpf(tau))
        rest = 1 - power * mp.hyp2f1(c, b, near + b - 1, z)
        return float((near + b - 1) / (near - 1) * rest)


@pytest.mark.parametrize("a", [0.01, 0.8, 1.0, 1 + 1e-7, 2.0, 50.0])
@pytest.mark.parametrize("x", [0, 10, 1000])
def test_expected_purchases_are_exact_for_every_a_and_horizon(a: float, x: int) -> None:
    tau = np.array([0.0, 1e-6, 0.1, 1, 4.99, 5.01, 20, 1e3, 1e6])
    found = purchases_while_alive(0.25 + x, a, 2.4 + x, tau)
    exact = [_exact(0.25 + x, a, 2.4 + x, time) for time in tau]
    assert found == pytest.approx(exact, rel=1e-10, abs=0)


def test_extreme_chances_to_leave_give_numbers() -> None:
    tau = np.array([0.5, 50.0])
    for a, b in ((1e-7, 1e7), (1e7, 1e7), (1e7, 1e-7), (1e-7, 1e-7)):
        found = purchases_while_alive(0.5, a, b, tau)
        assert np.isfinite(found).all()
        assert (found >= 0).all()
    assert purchases_while_alive(2.0, 1e-7, 1e7, tau) == pytest.approx(2 * tau, rel=1e-6)


def _sigma(x: int, t: float, r: float, alpha: float, s: float, beta: float) -> float:
    with mp.workdps(40):
        r_, al, s_, be, t_ = (mp.mpf(number) for number in (r, alpha, s, beta, t))
        c = r_ + x + s_
        if alpha >= beta:
            level = s_ / c * (be / (al + t_)) ** s_
            return float(level * mp.hyp2f1(s_ + 1, c, c + 1, (al - be) / (al + t_)))
        level = s_ / c * (be / (be + t_)) ** s_ * (al + t_) / (be + t_)
        return float(level * mp.hyp2f1(s_ + 1, 1, c + 1, (be - al) / (be + t_)))


@pytest.mark.parametrize(
    "point",
    [
        (0.55, 10.6, 0.6, 11.7),
        (0.55, 0.1, 0.6, 11.7),
        (0.55, 11, 0.6, 0.01),
        (0.001, 1, 0.001, 5000),
        (2, 1, 5, 5000),
        (0.2, 3, 0.7, 1e6),
        (3, 2, 1e-6, 1),
        (1, 1, 1, 1),
    ],
)
def test_the_integral_of_the_pareto_model_is_exact(point: tuple[float, ...]) -> None:
    times, counts = np.array([0, 0.1, 40, 5200.0]), np.array([0, 1, 100, 1000])
    leaving = Leaving(times, np.repeat(counts, 4), np.tile(np.arange(4), 4))
    exact = [_sigma(int(x), float(t), *point) for x in counts for t in times]
    assert leaving(np.array(point))[0] == pytest.approx(exact, rel=1e-9, abs=0)


def test_its_slopes_are_those_of_its_value() -> None:
    times, counts = np.array([0, 3.0, 40]), np.array([0, 2, 30])
    leaving = Leaving(times, np.repeat(counts, 3), np.tile(np.arange(3), 3))
    for point in (np.array([0.5, 2, 0.7, 30.0]), np.array([0.5, 30, 0.7, 2.0])):
        slopes = leaving(point)[1:]
        for row, step in zip(slopes, 1e-5 * np.diag(point), strict=True):
            change = leaving(point + step)[0] - leaving(point - step)[0]
            assert change / (2 * step.sum()) == pytest.approx(row, rel=1e-5, abs=1e-9)
