"""How the last forecast came true, in a sentence: beside every forecast, without the engine."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from trato.ui import formats

# A forecast this near to what came is told as true.
CLOSE = 0.1


def came_true(tested: Mapping[str, Any]) -> str:
    """Of a run's back-test; nothing where none was made."""
    factor = tested.get("factor")
    if not isinstance(factor, int | float):
        return ""
    words = {"days": formats.number(tested.get("days")), "came": formats.number(factor * 100, 0)}
    return _told(factor) % words


def _told(factor: float) -> str:
    if abs(factor - 1) < CLOSE:
        return _(
            "The forecast was tested on %(days)s days that it had not seen, and it came true:"
            " for every 100 purchases expected there were %(came)s."
        )
    return _(
        "The forecast was tested on %(days)s days that it had not seen: for every 100 purchases"
        " expected there were %(came)s. Read the amounts with that in mind."
    )
