from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from trato.catalog.models import Category, ExchangeRate, Product, ProductPrice


class Rates:
    """What a currency was worth in the company's on a day, all in memory."""

    def __init__(self, company_currency: str) -> None:
        self.company_currency = company_currency
        self._days: dict[str, list[date]] = defaultdict(list)
        self._rates: dict[str, list[Decimal]] = defaultdict(list)
        for row in ExchangeRate.objects.order_by("currency", "date"):
            self._days[row.currency].append(row.date)
            self._rates[row.currency].append(row.rate)

    def convert(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """The amount in the company's currency; None while no rate is known for that day."""
        if currency == self.company_currency:
            return amount
        place = bisect_right(self._days[currency], day)
        if place == 0:
            return None
        return (amount * self._rates[currency][place - 1]).quantize(Decimal("0.0001"))


def price_history(product: Product) -> list[ProductPrice]:
    return list(product.prices.select_related("changed_by"))


def products_by_code(codes: Iterable[str]) -> dict[str, Product]:
    rows = Product.objects.filter(code__in=set(codes)).select_related("category")
    return {product.code: product for product in rows}


def categories() -> QuerySet[Category]:
    return Category.objects.all()


def branch(category_id: int) -> list[int]:
    """The category of this id and all below it."""
    root = Category.objects.filter(pk=category_id).first()
    if root is None:
        return []
    below = Category.objects.filter(path__startswith=root.path + Category.SEPARATOR)
    return [root.pk, *below.values_list("pk", flat=True)]


def exchange_rates() -> QuerySet[ExchangeRate]:
    return ExchangeRate.objects.all()


def rated_currencies() -> list[str]:
    """The currencies of which some rate is known."""
    rows = ExchangeRate.objects.order_by("currency").values_list("currency", flat=True)
    return list(rows.distinct())
