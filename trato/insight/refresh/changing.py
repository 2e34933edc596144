"""Who is to be looked at again after a refresh, and who is not."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow.compute as pc

from trato.analytics.runs import Column
from trato.insight.marts import Marts
from trato.insight.models import Run
from trato.insight.refresh import learning
from trato.insight.refresh.aligning import Aligned, in_sorted
from trato.insight.refresh.learning import Learnt
from trato.insight.warehouse.lake import Update

# What a company that is large has taught is learnt anew once a week.
LEARN_EVERY = timedelta(days=7)
# The file of what was learnt, among those of the marts.
LEARNT = "learnt"


@dataclass(frozen=True)
class Lately:
    """The last refresh, whose learnt figures still hold."""

    marts: Marts
    learnt: Learnt
    fits: dict[str, Any]
    figures: dict[str, Any]


def lately(last: Marts, update: Update, as_of: date) -> Lately | None:
    """Nothing when what was learnt is old, when so much changed that all was read anew, or when the
    lake was brought up to date in between by a refresh that failed."""
    is_next = update.before is not None and update.before.name == last.lake
    if update.changed is None or not is_next or not is_last(last):
        return None
    run = Run.objects.get(pk=last.run)
    learnt_on = date.fromisoformat(run.figures.get("learnt_on", "1970-01-01"))
    learnt = _kept(last) if timedelta(0) <= as_of - learnt_on < LEARN_EVERY else None
    return Lately(last, learnt, run.fits, run.figures) if learnt else None


def is_last(made: Marts) -> bool:
    """Whether the marts are those of what the database holds, with the columns of today."""
    last = Run.objects.filter(state=Run.State.DONE).first()
    return made.is_of_now and last is not None and last.pk == made.run


def _kept(last: Marts) -> Learnt | None:
    if LEARNT not in last.files:
        return None
    try:
        return learning.restored(last.place.read_bytes(last.files[LEARNT]))
    except FileNotFoundError:
        return None


def few(last: Lately, update: Update, as_of: date) -> Column | None:
    """The customers who changed or are new since, sorted; nothing when another day makes everybody
    older."""
    if last.marts.as_of != as_of:
        return None
    before = last.marts.read("scores", ["customer"])["customer"].to_numpy()
    ids = update.lake.people(["customer"])["customer"].to_numpy()
    changed = np.array(update.changed, np.int64)
    return np.asarray(ids[in_sorted(ids, changed) | ~in_sorted(ids, before)])


def offered_anew(last: Lately, update: Update, again: Column | None) -> list[int]:
    """Whose offers are made anew: of those ``again`` worked out or read, and of who takes back or
    gives the leave to be profiled."""
    people = update.lake.people(["customer", "may_profile"])
    ids = people["customer"].to_numpy()
    before = Aligned(ids, last.marts.read("scores", ["customer", "may_profile"]))["may_profile"]
    differs = pc.not_equal(people["may_profile"].combine_chunks(), before)
    other = ids[pc.fill_null(differs, False).to_numpy(zero_copy_only=False)]
    changed = np.array(update.changed, np.int64)
    new = changed if again is None else np.union1d(changed, again)
    found: list[int] = np.union1d(new, other).tolist()
    return found
