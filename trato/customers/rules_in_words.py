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
            "Current: has bought %(lately)s. Lost: has bought, but not since."
            " Potential: has not bought yet."
        )
        % {"lately": _lately(rules.lost_days)},
        activity=_("Active: has bought %(lately)s. Inactive: has bought, but longer ago.")
        % {"lately": _lately(rules.active_days)},
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


def _lately(days: int) -> str:
    """In years where they are whole, else in days."""
    if days and days % 365 == 0:
        years = days // 365
        words = ngettext("in the last year", "in the last %(number)s years", years)
        return words % {"number": formats.number(years)}
    words = ngettext("in the last day", "in the last %(number)s days", days)
    return words % {"number": formats.number(days)}
