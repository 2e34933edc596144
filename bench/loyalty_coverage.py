"""How often the intervals of the loyalty claims hold the truth: 95 % is promised.

    python -m bench.loyalty_coverage [repetitions]

Spending is as uneven as in retail (gamma-distributed rates and lognormal baskets, many customers
with nothing in a year); the true ratio is 1, so every interval without 1 is a false verdict.
"""

import sys

import numpy as np
from numpy.random import Generator

from trato.analytics import prices
from trato.analytics.ratios import Ratio, paired, stratified

SIZES = (200, 500, 2000)


def spending(random: Generator, customers: int) -> Ratio | None:
    rate = random.gamma(0.7, 6, customers)
    basket = random.lognormal(3.5, 1.0, customers)
    years = [
        np.array([random.lognormal(0, 0.6, many).sum() for many in random.poisson(rate)]) * basket
        for _ in range(2)
    ]
    return paired(years[1], years[0])


def contacts(random: Generator, customers: int) -> Ratio | None:
    rate = random.gamma(0.5, 0.4, customers)
    later = random.poisson(rate * 4) / 4
    return paired(random.poisson(rate).astype(float), later)


def referrals(random: Generator, customers: int) -> Ratio | None:
    happy, stratum = (
        random.random(customers) < 0.7,
        random.integers(0, 3, customers).astype(np.float64),
    )
    brought = random.negative_binomial(0.3, 0.3 / (0.3 + 0.1 * (1 + stratum))).astype(float)
    return stratified(brought[happy], brought[~happy], stratum[happy], stratum[~happy])


def paying(random: Generator, customers: int) -> Ratio | None:
    who, tenure = np.repeat(np.arange(customers), 24), np.tile(np.arange(24), customers)
    cohort = random.integers(0, 12, customers)[who]
    product = random.integers(0, 8, who.size)
    # Whoever gets a discount keeps it for months, so that errors of a customer hang together.
    habit = random.normal(0, 0.1, (customers, 4))[who, tenure // 6]
    own = random.normal(0, 0.2, customers)[who]
    price = np.exp(
        product + own + habit + 0.004 * (cohort + tenure) + random.normal(0, 0.05, who.size)
    )
    bought = random.random(who.size) < 0.3
    thing = product * 100 + cohort + tenure
    found = prices.compared(who[bought], thing[bought], price[bought], (tenure >= 12)[bought])
    return found.ratio if found else None


def main(repetitions: int) -> None:
    print(f"{'claim':<12}" + "".join(f"{size:>9}" for size in SIZES))
    for name, draw in (
        ("spending", spending),
        ("contacts", contacts),
        ("referrals", referrals),
        ("paying", paying),
    ):
        told = []
        for size in SIZES:
            random = np.random.default_rng((size, len(name)))
            found = [draw(random, size) for _ in range(repetitions)]
            known = [one for one in found if one is not None]
            told.append(float(np.mean([one.low <= 1 <= one.high for one in known])))
        print(f"{name:<12}" + "".join(f"{share:>9.3f}" for share in told), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
