"""Micro-segments: groups of customers who buy alike, found in how they buy, kept over refreshes.

k-means (S. Lloyd, 1957; started by k-means++, D. Arthur & S. Vassilvitskii, 2007) on a sample with
restarts, then one assignment of everybody. Centres are learned from customers with several
purchases: one purchase says little of how somebody buys, and a crowd of such rows would become a
group of its own.

How many groups there are is not a matter of inertia, which always falls. It is the number for which
two halves of the company, each grouped by itself, put customers together alike: the adjusted Rand
index (L. Hubert & P. Arabie, 1985) over pairs of halves (C. Hennig, *Cluster-wise assessment of
cluster stability*, 2007). A stretched cloud without groups is cut in a stable way too, so a number
also counts only if the groups are tighter than those found in a cloud of normal deviates with the
company's covariances (after R. Tibshirani, G. Walther & T. Hastie, *Estimating the number of
clusters via the gap statistic*, 2001). If no number passes there are no groups worth naming, and
that is the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from trato.analytics.features import Features, Matrix
from trato.analytics.grouping import Floats, Integers, chunks
from trato.analytics.likeness import Change, changes, matched

FEWEST_CUSTOMERS = 200
NUMBERS = range(2, 13)
SAMPLE, RESAMPLE, PAIRS, RESTARTS = 30_000, 3_000, 6, 8
EVIDENCE = 3
STABLE, TIGHTER, AS_GOOD = 0.75, 0.03, 0.02
# What is in force stays in force while it is nearly as stable as it must be.
STABLE_STILL, LESS_STABLE = 0.65, 0.1
# A group of fewer than one in a hundred is too small to act on.
SMALLEST = 0.01
TELLING, MOST_TRAITS = 0.5, 4

type Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Trait:
    """A feature in which a group differs from all, by so many standard deviations."""

    feature: str
    difference: float

    @property
    def direction(self) -> Literal["high", "low"]:
        return "high" if self.difference > 0 else "low"


@dataclass(frozen=True, slots=True)
class Trial:
    """A number of groups that was tried.

    ``stability`` is the mean adjusted Rand index of pairs of halves (1: always the same groups),
    ``tightness`` by what share the spread within groups is less than in a cloud without groups.
    """

    groups: int
    stability: float
    tightness: float
    smallest: float

    @property
    def passes(self) -> bool:
        is_clear = self.stability >= STABLE and self.tightness >= TIGHTER
        return is_clear and self.smallest >= SMALLEST


@dataclass(frozen=True, eq=False)
class Group:
    """``key`` stays with the same people; ``centre`` is in natural units, by feature."""

    key: int
    size: int
    share: float
    centre: dict[str, float]
    traits: tuple[Trait, ...]


@dataclass(frozen=True, eq=False)
class Known:
    """The groups in force: whose group each customer had, and where the centres were.

    ``customers`` and ``keys`` have shape ``(n,)``; ``centres`` are by key, then by feature.
    """

    customers: Integers
    keys: Integers
    centres: dict[int, dict[str, float]]
    highest_key: int = 0


@dataclass(frozen=True, eq=False)
class Segments:
    """``keys``, shape ``(n,)``, says the group of each of ``customers``; empty without groups.

    ``reason`` says why there are none: ``few_customers`` or ``no_structure``. ``stability`` is that
    of the number chosen.
    """

    customers: Integers
    keys: Integers
    groups: tuple[Group, ...]
    trials: tuple[Trial, ...]
    changes: tuple[Change, ...] = ()
    reason: Literal["", "few_customers", "no_structure"] = ""
    stability: float | None = None


def discover(
    features: Features,
    known: Known | None = None,
    *,
    numbers: Sequence[int] = NUMBERS,
    seed: int = 1,
) -> Segments:
    """The groups of these customers, with the keys of the groups ``known`` where they are the same.

    ``numbers`` of groups are tried. The same arguments give the same groups. Who has fewer than
    three purchases goes to the nearest group without having shaped it.
    """
    learners = _learners(features)
    if learners.size < FEWEST_CUSTOMERS:
        return _none(features, "few_customers", (), known)
    # Fits of some thousand rows: threads would wait for each other longer than they work.
    with threadpool_limits(1):
        return _discover(features, _Work.of(features, learners, seed), known, numbers)


def _discover(
    features: Features, work: "_Work", known: Known | None, numbers: Sequence[int]
) -> Segments:
    trials = tuple(work.trial(number) for number in numbers)
    start = None if known is None else work.start(known, features.names)
    chosen = _chosen(trials, 0 if start is None else len(start))
    if chosen is None:
        return _none(features, "no_structure", trials, known)
    if start is not None and len(start) != chosen.groups:
        start = None
    centres = work.fitted(chosen.groups, start)
    labels = work.assign(features, centres)
    return _told(features, labels, chosen, trials, known)


def _chosen(trials: Sequence[Trial], before: int) -> Trial | None:
    """Of the stable numbers that tell customers apart about as well as any, the smallest.

    The number in force stays while it is nearly stable and not much less so than the best.
    """
    stable = [trial for trial in trials if trial.passes]
    best = max((trial.tightness for trial in stable), default=0.0)
    good = (trial for trial in stable if trial.tightness >= best - AS_GOOD)
    chosen = min(good, key=lambda trial: trial.groups, default=None)
    still = STABLE_STILL if chosen is None else max(STABLE_STILL, chosen.stability - LESS_STABLE)
    kept = (trial for trial in trials if trial.groups == before and trial.stability >= still)
    return next(kept, chosen)


def _learners(features: Features) -> Integers:
    """The rows that centres are learned from: those with the most purchases of enough people."""
    for least in range(EVIDENCE, 0, -1):
        rows = np.flatnonzero(features.purchases >= least)
        if rows.size >= FEWEST_CUSTOMERS:
            return rows
    return np.flatnonzero(features.purchases >= 1)


@dataclass(frozen=True, eq=False)
class _Work:
    """A sample of learners, scaled; ``cloud`` is as large, with its covariances and no groups."""

    mean: Floats
    scale: Floats
    sample: Matrix
    cloud: Matrix
    seed: int

    @classmethod
    def of(cls, features: Features, learners: Integers, seed: int) -> "_Work":
        random = np.random.default_rng(seed)
        size = min(SAMPLE, learners.size)
        rows = np.sort(random.choice(learners, size, replace=False))
        values = features.values[rows].astype(np.float64)
        mean, deviation = values.mean(axis=0), values.std(axis=0)
        scale = np.where(deviation > 1e-9, features.weights / np.maximum(deviation, 1e-9), 0.0)
        sample = (values - mean) * scale
        covariance = np.cov(sample.T).reshape(scale.size, scale.size)
        cloud = random.multivariate_normal(
            np.zeros(scale.size), covariance, RESAMPLE, method="eigh"
        )
        return cls(mean, scale, _single(sample), _single(cloud), seed)

    def trial(self, number: int) -> Trial:
        """Pairs of halves, grouped apart: do both put the customers of both together alike?"""
        random = np.random.default_rng((self.seed, number))
        agreed, tight, smallest = [], [], []
        size = min(RESAMPLE, len(self.sample) // 2)
        for _ in range(PAIRS):
            rows = random.permutation(len(self.sample))[: 2 * size]
            halves = self.sample[rows[:size]], self.sample[rows[size:]]
            mine, theirs = (_grouped(half, number, random) for half in halves)
            everybody = self.sample[rows]
            labels = _nearest(everybody, mine)
            agreed.append(adjusted_rand_score(labels, _nearest(everybody, theirs)))
            smallest.append(np.bincount(labels, minlength=number).min() / labels.size)
            tight.append(_spread(halves[1], mine))
        drawn = self.cloud[: len(self.cloud) // 2], self.cloud[len(self.cloud) // 2 :]
        without = _spread(drawn[1], _grouped(drawn[0], number, random))
        return Trial(
            groups=number,
            stability=float(np.mean(agreed)),
            tightness=1 - float(np.mean(tight)) / without,
            smallest=float(np.median(smallest)),
        )

    def start(self, known: Known, names: tuple[str, ...]) -> Matrix | None:
        """The centres in force; None where features came or went."""
        if not known.centres or any(set(one) != set(names) for one in known.centres.values()):
            return None
        centres = np.array([[one[name] for name in names] for one in known.centres.values()])
        return _single((centres - self.mean) * self.scale)

    def fitted(self, number: int, start: Matrix | None) -> Matrix:
        """The best of some restarts, or the centres in force moved to where they belong now."""
        if start is not None:
            fit = KMeans(number, init=start, n_init=1, max_iter=100)
        else:
            fit = KMeans(number, n_init=RESTARTS, max_iter=100, random_state=self.seed)
        return _single(fit.fit(self.sample).cluster_centers_)

    def assign(self, features: Features, centres: Matrix) -> Labels:
        labels = np.empty(features.customers.size, np.int32)
        mean, scale = self.mean.astype(np.float32), self.scale.astype(np.float32)
        for part in chunks(labels.size):
            labels[part] = _nearest((features.values[part] - mean) * scale, centres)
        return labels


def _grouped(rows: Matrix, number: int, random: np.random.Generator) -> Matrix:
    seed = int(random.integers(1 << 31))
    # Fewer rows are quicker and have more wrong places to end in.
    starts = 1 + RESAMPLE // len(rows)
    fit = KMeans(number, n_init=starts, max_iter=40, tol=1e-3, random_state=seed).fit(rows)
    return _single(fit.cluster_centers_)


def _nearest(rows: Matrix, centres: Matrix) -> Labels:
    far = (centres * centres).sum(axis=1) / 2 - rows @ centres.T
    return np.asarray(far.argmin(axis=1), np.int32)


def _spread(rows: Matrix, centres: Matrix) -> float:
    """The mean squared distance to the nearest centre."""
    far = (centres * centres).sum(axis=1) - 2 * rows @ centres.T
    return float((far.min(axis=1) + (rows * rows).sum(axis=1)).mean())


def _single(values: NDArray[np.floating]) -> Matrix:
    return np.ascontiguousarray(values, np.float32)


def _told(
    features: Features,
    labels: Labels,
    chosen: Trial,
    trials: tuple[Trial, ...],
    known: Known | None,
) -> Segments:
    number = chosen.groups
    sizes = np.bincount(labels, minlength=number)
    centres = np.stack(
        [
            np.bincount(labels, column, number) / np.maximum(sizes, 1)
            for column in features.values.T
        ],
        axis=1,
    )
    mean = features.values.mean(axis=0, dtype=np.float64)
    deviation = features.values.std(axis=0, dtype=np.float64)
    keys = np.arange(1, number + 1)
    told: tuple[Change, ...] = ()
    if known is not None:
        before = _before(features.customers, known)
        keys = matched(before, labels, number, known.highest_key)
        told = changes(before, keys[labels])
    groups = tuple(
        Group(
            key=int(keys[at]),
            size=int(sizes[at]),
            share=float(sizes[at] / labels.size),
            centre=dict(zip(features.names, centres[at].tolist(), strict=True)),
            traits=_traits(features.names, (centres[at] - mean) / np.maximum(deviation, 1e-9)),
        )
        for at in np.argsort(-sizes, kind="stable").tolist()
        if sizes[at]
    )
    found = np.asarray(keys[labels], np.int64)
    return Segments(features.customers, found, groups, trials, told, stability=chosen.stability)


def _traits(names: tuple[str, ...], differences: Floats) -> tuple[Trait, ...]:
    """What sets a group apart, strongest first; the strongest even where nothing does clearly."""
    order = np.argsort(-np.abs(differences), kind="stable")
    telling = [at for at in order.tolist() if abs(differences[at]) >= TELLING] or order[:1].tolist()
    return tuple(Trait(names[at], float(differences[at])) for at in telling[:MOST_TRAITS])


def _before(customers: Integers, known: Known) -> Integers:
    """The key that each customer had, 0 for none."""
    order = np.argsort(known.customers, kind="stable")
    people, keys = known.customers[order], known.keys[order]
    if not people.size:
        return np.zeros(customers.size, np.int64)
    place = np.minimum(np.searchsorted(people, customers), people.size - 1)
    return np.where(people[place] == customers, keys[place], 0)


def _none(
    features: Features,
    reason: Literal["few_customers", "no_structure"],
    trials: tuple[Trial, ...],
    known: Known | None,
) -> Segments:
    told = (
        ()
        if known is None
        else changes(_before(features.customers, known), np.zeros_like(features.customers))
    )
    nobody = np.empty(0, np.int64)
    return Segments(nobody, nobody, (), trials, told, reason)
