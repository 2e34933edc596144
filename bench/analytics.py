"""Counting models: fitted and scored over made-up weekly and daily histories, beside lifetimes.

The customers are those of CDNOW (BG/NBD .24, 4.2 weeks, .79, 2.4; Gamma-Gamma 6.25, 3.74, 15.4)
over two years. Peers are far slower and get fewer customers; the amounts are printed.
``python -m bench.analytics 10000000`` has more customers than `make bench`.
"""

import sys
import tracemalloc
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import lifetimes
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.measure import Took, row, timed
from trato.analytics import bgnbd, gammagamma, paretonbd
from trato.analytics.lifetime import LifetimeValue, Terms

YEARS = 2
AT_ONCE = 1_000_000

type Integers = NDArray[np.int32]
type Floats = NDArray[np.float64]
type Fit = Callable[[Integers, Integers, Integers], object]


@dataclass(frozen=True)
class Customers:
    """Histories in whole units of time, ``a_week`` of them a week."""

    frequency: Integers
    recency: Integers
    age: Integers
    monetary: Floats
    a_week: int

    def some(self, count: int) -> "Customers":
        frequency, recency, age = (column[:count] for column in self.history)
        return Customers(frequency, recency, age, self.monetary[:count], self.a_week)

    @property
    def history(self) -> tuple[Integers, Integers, Integers]:
        return self.frequency, self.recency, self.age

    @property
    def floats(self) -> tuple[Floats, Floats, Floats]:
        frequency, recency, age = (column.astype(np.float64) for column in self.history)
        return frequency, recency, age


def run(customers: int = 1_000_000) -> Iterator[str]:
    warnings.filterwarnings("ignore", module="lifetimes|pandas|autograd")
    for name, a_week in (("weekly", 1), ("daily", 7)):
        made = _made(customers, a_week)
        yield from _fits(name, made)
        yield from _scores(name, made)


def _fits(name: str, made: Customers) -> Iterator[str]:
    weekly = made.a_week == 1
    for count in _sizes(made, AT_ONCE):
        peer = lifetimes.BetaGeoFitter if weekly and count <= AT_ONCE else None
        yield _fit(f"BG/NBD, {name}", made.some(count), bgnbd.fit, peer)
    for count in _sizes(made, 10_000, 100_000):
        peer = lifetimes.ParetoNBDFitter if weekly and count == 10_000 else None
        yield _fit(f"Pareto/NBD, {name}", made.some(count), paretonbd.fit, peer)
    if weekly:
        yield from _money(made)


def _sizes(made: Customers, *some: int) -> list[int]:
    """Those of these sizes that there are customers for, and all."""
    return sorted({min(size, made.frequency.size) for size in some} | {made.frequency.size})


def _money(made: Customers) -> Iterator[str]:
    """As if everybody had bought twice at least: all are needed."""
    frequency = np.maximum(made.frequency, 1)
    for count in _sizes(made, AT_ONCE):
        work = partial(gammagamma.fit, frequency[:count], made.monetary[:count])
        peers = {}
        if count <= AT_ONCE:
            columns = frequency[:count].astype(np.float64), made.monetary[:count]
            peers["lifetimes"] = timed(partial(lifetimes.GammaGammaFitter().fit, *columns))
        yield _row("Gamma-Gamma", count, work, peers)


def _fit(name: str, made: Customers, fit: Fit, peer: Callable[[], Any] | None) -> str:
    peers = {"lifetimes": timed(partial(peer().fit, *made.floats))} if peer else {}
    return _row(name, made.frequency.size, partial(fit, *made.history), peers)


def _row(name: str, count: int, work: Callable[[], object], peers: dict[str, Took]) -> str:
    took = timed(work)
    tracemalloc.start()
    work()
    memory = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return row(f"{name} ({memory:,.0f} MB)", count, "customers", took, peers)


def _scores(name: str, made: Customers) -> Iterator[str]:
    week = made.a_week
    model = LifetimeValue(
        bgnbd.BetaGeo(0.24, 4.2 * week, 0.79, 2.4),
        gammagamma.GammaGamma(6.25, 3.74, 15.4),
        Terms(horizon=52 * week, year=52 * week, discount=0.15),
    )
    for count in _sizes(made, AT_ONCE):
        some = made.some(count)
        peers = {}
        if count <= AT_ONCE and week == 1:
            peers["lifetimes"] = timed(partial(_lifetimes_scores, some))
        took = timed(partial(_score, model, some))
        yield row(f"scores, {name}", count, "customers", took, peers)


def _score(model: LifetimeValue, made: Customers) -> None:
    """Chance of being alive, purchases in a year and value of a year."""
    model.scores(*made.history, made.monetary)


def _lifetimes_scores(made: Customers) -> None:
    counting, money = lifetimes.BetaGeoFitter(), lifetimes.GammaGammaFitter()
    counting.params_ = {"r": 0.24, "alpha": 4.2, "a": 0.79, "b": 2.4}
    money.params_ = {"p": 6.25, "q": 3.74, "v": 15.4}
    x, last, age = made.floats
    counting.predict = counting.conditional_expected_number_of_purchases_up_to_time
    counting.conditional_probability_alive(x, last, age)
    counting.predict(52, x, last, age)
    columns = (pd.Series(column) for column in (x, last, age, made.monetary))
    money.customer_lifetime_value(counting, *columns, time=12, discount_rate=0.0117, freq="W")


def _made(customers: int, a_week: int) -> Customers:
    generator = np.random.default_rng(7)
    parts = [
        _bought(generator, min(AT_ONCE, customers - start), a_week)
        for start in range(0, customers, AT_ONCE)
    ]
    frequency, recency, age = (np.concatenate(column) for column in zip(*parts, strict=True))
    count = np.maximum(frequency, 1)
    worth = generator.gamma(6.25 * count) / count / generator.gamma(3.74, 1 / 15.4, count.size)
    return Customers(frequency, recency, age, worth, a_week)


def _bought(
    generator: np.random.Generator, customers: int, a_week: int
) -> tuple[Integers, Integers, Integers]:
    age = generator.integers(1, YEARS * 52 * a_week, customers, dtype=np.int32)
    rate = np.maximum(generator.gamma(0.24, 1 / (4.2 * a_week), customers), 1e-300)
    chance = generator.beta(0.79, 2.4, customers)
    frequency, recency = np.zeros(customers, np.int32), np.zeros(customers)
    there, time = np.arange(customers), np.zeros(customers)
    while there.size:
        time[there] += generator.exponential(size=there.size) / rate[there]
        there = there[time[there] < age[there]]
        frequency[there] += 1
        recency[there] = time[there]
        there = there[generator.random(there.size) >= chance[there]]
    return frequency, np.minimum(np.ceil(recency).astype(np.int32), age), age


if __name__ == "__main__":
    for found in run(int(sys.argv[1])):
        print(found)
