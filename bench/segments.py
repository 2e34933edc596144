"""Micro-segments of many customers, beside one k-means of scikit-learn over all of them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from bench.measure import row, timed
from trato.analytics import segments
from trato.analytics.features import Features

GROUPS, FEATURES = 9, 12
# So far apart that neighbouring groups overlap.
APART = 1.5


def run(customers: int = 1_000_000) -> Iterator[str]:
    truth, values = _made(customers)
    features = Features(
        np.arange(customers),
        tuple(f"feature {number}" for number in range(FEATURES)),
        values,
        np.ones(FEATURES),
        np.full(customers, 6),
    )
    found: list[segments.Segments] = []
    took = timed(lambda: found.append(segments.discover(features)))
    one = found[0]
    likeness = adjusted_rand_score(truth, one.keys)
    groups = f"{len(one.groups)} groups, stability {one.stability or 0:.2f}, truth {likeness:.2f}"
    with threadpool_limits(1):
        peer = timed(lambda: KMeans(GROUPS, n_init=1, random_state=1).fit(values))
    peers = {"one start, nothing chosen": peer}
    yield row(f"micro-segments ({groups})", customers, "customers", took, peers)


def _made(customers: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Whose group is which, and what they are told apart by."""
    random = np.random.default_rng(4)
    share = random.dirichlet(np.full(GROUPS, 5.0))
    centres = random.normal(0, APART, (GROUPS, FEATURES)).astype(np.float32)
    truth = random.choice(GROUPS, customers, p=share)
    noise = random.standard_normal((customers, FEATURES), np.float32)
    return truth, centres[truth] + noise
