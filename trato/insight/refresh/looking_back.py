"""A refresh as of a day before one that was reached already looks back: nobody moves by it.

Until a refresh is as of that day again, or later, the stages that everybody had then lie beside the
marts: what changed since is told from there, not from the stages of the day looked back to.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Max

from trato.analytics.runs import Column
from trato.customers.models import StageCause
from trato.insight import marts
from trato.insight.models import Run
from trato.insight.refresh import writing

REACHED = "reached"


def looks_back(run: Run) -> bool:
    done = Run.objects.filter(state=Run.State.DONE).exclude(pk=run.pk)
    reached = done.aggregate(day=Max("as_of"))["day"]
    return reached is not None and run.as_of < reached


def set_aside(last: marts.Marts | None) -> dict[str, str]:
    """The file of the stages on the day reached, by its noun."""
    if last is not None and REACHED in last.files:
        return {REACHED: last.files[REACHED]}
    return {REACHED: marts.place().write(REACHED, writing.all_stages())}


def stages_told(scores: pa.Table, now: Column, last: marts.Marts | None) -> Column | None:
    """The stages that changes are told from: ``now``, or those set aside while somebody looked
    back; nothing where nobody had any. What a person said meanwhile has been told."""
    if last is None or REACHED not in last.files:
        return now
    aside = last.read(REACHED)
    if not aside.num_rows:
        return None
    said = pc.equal(scores["stage_cause"], StageCause.OVERRIDE.value)
    said = said.to_numpy(zero_copy_only=False) & (scores["stage"].to_numpy() == now)
    return np.where(said, now, writing.aligned(scores, aside))
