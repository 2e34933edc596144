from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from trato.catalog.models import Category, ExchangeRate, Product, ProductPrice
from trato.customers.custom.words import custom_word
from trato.customers.models import CustomField
from trato.customers.queries.profile import all_custom_fields
from trato.identity.audit import MOST, Change, Keys, changes, changes_among
from trato.identity.models import User
from trato.kit.text import sort_key


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


def rate_on(currency: str, day: date) -> ExchangeRate | None:
    """What held on that day."""
    rows = ExchangeRate.objects.filter(currency=currency, date__lte=day)
    return rows.order_by("-date").first()


def price_history(product: Product) -> list[ProductPrice]:
    return list(product.prices.select_related("changed_by"))


def products_by_code(codes: Iterable[str], *, locked: bool = False) -> dict[str, Product]:
    """With ``locked`` nobody else changes them until the end of the transaction."""
    rows = Product.objects.filter(code__in=set(codes)).select_related("category")
    if locked:
        rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    return {product.code: product for product in rows}


def locked_product(product: Product) -> Product:
    """The product as it is now, until the end of the transaction."""
    return Product.objects.select_for_update().get(pk=product.pk)


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


@dataclass(frozen=True, slots=True)
class Node:
    """A category as a place in the tree: how deep, how many products in it and in all of it."""

    category: Category
    depth: int
    products: int
    inside: int
    has_children: bool

    @property
    def is_empty(self) -> bool:
        return not (self.inside or self.has_children)


def category_tree() -> list[Node]:
    """Every category before those below it, by name."""
    rows = list(Category.objects.annotate(own=Count("products")))
    rows.sort(key=lambda row: [sort_key(name) for name in row.path.split(Category.SEPARATOR)])
    inside: dict[int, int] = defaultdict(int)
    parents = {row.pk: row.parent_id for row in rows}
    for row in rows:
        above: int | None = row.pk
        while above is not None:
            inside[above] += row.own
            above = parents[above]
    with_children = set(parents.values())
    return [
        Node(
            category=row,
            depth=row.path.count(Category.SEPARATOR),
            products=row.own,
            inside=inside[row.pk],
            has_children=row.pk in with_children,
        )
        for row in rows
    ]


def lineage(category: Category | None) -> list[Category]:
    """The category with those above it, the root first."""
    if category is None:
        return []
    names = category.path.split(Category.SEPARATOR)
    paths = [Category.SEPARATOR.join(names[: place + 1]) for place in range(len(names))]
    return sorted(Category.objects.filter(path__in=paths), key=lambda row: len(row.path))


def find_products(words: str, *, user: User, limit: int = 8) -> Sequence[Product]:
    """Products on sale whose name has these words, or whose code begins so."""
    text = sort_key(words)
    if not text:
        return []
    rows = Product.objects.visible_to(user).filter(is_active=True)
    found = rows.filter(Q(code__istartswith=words.strip()) | Q(sort_key__contains=text))
    return list(found.order_by("sort_key", "pk")[:limit])


def brands() -> list[str]:
    rows = Product.objects.exclude(brand="").order_by("brand")
    return list(rows.values_list("brand", flat=True).distinct())


def units() -> list[str]:
    rows = Product.objects.exclude(unit="").order_by("unit")
    return list(rows.values_list("unit", flat=True).distinct())


def category_changes(category: Category) -> list[Change]:
    """Who made a category, renamed it and moved it, newest first."""
    return changes(category, keys=Keys(labels={"parent": _("Below")}))


def product_changes(
    product: Product, *, currency: str, hidden: Container[str] = ()
) -> list[Change]:
    """What people changed in a product, prices too unless they are ``hidden``, newest first.

    ``currency`` is the company's, of amounts in its own fields.
    """
    own = {field.key: field for field in all_custom_fields(CustomField.About.PRODUCT)}
    keys = Keys(
        labels={key: field.label for key, field in own.items()},
        write=lambda key, value: custom_word(value, own.get(key), currency),
        money={"price": product.currency, "cost": product.currency},
        hidden=hidden,
    )
    return changes(product, keys=keys)


def rate_changes(*, limit: int = MOST) -> list[Change]:
    """What people changed in rates, newest first."""
    found = changes_among(ExchangeRate, of={}, limit=limit)
    return [replace(one, part=one.record if one.field else "") for one in found]
