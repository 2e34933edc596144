"""Who is in a phase or was, who moved from stage to stage and how far they got: conditions."""

from datetime import date

from trato.analytics.moves import FORWARD
from trato.customers.models import PHASE_OF, Phase
from trato.insight.queries.statement import Clause, joined, where


def in_phase(phase: Phase) -> Clause:
    return Clause("list_contains(?, stage)", (_stages_of(phase),))


def was_in(phase: Phase, start: date | None) -> Clause:
    """Before the day ``start``; without it, nobody was anywhere."""
    before = start or date.min
    return Clause(
        "customer IN (SELECT customer FROM transitions WHERE day < ?"
        " AND coalesce(until >= ?, true) AND list_contains(?, to_stage))",
        (before, before, _stages_of(phase)),
    )


def moved(start: int | None, end: int | None, during: Clause, *, and_on: bool) -> Clause:
    """From the stage ``start``, to the stage ``end``, or both. ``during`` is a condition on the
    day; ``and_on``: they have left ``end`` since."""
    left = Clause() if start is None else Clause("from_stage = ?", (start,))
    came = Clause() if end is None else Clause("to_stage = ?", (end,))
    since = Clause("until IS NOT NULL") if and_on else Clause()
    found = where(left, came, since, during)
    return joined(("customer IN (SELECT customer FROM transitions", found, ")"))


def reached(stage: int) -> Clause:
    """Who skipped it on the way forward has reached it."""
    on_the_way = [one for one in FORWARD if one >= stage]
    return Clause(
        "customer IN (SELECT customer FROM transitions WHERE list_contains(?, to_stage))",
        (on_the_way,),
    )


def _stages_of(phase: Phase) -> list[int]:
    return [int(stage) for stage, of_stage in PHASE_OF.items() if of_stage == phase]
