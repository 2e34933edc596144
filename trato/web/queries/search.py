"""Finding anything by a few letters: what begins with them first, slips of the hand last."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import F, Model, Prefetch, Q, QuerySet

from trato.catalog.models import Product
from trato.customers.models import Customer, CustomerQuerySet, EmailAddress
from trato.customers.queries import listing as customers
from trato.identity.models import User
from trato.kit.listing import TooSlow, within
from trato.kit.text import sort_key
from trato.sales.models import Order

# A palette that answers late is no help: then it shows what it has.
MILLISECONDS = 400
MILLISECONDS_FOR_SLIPS = 800
LONGEST = 100
SHORTEST = 4
BARS = (0.6, 0.4)


@dataclass(frozen=True, slots=True)
class Found:
    """``is_similar`` when nothing has these letters, and these are only like them."""

    customers: list[Customer]
    products: list[Product]
    orders: list[Order]
    is_similar: bool = False

    def __bool__(self) -> bool:
        return bool(self.customers or self.products or self.orders)


def find(text: str, *, user: User, limit: int) -> Found:
    """Customers, products and orders that this user may see, up to ``limit`` of each."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not sort_key(text):
        return Found([], [], [])
    found = Found(
        _customers(text, user, limit), _products(text, user, limit), _orders(text, user, limit)
    )
    return found if found else _similar(text, user, limit)


def find_customers(text: str, *, user: User, limit: int) -> list[Customer]:
    """Customers alone, also those only like the text."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not sort_key(text):
        return []
    found = _customers(text, user, limit)
    return found or _like(_shown(Customer.objects.visible_to(user)), text, limit)


def _in_time[M: Model](ask: Callable[[], Iterable[M]]) -> list[M]:
    try:
        with within(MILLISECONDS):
            return list(ask())
    except TooSlow:
        return []


def _customers(text: str, user: User, limit: int) -> list[Customer]:
    """Names that begin so, then all else: parts of names, e-mails, telephones, ids."""
    rows = _shown(Customer.objects.visible_to(user))
    named = rows.filter(sort_key__startswith=sort_key(text)).order_by("sort_key", "pk")
    first = _in_time(lambda: named[:limit])
    if len(first) >= limit:
        return first
    known = {customer.pk for customer in first}
    others = _in_time(lambda: customers.search(rows, text)[: limit + len(known)])
    return (first + [other for other in others if other.pk not in known])[:limit]


def _shown(rows: CustomerQuerySet) -> CustomerQuerySet:
    """With what tells two of one name apart."""
    main = EmailAddress.objects.filter(is_primary=True)
    return rows.prefetch_related(Prefetch("emails", main, "main_emails"))


def _products(text: str, user: User, limit: int) -> list[Product]:
    rows = Product.objects.visible_to(user).order_by("-is_active", "sort_key", "pk")
    named = Q()
    for word in sort_key(text).split():
        named &= Q(sort_key__contains=word)
    coded = Q(code__startswith=text) | Q(code__startswith=text.upper())
    return _in_time(lambda: rows.filter(named | coded)[:limit])


def _orders(text: str, user: User, limit: int) -> list[Order]:
    """By the beginning of the number; the very number first."""
    rows = Order.objects.visible_to(user).select_related("customer")
    begins = Q(number__startswith=text) | Q(number__startswith=text.upper())
    found = _in_time(lambda: rows.filter(begins)[:limit])
    exact = {text, text.upper()}
    if not any(order.number in exact for order in found):
        found = [*_in_time(lambda: rows.filter(number__in=exact)), *found]
    return sorted(found, key=lambda order: (order.number not in exact, order.number))[:limit]


def _similar(text: str, user: User, limit: int) -> Found:
    people = _like(_shown(Customer.objects.visible_to(user)), text, limit)
    things = _like(Product.objects.visible_to(user), text, limit)
    return Found(people, things, [], is_similar=True)


def _like[M: (Customer, Product)](rows: QuerySet[M], text: str, limit: int) -> list[M]:
    """A high bar first: over it there are few, and they are found at once."""
    words = sort_key(text)
    if len(words) < SHORTEST or not words.replace(" ", "").isalpha():
        return []
    near = rows.order_by().filter(sort_key__trigram_word_similar=words)
    ranked = near.annotate(_likeness=TrigramWordSimilarity(words, F("sort_key")))
    best = ranked.order_by("-_likeness", "pk").values_list("pk", flat=True)[:limit]
    for bar in BARS:
        if ids := _over(bar, best):
            found = {row.pk: row for row in rows.filter(pk__in=ids)}
            return [found[pk] for pk in ids if pk in found]
    return []


def _over(bar: float, best: QuerySet[Any, int]) -> list[int]:
    try:
        with within(MILLISECONDS_FOR_SLIPS), connection.cursor() as sql:
            name = "pg_trgm.word_similarity_threshold"
            sql.execute("SELECT set_config(%s, %s, true)", [name, str(bar)])
            return list(best.all())
    except TooSlow:
        return []
