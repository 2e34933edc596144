"""Present value: a purchase later counts for less."""

import numpy as np

from trato.analytics.grouping import Floats

_AT, _WEIGHTS = np.polynomial.legendre.leggauss(16)


def present_value(horizon: float, rate: float) -> tuple[Floats, Floats]:
    """Times and weights, shape ``(k,)``, so that the present value is ``E(times) @ weights``.

    ``E(t)`` is the mean of purchases until t, ``rate`` the continuous discount a unit of time. The
    integral of exp(-rate t) dE(t) is taken by parts and, in t = horizon u^2, by quadrature: with
    yearly rates to 50 % the relative error is below 1e-7 in a year and below 1e-4 in ten, even of
    customers who leave within days. Raises ``ValueError`` for a rate that is
    negative or not a number.
    """
    if not (np.isfinite(rate) and rate >= 0):
        raise ValueError(f"rate {rate} is not a number from 0 up")
    if rate == 0:
        return np.array([horizon]), np.ones(1)
    u = (_AT + 1) / 2
    times = horizon * u**2
    weights = rate * np.exp(-rate * times) * horizon * u * _WEIGHTS
    return np.append(times, horizon), np.append(weights, np.exp(-rate * horizon))
