"""What the company spent to win its customers, and to keep them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from trato.acquisition.drafts import CostDraft
from trato.acquisition.models import Cost
from trato.demo import chance as chances
from trato.demo import phrases
from trato.demo.campaigns import campaigns
from trato.demo.truth import YEARS
from trato.demo.world import World

type Month = date

# What one new customer of a source costs, in euros. Who comes by word of mouth or passes by costs
# nothing that anybody writes down.
PER_CUSTOMER = {
    "Instagram": 21.0,
    "Buscador": 16.0,
    "Web": 6.5,
    "Taller": 12.0,
    "Visita comercial": 140.0,
}
# A stand costs the same whoever comes.
FAIRS = {2: 950, 10: 1400}
# What goes with the first order of somebody whom a campaign won, beside its share of the letters.
WELCOME = 6.0
_MAIL = 49


def costs(world: World, *, copies: int, until: datetime, seed: object) -> Iterator[CostDraft]:
    """By month; of a company of ``copies`` times as many customers as there are in ``world``."""
    came = _came(world)
    for month in _months(until):
        chance = chances.source(seed, "costs", month)
        for source, each in PER_CUSTOMER.items():
            if heads := came[source, month]:
                amount = each * heads * copies * chance.uniform(0.85, 1.15)
                yield _cost(month, amount, source=source, note=phrases.SPENT_ON[source])
        if month.month in FAIRS:
            amount = FAIRS[month.month] * copies
            yield _cost(month, amount, source="Feria", note=phrases.SPENT_ON["Feria"])
        yield _cost(month, _MAIL * copies, Cost.Purpose.KEEP, note=phrases.SPENT_ON[""])
    winners = Counter(who.won.campaign for who in world.people if who.won)
    for campaign in campaigns(until):
        chance = chances.source(seed, "campaign", campaign.name, campaign.at.year)
        letters = chance.uniform(180, 420)
        parts = {
            Cost.Purpose.KEEP: 0.8 * letters,
            Cost.Purpose.ACQUIRE: 0.2 * letters + WELCOME * winners[campaign],
        }
        month = campaign.at.date().replace(day=1)
        for purpose, amount in parts.items():
            yield _cost(month, amount * copies, purpose, campaign=campaign.name)


def _cost(
    month: Month, amount: float, purpose: str = Cost.Purpose.ACQUIRE, **more: str
) -> CostDraft:
    cents = Decimal(f"{amount:.2f}")
    return CostDraft(month=month, amount=cents, purpose=purpose, **more)


def _came(world: World) -> Counter[tuple[str, Month]]:
    """Who bought for the first time, by where they came from and when."""
    origins = {who.number: who.draft.origin for who in world.people}
    first: dict[str, datetime] = {}
    for purchase in world.purchases:
        if purchase.who:
            at = purchase.draft.ordered_at
            first[purchase.who] = min(first.get(purchase.who, at), at)
    return Counter((origins[who], at.date().replace(day=1)) for who, at in first.items())


def _months(until: datetime) -> Iterator[Month]:
    last = until.year * 12 + until.month - 1
    for month in range(last - 12 * YEARS, last + 1):
        yield date(month // 12, month % 12 + 1, 1)
