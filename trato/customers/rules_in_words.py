"""The rules of the customer base as people read them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.customers.models import BaseRules
from trato.ui import formats


@dataclass(frozen=True, slots=True)
class RulesInWords:
    """One sentence for each way of telling customers apart."""

    relationship: str
    activity: str
    frequency: str
    volume: str


def in_words(rules: BaseRules) -> RulesInWords:
    return RulesInWords(
        relationship=_(
            "Current: has bought in the last %(days)s. Lost: has bought, but not since."
            " Potential: has not bought yet."
        )
        % {"days": _days(rules.lost_days)},
        activity=_("Active: has bought in the last %(days)s. Inactive: has bought, but longer ago.")
        % {"days": _days(rules.active_days)},
        frequency=_(
            "Of those who have bought within a year, frequent: %(many)s purchases or more;"
            " regular: %(some)s or more; occasional: fewer."
        )
        % {
            "many": formats.number(rules.frequent_purchases),
            "some": formats.number(rules.regular_purchases),
        },
        volume=_(
            "Of those who have bought within a year, high: the %(high)s who bought for most; low:"
            " the %(low)s who bought for least. Equal amounts are of one class."
        )
        % {
            "high": formats.percent(rules.high_volume_percent / 100),
            "low": formats.percent(rules.low_volume_percent / 100),
        },
    )


def _days(number: int) -> str:
    """As years where they are whole, else as days."""
    if number and number % 365 == 0:
        years = number // 365
        return ngettext("%(number)s year", "%(number)s years", years) % {"number": years}
    words = ngettext("%(number)s day", "%(number)s days", number)
    return words % {"number": formats.number(number)}
