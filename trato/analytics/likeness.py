"""Groups before a refresh and after it: which are the same, and what became of the others."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from trato.analytics.grouping import Floats, Integers

# Two groups are the same if at least this share of the people of either is in both.
SAME = 0.3
MOST = 0.5

type What = Literal["kept", "new", "split", "merged", "vanished"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of group ``key``.

    ``kept``: ``share`` of the people of before and after is in both. ``new``: made of people from
    everywhere. ``split``: mostly people of group ``other``, which lives on. ``merged``: gone, most
    of its people are in ``other`` now. ``vanished``: gone, its people are everywhere.
    """

    what: What
    key: int
    other: int | None
    share: float


def matched(
    before: Integers, labels: NDArray[np.integer], number: int, highest: int = 0
) -> Integers:
    """Keys for labels 0 .. ``number`` - 1, shape ``(number,)``.

    ``before`` is the key each customer had (0 none) and ``labels`` the group now, both ``(n,)``.
    The keys are given so that the overlap is greatest (H. Kuhn's Hungarian method, 1955); groups
    that share less than `SAME` are not the same, and a new group's key is higher than ``highest``
    and all before.
    """
    old = np.unique(before[before > 0])
    following = max([highest, *old.tolist()]) + 1
    keys = np.zeros(number, np.int64)
    if old.size:
        likeness = _likeness(np.searchsorted(old, before), before > 0, labels, (old.size, number))
        for row, column in zip(*linear_sum_assignment(-likeness), strict=True):
            if likeness[row, column] >= SAME:
                keys[column] = old[row]
    fresh = np.flatnonzero(keys == 0)
    keys[fresh] = following + np.arange(fresh.size)
    return keys


def changes(before: Integers, after: Integers) -> tuple[Change, ...]:
    """What became of every group, by the keys customers had and have, shape ``(n,)``, 0 none."""
    old, new = np.unique(before[before > 0]), np.unique(after[after > 0])
    told: list[Change] = []
    for key in new.tolist():
        told.append(_came(key, before, after, set(old.tolist())))
    for key in old.tolist():
        if key not in new:
            told.append(_went(key, before, after))
    return tuple(told)


def _likeness(
    place: Integers, known: NDArray[np.bool_], labels: NDArray[np.integer], shape: tuple[int, int]
) -> Floats:
    """Jaccard's index of every old with every new group, among people who were in one."""
    cell = place[known] * shape[1] + labels[known]
    both = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    return np.asarray(both / np.maximum(either, 1), np.float64)


def _came(key: int, before: Integers, after: Integers, old: set[int]) -> Change:
    were = before[(after == key) & (before > 0)]
    if key in old:
        among = int(((before == key) | ((after == key) & (before > 0))).sum())
        return Change("kept", key, key, int((were == key).sum()) / among)
    other, share = _mostly(before[after == key])
    if other and share > MOST:
        return Change("split", key, other, share)
    return Change("new", key, None, 1.0)


def _went(key: int, before: Integers, after: Integers) -> Change:
    other, share = _mostly(after[before == key])
    if share > MOST and other:
        return Change("merged", key, other, share)
    return Change("vanished", key, None, 1.0)


def _mostly(keys: Integers) -> tuple[int, float]:
    found, many = np.unique(keys, return_counts=True)
    if not found.size:
        return 0, 0.0
    top = int(np.argmax(many))
    return int(found[top]), float(many[top] / keys.size)
