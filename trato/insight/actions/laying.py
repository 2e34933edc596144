"""What is worked out lies ready for the pages."""

from django.db import transaction

from trato.insight import marts
from trato.insight.models import Run
from trato.insight.queries.economics import FIGURES, PRICES
from trato.insight.refresh import laying
from trato.kit.database import one_writer


def lay_out_marts() -> None:
    """Of the last refresh, unless it is done; pages read the marts as they are until then."""
    kept = marts.current()
    if kept is None or marts.LAID_OUT in kept.files or not kept.place.is_local:
        return
    prices = Run.objects.get(pk=kept.run).figures.get(FIGURES, {}).get(PRICES, {})
    name = laying.lay_out(kept, prices)
    with transaction.atomic():
        one_writer(marts.NOTE_LOCK)
        # If another refresh is done meanwhile, the next one clears the file away.
        if marts.current() == kept:
            marts.add(kept, {marts.LAID_OUT: name})
