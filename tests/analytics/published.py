"""Data of the papers, and customers made up by a model's own rules."""

from datetime import date
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from trato.analytics.grouping import Floats, Integers

# Fader, Hardie & Shang (2010), table 2: gifts of 11,104 people in the six years after their first.
# Repeat gifts, year of the last, how many people.
DONATIONS = (
    *((0, 0, 3464), (1, 1, 1091), (1, 2, 277), (1, 3, 129), (1, 4, 78), (1, 5, 119), (1, 6, 129)),
    *((2, 2, 613), (2, 3, 255), (2, 4, 155), (2, 5, 173), (2, 6, 234), (3, 3, 322), (3, 4, 181)),
    *((3, 5, 225), (3, 6, 357), (4, 4, 240), (4, 5, 284), (4, 6, 512), (5, 5, 335), (5, 6, 728)),
    (6, 6, 1203),
)


def donations() -> tuple[Integers, Integers, Integers, Integers]:
    """Frequency, recency, occasions and weights."""
    frequency, recency, people = np.array(DONATIONS).T
    return frequency, recency, np.full(frequency.size, 6), people


def _file(name: str) -> Path:
    spec = find_spec("lifetimes")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "datasets" / name


def cdnow() -> tuple[Floats, Floats, Floats, Floats]:
    """The 2,357 customers of Fader, Hardie & Lee (2005): frequency, recency, age, money (weeks)."""
    name = "cdnow_customers_summary_with_transactions.csv"
    columns = np.loadtxt(_file(name), delimiter=",", skiprows=1, usecols=(1, 2, 3, 4))
    frequency, recency, age, monetary = columns.T
    return frequency, recency, age, monetary


def cdnow_purchases() -> tuple[Integers, Integers]:
    """All 23,570 customers' purchases: customer and day, from 0."""
    lines = [line.split() for line in _file("CDNOW_master.txt").read_text().splitlines()]
    rows = [line for line in lines if line and line[0].isdigit()]
    days = [date(int(d[:4]), int(d[4:6]), int(d[6:])).toordinal() for _who, d, *_rest in rows]
    return np.array([int(row[0]) for row in rows]), np.array(days) - min(days)


type History = tuple[Integers, Integers, Integers]


def bought(
    generator: np.random.Generator, rate: Floats, chance: Floats, stay: Floats, weeks: int = 104
) -> History:
    """Weekly histories of customers who buy at ``rate`` until they leave.

    They leave after a purchase with ``chance``, and ``stay`` after the first one at the latest.
    """
    age = generator.integers(20, weeks, rate.size)
    until = np.minimum(age, stay)
    frequency, recency = np.zeros(rate.size, np.int64), np.zeros(rate.size)
    there, time = np.arange(rate.size), np.zeros(rate.size)
    while there.size:
        time[there] += generator.exponential(size=there.size) / rate[there]
        there = there[time[there] < until[there]]
        frequency[there] += 1
        recency[there] = time[there]
        there = there[generator.random(there.size) >= chance[there]]
    return frequency, np.minimum(np.ceil(recency).astype(np.int64), age), age
