"""How the last forecast came true, in a sentence: beside every forecast, without the engine."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from trato.ui import formats

# A forecast this near to what came is told as true.
CLOSE = 0.1
# Of so much expected it is told how much came.
WHOLE = 100


def factor(tested: Mapping[str, Any]) -> float | None:
    """Purchases that came for each one expected; nothing where none was tested."""
    return _number(tested.get("factor"))


def money_factor(tested: Mapping[str, Any]) -> float | None:
    """Money that came for each unit expected; nothing where only purchases were tested."""
    return _number((tested.get("money") or {}).get("factor"))


def _number(told: Any) -> float | None:
    return told if isinstance(told, int | float) else None


def came_true(tested: Mapping[str, Any]) -> str:
    """The forecast of purchases, of a run's back-test; nothing where none was made."""
    came = factor(tested)
    if came is None:
        return ""
    words = {"days": formats.number(tested.get("days")), "came": _of_a_hundred(came)}
    return _told(came) % words


def money_came_true(tested: Mapping[str, Any], currency: str) -> str:
    """The forecast of what customers bring; nothing where none was tested."""
    came = money_factor(tested)
    if came is None:
        return ""
    words = {
        "days": formats.number(tested.get("days")),
        "expected": _of_basis(tested["money"].get("basis")) % {"amount": _money(1, currency)},
        "came": _money(came, currency),
    }
    return _told_of_money(came) % words


def all_came_true(tested: Mapping[str, Any], currency: str) -> str:
    """Money and purchases, beside a forecast of both."""
    money, came = money_came_true(tested, currency), factor(tested)
    if not money or came is None:
        return came_true(tested)
    said = _("For every 100 purchases expected there were %(came)s.")
    return f"{money} {said % {'came': _of_a_hundred(came)}}"


def _of_a_hundred(came: float) -> str:
    return formats.number(came * WHOLE, 0)


def _money(came: float, currency: str) -> str:
    return formats.money(came * WHOLE, currency, cents=False)


def _of_basis(basis: Any) -> str:
    return _("%(amount)s of margin") if basis == "margin" else _("%(amount)s of sales")


def _told(came: float) -> str:
    if abs(came - 1) < CLOSE:
        return _(
            "The forecast was tested on %(days)s days that it had not seen, and it came true:"
            " for every 100 purchases expected there were %(came)s."
        )
    return _(
        "The forecast was tested on %(days)s days that it had not seen: for every 100 purchases"
        " expected there were %(came)s. Read the amounts with that in mind."
    )


def _told_of_money(came: float) -> str:
    if abs(came - 1) < CLOSE:
        return _(
            "The forecast was tested on %(days)s days that it had not seen, and it came true:"
            " for every %(expected)s expected there came %(came)s."
        )
    return _(
        "The forecast was tested on %(days)s days that it had not seen: for every %(expected)s"
        " expected there came %(came)s. Read the amounts with that in mind."
    )
