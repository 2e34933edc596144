"""What is on the shelf on a day, at which price; what a currency was worth then."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from trato.demo.chance import source
from trato.demo.goods import GOODS, Good
from trato.demo.truth import LAUNCHED, PRICE_ROUNDS, RETIRED, YEARS

MONTH = 30.44
CENT = Decimal("0.01")
# Units of the company's currency for one of the other, three years ago.
RATES = {"USD": 0.93, "MXN": 0.0485}


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)


def months_before(day: date, months: float) -> date:
    return day - timedelta(days=round(months * MONTH))


def _shelf_price(price: Decimal, factor: float) -> Decimal:
    """Prices end in five cents."""
    return (price / Decimal(str(factor)) * 20).quantize(Decimal(1)) / 20


@dataclass
class Shelf:
    """Prices went up in rounds and are today what the list of goods says."""

    today: date
    seed: object = 0
    opened: date = field(init=False)
    _prices: dict[str, tuple[list[date], list[Decimal]]] = field(init=False)
    _rates: dict[str, tuple[list[date], list[Decimal]]] = field(init=False)
    _span: dict[str, tuple[date, date]] = field(init=False)

    def __post_init__(self) -> None:
        self.opened = self.today - timedelta(days=365 * YEARS + 90)
        self._prices = {code: self._history(good) for code, good in GOODS.items()}
        self._rates = {code: self._walk(code, start) for code, start in RATES.items()}
        self._span = {
            code: (
                months_before(self.today, LAUNCHED[code]) if code in LAUNCHED else self.opened,
                months_before(self.today, RETIRED[code]) if code in RETIRED else date.max,
            )
            for code in GOODS
        }

    def _history(self, good: Good) -> tuple[list[date], list[Decimal]]:
        rounds = [r for r in PRICE_ROUNDS if good.category.startswith(r.category)]
        factor = 1.0
        for step in rounds:
            factor *= step.factor
        days, prices = [self.opened], [_shelf_price(good.price, factor)]
        for step in rounds:
            factor /= step.factor
            days.append(months_before(self.today, step.months_ago))
            prices.append(_shelf_price(good.price, max(factor, 1.0)))
        prices[-1] = good.price
        return days, prices

    def _walk(self, currency: str, start: float) -> tuple[list[date], list[Decimal]]:
        """One rate a month, on its first day."""
        chance = source(self.seed, "rate", currency)
        day, rate = self.opened.replace(day=1), start
        days, rates = [], []
        while day <= self.today:
            days.append(day)
            rates.append(Decimal(f"{rate:.5f}"))
            rate *= 1 + chance.gauss(0, 0.013)
            day = (day + timedelta(days=32)).replace(day=1)
        return days, rates

    def price(self, code: str, day: date) -> Decimal:
        days, prices = self._prices[code]
        return prices[max(bisect_right(days, day) - 1, 0)]

    def cost(self, code: str, day: date) -> Decimal:
        """Costs follow prices at a distance: the margin is today's."""
        good = GOODS[code]
        return cents(good.cost * self.price(code, day) / good.price)

    def rate(self, currency: str, day: date) -> Decimal:
        days, rates = self._rates[currency]
        return rates[max(bisect_right(days, day) - 1, 0)]

    def rates(self) -> list[tuple[str, date, Decimal]]:
        return [
            (currency, day, rate)
            for currency, (days, rates) in self._rates.items()
            for day, rate in zip(days, rates, strict=True)
        ]

    def has(self, code: str, day: date) -> bool:
        first, last = self._span[code]
        return first <= day < last

    def span(self, code: str) -> tuple[date, date]:
        return self._span[code]

    def price_days(self) -> list[date]:
        """The days on which the price list changed."""
        return sorted({day for days, _prices in self._prices.values() for day in days})

    def choose(self, codes: list[str], day: date, chance: Random) -> str:
        """One of those on the shelf that day."""
        return chance.choice([code for code in codes if self.has(code, day)])
