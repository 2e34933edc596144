"""Reproducible chance: everything drawn about one thing comes from a source of its own."""

from collections.abc import Sequence
from random import Random


def source(*path: object) -> Random:
    """The same path gives the same numbers, whatever else was drawn before."""
    return Random("/".join(str(step) for step in path))  # noqa: S311 - nothing secret is made.


def pick[T](chance: Random, weighted: Sequence[tuple[T, float]]) -> T:
    """One of the values, by weight."""
    values, weights = zip(*weighted, strict=True)
    chosen: T = chance.choices(values, weights)[0]
    return chosen
