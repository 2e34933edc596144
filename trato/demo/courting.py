"""Firms that a seller spoke with for some weeks before they first bought."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from trato.demo.truth import COURTED, COURTING


@dataclass(frozen=True, slots=True)
class Courted:
    """``known`` since the first talk, and the first purchase."""

    known: datetime
    first: datetime


def courted(chance: Random, first: datetime, opened: datetime) -> Courted | None:
    """Most of those who first buy after the history has ``opened``."""
    known = first - timedelta(days=chance.uniform(*COURTING))
    while known.weekday() > 4:
        known -= timedelta(days=1)
    if known < opened or chance.random() >= COURTED:
        return None
    return Courted(known.replace(hour=9, minute=chance.randint(0, 59), second=0), first)
