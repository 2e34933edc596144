"""Finding anything by a few letters: what begins with them first, slips of the hand last."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, Model, Prefetch, Q

from trato.catalog.models import Product
from trato.customers.models import Customer, CustomerQuerySet, EmailAddress
from trato.customers.queries.searching import searched, similar
from trato.identity.models import User
from trato.kit.listing import TooSlow, within
from trato.kit.text import sort_key
from trato.sales.models import Order

# A palette that answers late is no help: then it shows what it has.
MILLISECONDS = 400
LONGEST = 100
SHORTEST = 4


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
    try:
        with within(MILLISECONDS):
            found = Found(
                _customers(text, user, limit),
                _products(text, user, limit),
                _orders(text, user, limit),
            )
    except TooSlow:
        found = Found(
            _in_time(lambda: _customers(text, user, limit)),
            _in_time(lambda: _products(text, user, limit)),
            _in_time(lambda: _orders(text, user, limit)),
        )
    return found if found else _similar(text, user, limit)


def find_customers(text: str, *, user: User, limit: int) -> list[Customer]:
    """Customers alone, also those only like the text."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not sort_key(text):
        return []
    found = _in_time(lambda: _customers(text, user, limit))
    return found or _people_like(text, user, limit)


def _in_time[M: Model](ask: Callable[[], list[M]]) -> list[M]:
    """What one way finds, apart from the others; nothing when it takes too long."""
    try:
        with within(MILLISECONDS):
            return ask()
    except TooSlow:
        return []


def _customers(text: str, user: User, limit: int) -> list[Customer]:
    """Names that begin so, then all else: parts of names, e-mails, telephones, ids."""
    rows = _shown(Customer.objects.visible_to(user))
    named = rows.filter(sort_key__startswith=sort_key(text)).order_by("sort_key", "pk")
    first = list(named[:limit])
    if len(first) >= limit:
        return first
    known = {customer.pk for customer in first}
    others = searched(rows, text)[: limit + len(known)]
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
    return list(rows.filter(named | coded)[:limit])


def _orders(text: str, user: User, limit: int) -> list[Order]:
    """By the beginning of the number; the very number first."""
    rows = Order.objects.visible_to(user).select_related("customer")
    begins = Q(number__startswith=text) | Q(number__startswith=text.upper())
    found = list(rows.filter(begins)[:limit])
    exact = {text, text.upper()}
    if not any(order.number in exact for order in found):
        found = [*rows.filter(number__in=exact), *found]
    return sorted(found, key=lambda order: (order.number not in exact, order.number))[:limit]


def _similar(text: str, user: User, limit: int) -> Found:
    return Found(_people_like(text, user, limit), _things_like(text, user, limit), [], True)


def _is_name(text: str) -> bool:
    """Addresses and numbers are right or wrong; only words are nearly right."""
    words = sort_key(text).replace(" ", "")
    return len(words) >= SHORTEST and words.isalpha()


def _people_like(text: str, user: User, limit: int) -> list[Customer]:
    if not _is_name(text):
        return []
    near = similar(_shown(Customer.objects.visible_to(user)), text)
    return list(near.order_by(_likeness(text).desc(), "pk")[:limit])


def _things_like(text: str, user: User, limit: int) -> list[Product]:
    if not _is_name(text):
        return []
    rows = Product.objects.visible_to(user)
    near = rows.filter(sort_key__trigram_word_similar=sort_key(text))
    return _in_time(lambda: list(near.order_by(_likeness(text).desc(), "pk")[:limit]))


def _likeness(text: str) -> TrigramWordSimilarity:
    return TrigramWordSimilarity(sort_key(text), F("sort_key"))
