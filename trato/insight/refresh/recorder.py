"""How long each step of a run took, told while it goes on."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from trato.insight.models import Run


@dataclass
class Step:
    rows: int = 0


@dataclass
class Recorder:
    run: Run

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """What happens within is the step of this name; say in ``rows`` how many it made."""
        self.run.step = name
        self.run.save(update_fields=["step"])
        wall, cpu = time.perf_counter(), time.process_time()
        step = Step()
        yield step
        told = {
            "name": name,
            "seconds": round(time.perf_counter() - wall, 3),
            "cpu_seconds": round(time.process_time() - cpu, 3),
            "rows": step.rows,
        }
        self.run.steps = [*self.run.steps, told]
        self.run.save(update_fields=["steps"])


def for_json(told: Any) -> Any:
    """The same, without numbers that JSON has no word for: they are unknown."""
    if isinstance(told, dict):
        return {str(key): for_json(value) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [for_json(value) for value in told]
    if isinstance(told, float) and not math.isfinite(told):
        return None
    return told
