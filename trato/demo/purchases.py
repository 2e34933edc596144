"""What the customers bought: each at their own rhythm until they leave."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from trato.demo.basket import Basket
from trato.demo.chance import pick, source
from trato.demo.goods import GOODS
from trato.demo.people import Somebody
from trato.demo.places import SHOPS, Town
from trato.demo.shelf import Shelf, cents
from trato.demo.truth import (
    CANCELLED,
    NAMELESS,
    PARTLY_RETURNED,
    SEGMENT,
    WHOLLY_RETURNED,
    YEARS,
    Buyer,
    Segment,
)
from trato.sales.drafts import LineDraft, OrderDraft

# How alike the customers of a segment are in their chance to leave.
LIKENESS = 20


@dataclass(frozen=True, slots=True)
class Purchase:
    """``who`` is a customer's number, empty for a sale to nobody in particular."""

    who: str
    seller: str
    draft: OrderDraft


@dataclass(frozen=True, slots=True)
class Till:
    """Turns baskets into orders."""

    shelf: Shelf
    until: datetime

    def order(
        self,
        chance: Random,
        wanted: dict[str, int],
        *,
        at: datetime,
        channel: str,
        town: Town,
        discount: float,
    ) -> OrderDraft:
        lines = tuple(
            self._line(code, quantity, at, town, discount) for code, quantity in wanted.items()
        )
        status, drawn = "completed", chance.random()
        if drawn < CANCELLED:
            status = "cancelled"
        elif drawn < CANCELLED + WHOLLY_RETURNED:
            status = "returned"
        elif channel != "shop" and at > self.until - timedelta(days=3 * chance.random()):
            status = "pending"
        return OrderDraft(
            number="",
            ordered_at=at,
            lines=lines,
            status=status,
            channel=channel,
            store=(town.shop or chance.choice(SHOPS)) if channel == "shop" else "",
            currency=town.currency,
        )

    def _line(
        self, code: str, quantity: int, at: datetime, town: Town, discount: float
    ) -> LineDraft:
        day, good = at.date(), GOODS[code]
        price = self.shelf.price(code, day)
        if town.currency != "EUR":
            price = cents(price / self.shelf.rate(town.currency, day))
        share = discount if good.tax < Decimal("0.2") else discount / 3
        gross = price * quantity
        off = cents(gross * Decimal(str(round(share, 4))))
        tax = cents((gross - off) * good.tax) if town.country == "ES" else Decimal(0)
        return LineDraft(
            product_code=code, quantity=Decimal(quantity), unit_price=price, discount=off, tax=tax
        )


def history(
    who: Somebody, segment: Segment, till: Till, *, seed: object
) -> tuple[Buyer, list[Purchase]]:
    """All that one customer bought, and what is true of them."""
    chance = source(seed, "buys", who.place)
    start = till.until - timedelta(days=365 * YEARS)
    rhythm = segment.rhythm * chance.lognormvariate(0, segment.spread)
    habits = Habits(
        segment,
        rhythm,
        weekday=chance.choices(range(6), (5, 4, 4, 4, 5, 5 if not segment.is_firm else 0))[0],
        channel=pick(chance, segment.channels),
    )
    basket = Basket(segment, rhythm, till.shelf, chance)
    basket.settle(max(who.begins, start).date())
    leaving = chance.betavariate(segment.leaving * LIKENESS, (1 - segment.leaving) * LIKENESS)
    at = who.begins if who.begins >= start else start + timedelta(days=rhythm * chance.random())
    at = max(habits.hour(at, chance), who.begins + timedelta(minutes=chance.randint(5, 50)))
    buyer = Buyer(
        number=who.number,
        segment=segment.key,
        rhythm=rhythm,
        weekday=habits.weekday,
        channel=habits.channel,
        favourite=basket.favourite,
        first_on=at.date(),
        left_on=None,
        won_by=who.won.campaign.name if who.won else "",
        courted_from=who.courted.known.date() if who.courted else None,
    )
    bought: list[Purchase] = []
    while at <= till.until:
        channel = habits.usual(chance)
        order = till.order(
            chance,
            basket.fill(at.date()),
            at=at,
            channel=channel,
            town=who.town,
            discount=_discount(segment, at, chance),
        )
        bought.append(Purchase(who.number, who.owner if channel == "telephone" else "", order))
        bought += _return(bought[-1], chance, till.until)
        if chance.random() < leaving:
            return replace(buyer, left_on=at.date()), bought
        at = habits.next(at, chance)
    return buyer, bought


def _discount(segment: Segment, at: datetime, chance: Random) -> float:
    if segment.is_firm:
        return segment.discount
    if at.month in {4, 9} and chance.random() < 0.12:
        return 0.10
    return 0.15 if at.month == 11 and at.day > 21 and chance.random() < 0.6 else 0.0


def _return(purchase: Purchase, chance: Random, until: datetime) -> list[Purchase]:
    """Something comes back after some days, paid as it was."""
    order = purchase.draft
    at = order.ordered_at + timedelta(days=chance.randint(2, 20), hours=chance.randint(-1, 1))
    if order.status != "completed" or chance.random() >= PARTLY_RETURNED or at > until:
        return []
    line = max(order.lines, key=lambda line: line.unit_price)
    back = replace(
        line,
        quantity=Decimal(-1),
        discount=-cents(line.discount / line.quantity),
        tax=-cents(line.tax / line.quantity),
    )
    return [replace(purchase, draft=replace(order, ordered_at=at, lines=(back,)))]


@dataclass(frozen=True, slots=True)
class Habits:
    """When and where somebody buys."""

    segment: Segment
    rhythm: float
    weekday: int
    channel: str

    def usual(self, chance: Random) -> str:
        return self.channel if chance.random() < 0.8 else pick(chance, self.segment.channels)

    def next(self, at: datetime, chance: Random) -> datetime:
        """The next purchase: a gap of chance, stretched by the season, drawn to the usual day."""
        shape = self.segment.regularity
        gap = chance.gammavariate(shape, self.rhythm / shape) / self.segment.season[at.month - 1]
        day = at + timedelta(days=max(gap, 1.0))
        if self.segment.key == "gifts":
            day = _gift_day(day, at, self.segment, chance)
        elif gap > 5 and chance.random() < self.segment.habit:
            away = (self.weekday - day.weekday() + 3) % 7 - 3
            day += timedelta(days=away)
        return self.hour(day, chance)

    def hour(self, day: datetime, chance: Random) -> datetime:
        """Shops and firms rest on Sundays."""
        if day.weekday() == 6 and (self.segment.is_firm or self.channel != "web"):
            day += timedelta(days=1)
        low, high, mode = (8, 15, 10) if self.segment.is_firm else (9, 21, 19)
        hour = chance.triangular(low, high, mode)
        return day.replace(
            hour=math.floor(hour), minute=chance.randint(0, 59), second=chance.randint(0, 59)
        )


def _gift_day(day: datetime, before: datetime, segment: Segment, chance: Random) -> datetime:
    """Presents are bought in the months of presents."""
    weights = [factor**4 for factor in segment.season]
    month = chance.choices(range(1, 13), weights)[0]
    moved = day.replace(month=month, day=chance.randint(1, 23))
    return moved if moved > before + timedelta(days=20) else day


def nameless(till: Till, count: int, *, seed: object) -> Iterator[Purchase]:
    """Sales over the counter to nobody in particular."""
    chance = source(seed, "nameless")
    segment = SEGMENT["occasional"]
    here = Town("", "", "", "")
    for _ in range(int(count * NAMELESS)):
        day = till.until - timedelta(days=chance.uniform(0, 365 * YEARS))
        at = Habits(segment, segment.rhythm, 5, "shop").hour(day, chance)
        basket = Basket(segment, segment.rhythm, till.shelf, chance)
        basket.settle(at.date())
        if at <= till.until:
            wanted = basket.fill(at.date())
            order = till.order(chance, wanted, at=at, channel="shop", town=here, discount=0.0)
            yield Purchase("", "", order)
