"""Measuring the suggestions on weeks they had not seen."""

from datetime import date, timedelta
from typing import Any

from trato.analytics.recommend.evaluation import Evaluation
from trato.insight.models import Run
from trato.insight.refresh import judging
from trato.insight.refresh.judging import TooShort
from trato.insight.refresh.recorder import for_json
from trato.insight.warehouse import lake

FIGURE = "evaluation"
# A measure is good for a week.
_GOOD_FOR = timedelta(days=7)


class NothingYet(Exception):
    """No refresh has been done: there is nothing to measure."""


def evaluate() -> Evaluation:
    """Measure as of the last refresh, and keep it with that. Raises NothingYet, TooShort."""
    source, run = lake.current(), Run.objects.filter(state=Run.State.DONE).first()
    if source is None or run is None:
        raise NothingYet
    found = judging.evaluate(source, as_of=run.as_of)
    run.figures[FIGURE] = _told(found, run)
    run.save(update_fields=["figures"])
    return found


def _told(found: Evaluation, run: Run) -> dict[str, Any]:
    return {"as_of": run.as_of.isoformat(), **for_json(found.as_dict())}


def keep_or_measure(run: Run, source: lake.Lake) -> None:
    """In a refresh: what was measured lately is taken over, else it is measured again."""
    last = Run.objects.filter(state=Run.State.DONE).first()
    kept = last.figures.get(FIGURE) if last else None
    if kept and abs(run.as_of - date.fromisoformat(kept["as_of"])) < _GOOD_FOR:
        run.figures[FIGURE] = kept
        return
    try:
        found = judging.evaluate(source, as_of=run.as_of)
    except TooShort:
        return
    run.figures[FIGURE] = _told(found, run)
