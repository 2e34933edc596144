"""A row of the table: what Trato needs beside what the bare database needs for the same."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Seconds of wall and CPU time; ``raw`` is the peer's wall time in the same run."""

    name: str
    amount: str
    wall: float
    cpu: float
    raw: float
    peer: str

    @property
    def ratio(self) -> float:
        return self.wall / self.raw if self.raw else float("inf")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of this process for one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def best(work: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """The least of several calls: on a shared machine the others measure the neighbours."""
    return min(timed(work) for _time in range(times))
