"""The state of the customer base as it is shown: fresh, or a few minutes old."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from uuid import uuid4

from django.core.cache import caches
from django.forms.models import model_to_dict

from trato.customers.models import BaseRules
from trato.customers.queries.base import Base, Volume, base
from trato.identity.models import User

# Below, everybody sees what is so at this moment.
SECONDS_WORTH_KEEPING = 0.05
SECONDS_FRESH = 300
SECONDS_KEPT = 3600
SECONDS_OF_COUNTING = 30
SECONDS_OF_CLASSES = 7 * 86_400
# What an import sets off is done a little after it.
SECONDS_OF_SETTLING, SECONDS_MEANWHILE = 60, 5
_IMPORTED, _SETTLING = "base:imported", "base:settling"


@dataclass(frozen=True, slots=True)
class Counted:
    """``at`` is when it was counted; ``is_kept`` when that was for somebody before."""

    base: Base
    at: datetime
    is_kept: bool = False


def count_anew() -> None:
    """Many customers have changed at once: nobody is told what was counted before."""
    cache = caches["shared"]
    cache.set(_IMPORTED, uuid4().hex, None)
    cache.set(_SETTLING, True, SECONDS_OF_SETTLING)


def counted_base(*, user: User, rules: BaseRules, as_of: datetime) -> Counted:
    """Counting a million customers takes a moment; then the answer is kept for five minutes.

    After that one request counts again, while others still get the old answer with its time.
    Who sees everybody shares one answer; new rules and a new day have none yet, nor has what an
    import has changed.
    """
    cache = caches["shared"]
    whose = _whose(user, rules)
    key = f"base:{cache.get(_IMPORTED, '')}:{whose}:{as_of.date()}"
    kept: Counted | None = cache.get(key)
    if kept and (as_of - kept.at).total_seconds() < SECONDS_FRESH:
        return kept
    is_first = cache.add(f"{key}:counting", True, SECONDS_OF_COUNTING)
    if kept and not is_first:
        return kept
    start = monotonic()
    found = base(user=user, rules=rules, as_of=as_of)
    if monotonic() - start > SECONDS_WORTH_KEEPING:
        seconds = SECONDS_MEANWHILE if cache.get(_SETTLING) else SECONDS_KEPT
        cache.set(key, Counted(found, as_of, is_kept=True), seconds)
    cache.delete(f"{key}:counting")
    if known_volume(user=user, rules=rules) != found.volume:
        cache.set(f"volume:{whose}", found.volume, SECONDS_OF_CLASSES)
    return Counted(found, as_of)


def known_volume(*, user: User, rules: BaseRules) -> Volume | None:
    """The classes of volume as they were last counted for the first page; it counts nothing."""
    known: Volume | None = caches["shared"].get(f"volume:{_whose(user, rules)}")
    return known


def _whose(user: User, rules: BaseRules) -> str:
    """Who sees everybody sees the same."""
    who = "all" if user.sees_everybody else str(user.pk)
    return "-".join([who, *(str(value) for value in model_to_dict(rules).values())])
