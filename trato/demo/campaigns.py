"""The campaigns of the company, and the customers whom they won."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random

from trato.demo import phrases
from trato.demo.truth import LINGERING, WON_AT_ONCE, WON_WITHIN, YEARS


@dataclass(frozen=True, slots=True)
class Campaign:
    name: str
    at: datetime
    opens: float
    clicks: float
    coupon: bool


@dataclass(frozen=True, slots=True)
class Won:
    """Somebody who left an address on the day ``known``, and bought on the day ``first`` what the
    campaign, of a day between the two, had told them of."""

    campaign: Campaign
    known: datetime
    first: datetime


def campaigns(until: datetime) -> list[Campaign]:
    found = []
    for back in range(YEARS + 1):
        for month, name, opens, clicks, coupon in phrases.CAMPAIGNS:
            at = until.replace(
                year=until.year - back, month=month, day=12, hour=10, minute=0, second=0
            )
            if until - timedelta(days=365 * YEARS) < at < until:
                found.append(Campaign(name, at, opens, clicks, coupon))
    return sorted(found, key=lambda campaign: campaign.at)


def won(chance: Random, first: datetime, sent: Sequence[Campaign]) -> Won | None:
    """By the latest campaign, if any, somebody who first buys then: the later the less likely."""
    earlier = [campaign for campaign in sent if campaign.at < first - timedelta(days=1)]
    if not earlier:
        return None
    days = (first - earlier[-1].at) / timedelta(days=1)
    if days > WON_WITHIN or chance.random() >= WON_AT_ONCE * exp(-days / LINGERING):
        return None
    known = earlier[-1].at - timedelta(days=chance.uniform(1, 40))
    return Won(earlier[-1], known.replace(hour=chance.randint(9, 20), microsecond=0), first)
