"""Finding anything by a few letters: what begins with them first, slips of the hand last."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import Lexeme, SearchQuery, TrigramWordSimilarity
from django.db.models import (
    Case,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat

from trato.catalog.models import Product
from trato.collaboration.models import Task
from trato.customers.models import Customer, EmailAddress, Event, Summary
from trato.customers.models.event import CONTACTS, told, words_told
from trato.customers.queries.searching import searched, similar
from trato.identity.models import User
from trato.identity.rules import Permission
from trato.imports.models import Import
from trato.kit.database import SortKey
from trato.kit.listing import TooSlow, within
from trato.kit.text import sort_key
from trato.sales.models import Order

# A palette that answers late is no help: then it shows what it has.
MILLISECONDS = 400
RARELY = 100
LONGEST = 100
SHORTEST = 4
SHORTEST_PART = 3
LAST_MET = 100


type Way = Callable[[str, User, int], list[Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """``is_similar`` when nothing has these letters, and these are only like them."""

    customers: list[Customer] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    contacts: list[Event] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    is_similar: bool = False

    def __bool__(self) -> bool:
        things = (self.customers, self.products, self.orders)
        return any((*things, self.tasks, self.contacts, self.imports))


def find(text: str, *, user: User, limit: int) -> Found:
    """What this user may see of each sort of thing, up to ``limit`` of each."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not sort_key(text):
        return Found()
    try:
        with within(MILLISECONDS):
            found = _found(lambda way: way(text, user, limit))
    except TooSlow:
        found = _found(lambda way: _in_time(partial(way, text, user, limit)))
    if len(found.contacts) < limit:
        older = _older_contacts(text, user, limit)
        found = replace(found, contacts=older or found.contacts)
    return found if found else _similar(text, user, limit)


def _found(ask: Callable[[Way], list[Any]]) -> Found:
    return Found(
        customers=ask(_customers),
        products=ask(_products),
        orders=ask(_orders),
        tasks=ask(_tasks),
        contacts=ask(_contacts),
        imports=ask(_imports),
    )


def find_customers(text: str, *, user: User, limit: int) -> list[Customer]:
    """Customers alone, also those only like the text."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not sort_key(text):
        return []
    found = _in_time(lambda: _customers(text, user, limit))
    return found or _people_like(text, user, limit)


def _in_time[M: Model](ask: Callable[[], list[M]], most: int = MILLISECONDS) -> list[M]:
    """What one way finds, apart from the others; nothing when it takes too long."""
    try:
        with within(most):
            return ask()
    except TooSlow:
        return []


def _customers(text: str, user: User, limit: int) -> list[Customer]:
    """Names that begin so, then all else: parts of names, e-mails, telephones, ids."""
    rows = _told_apart(Customer.objects.visible_to(user))
    named = rows.filter(sort_key__startswith=sort_key(text)).order_by("sort_key", "pk")
    found = list(named[:limit])
    if len(found) < limit:
        known = {customer.pk for customer in found}
        others = searched(rows, text)[: limit + len(known)]
        found = (found + [other for other in others if other.pk not in known])[:limit]
    return found


def _told_apart(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """With ``main_email``: two may have one name."""
    main = EmailAddress.objects.filter(customer=OuterRef("pk"), is_primary=True)
    return rows.annotate(main_email=Subquery(main.values("address")[:1]))


def _products(text: str, user: User, limit: int) -> list[Product]:
    """Names with these words at the beginning of theirs come first."""
    rows = Product.objects.visible_to(user)
    named, begun = Q(), Q()
    for word in sort_key(text).split():
        named &= Q(sort_key__contains=word)
        begun &= Q(sort_key__startswith=word) | Q(sort_key__contains=f" {word}")
    coded = Q(code__startswith=text) | Q(code__startswith=text.upper())
    first = Case(When(begun | coded, then=0), default=1)
    return list(rows.filter(named | coded).order_by(first, "-is_active", "sort_key", "pk")[:limit])


def _orders(text: str, user: User, limit: int) -> list[Order]:
    """By the beginning of the number; the very number first."""
    rows = Order.objects.visible_to(user).select_related("customer")
    begins = Q(number__startswith=text) | Q(number__startswith=text.upper())
    found = list(rows.filter(begins)[:limit])
    exact = {text, text.upper()}
    if len(found) == limit and not any(order.number in exact for order in found):
        found = [*rows.filter(number__in=exact), *found]
    return sorted(found, key=lambda order: (order.number not in exact, order.number))[:limit]


def _tasks(text: str, user: User, limit: int) -> list[Task]:
    """What this user has still to do: everybody's tasks have no index for their words."""
    if not user.may(Permission.MANAGE_TASKS):
        return []
    rows = Task.objects.open().filter(assignee=user).select_related("customer")
    return list(_worded(rows, SortKey("title"), text)[:limit])


def _contacts(text: str, user: User, limit: int) -> list[Event]:
    """What was noted of those who were last in contact: the whole log would take too long."""
    if len(sort_key(text)) < SHORTEST_PART:
        return []
    met = Summary.objects.filter(last_contact_at__isnull=False)
    if not user.sees_everybody:
        met = met.filter(customer__in=Customer.objects.visible_to(user))
    who = met.order_by(F("last_contact_at").desc(), "-customer").values("customer")[:LAST_MET]
    rows = _contacts_seen_by(user).filter(customer__in=who)
    begun = Concat(Value(" "), told(), output_field=TextField())
    return list(_worded(rows, begun, text, " ")[:limit])


def _older_contacts(text: str, user: User, limit: int) -> list[Event]:
    """What was noted of anybody, as far as these words are rare enough to be sorted by time."""
    words = re.findall(r"\w+", sort_key(text))
    lengths = [len(word) for word in words]
    if max(lengths, default=0) < SHORTEST or min(lengths) < SHORTEST_PART:
        return []
    wanted = reduce(and_, (Lexeme(word, prefix=True) for word in words))
    rows = (
        _contacts_seen_by(user)
        .alias(words=words_told())
        .filter(words=SearchQuery(wanted, config="simple"))
    )
    return _in_time(lambda: list(rows[:limit]), RARELY)


def _contacts_seen_by(user: User) -> QuerySet[Event]:
    rows = Event.objects.visible_to(user).filter(kind__in=sorted(CONTACTS))
    return rows.select_related("customer").order_by("-at", "-pk")


def _imports(text: str, user: User, limit: int) -> list[Import]:
    """The last files with this name."""
    rows = Import.objects.visible_to(user)
    return list(_worded(rows, SortKey("file_name"), text)[:limit])


def _worded(rows: QuerySet[Any], told: Func, text: str, before: str = "") -> QuerySet[Any]:
    """Those whose text has every word of this one, with that before it."""
    found: QuerySet[Any] = rows.alias(told=told)
    for word in sort_key(text).split():
        found = found.filter(told__contains=before + word)
    return found


def _similar(text: str, user: User, limit: int) -> Found:
    return Found(_people_like(text, user, limit), _things_like(text, user, limit), is_similar=True)


def _is_name(text: str) -> bool:
    """Addresses and numbers are right or wrong; only words are nearly right."""
    words = sort_key(text).replace(" ", "")
    return len(words) >= SHORTEST and words.isalpha()


def _people_like(text: str, user: User, limit: int) -> list[Customer]:
    if not _is_name(text):
        return []
    near = similar(_told_apart(Customer.objects.visible_to(user)), text)
    return list(near.order_by(_likeness(text).desc(), "pk")[:limit])


def _things_like(text: str, user: User, limit: int) -> list[Product]:
    if not _is_name(text):
        return []
    rows = Product.objects.visible_to(user)
    near = rows.filter(sort_key__trigram_word_similar=sort_key(text))
    return _in_time(lambda: list(near.order_by(_likeness(text).desc(), "pk")[:limit]))


def _likeness(text: str) -> TrigramWordSimilarity:
    return TrigramWordSimilarity(sort_key(text), F("sort_key"))
