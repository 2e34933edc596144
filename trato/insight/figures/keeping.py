"""Answers of the marts, kept: marts never change, so what was asked of them once holds.

A refresh makes new ones, whose answers are others. Names (of groups, products, people) are no part
of an answer: they are always those of this moment.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, cast

from django.core.cache import caches

import trato

# What takes less is worked out whenever somebody asks.
SECONDS_WORTH_KEEPING = 0.05
SECONDS_KEPT = 86_400
_asking = BoundedSemaphore(2)
_TRATO = Path(trato.__file__).parent
_PARTS = ("analytics", "insight")


@dataclass
class Answers:
    """``known`` are those of a page before, ``seconds`` what finding further ones took."""

    key: str
    known: dict[str, Any]
    seconds: float = 0.0

    @classmethod
    def of(cls, *whose: object) -> "Answers":
        """``whose``: the marts, what of them somebody may see, and what they are narrowed by."""
        told = hashlib.sha256(repr((_code(), whose)).encode()).hexdigest()
        key = f"figures:{told}"
        return cls(key, caches["shared"].get(key) or {})

    def ask[Answer](self, name: str, question: Callable[[], Answer]) -> Answer:
        if name not in self.known:
            # A question keeps a core busy: more at the same time are no sooner done, and take more
            # memory.
            with _asking:
                start = monotonic()
                self.known[name] = question()
                self.seconds += monotonic() - start
        return cast(Answer, self.known[name])

    def keep(self, seconds: int = SECONDS_KEPT) -> None:
        if self.seconds > SECONDS_WORTH_KEEPING:
            caches["shared"].set(self.key, self.known, seconds)


@cache
def _code() -> tuple[object, ...]:
    """Of which code the answers are: another one may not understand them any more."""
    files = (file for part in _PARTS for file in _TRATO.glob(f"{part}/**/*.py"))
    told = ((str(file.relative_to(_TRATO)), file.stat()) for file in sorted(files))
    return tuple((name, found.st_size, found.st_mtime_ns) for name, found in told)
