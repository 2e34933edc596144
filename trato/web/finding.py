"""What is found, as the groups of the palette."""

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from trato.catalog.models import Product
from trato.collaboration.models import Task
from trato.customers.models import Category, Customer, Event, EventKind
from trato.identity.models import User
from trato.identity.places import ADDITIONS, PLACES, Place, open_places
from trato.identity.rules import Permission
from trato.imports.models import Import
from trato.kit.text import sort_key
from trato.sales.models import Order
from trato.ui import formats
from trato.ui.palette import Group, Item
from trato.web.queries.search import Found
from trato.web.telling import ICONS


def groups(text: str, found: Found, user: User) -> list[Group]:
    """What was found, then the places and deeds of which the words speak.

    Groups in which whole words are met stand before those in which words begin so, and these
    before the others. Without words: what can be done, and the places that are not settings.
    """
    words = sort_key(text).split()
    deeds = Group(_("Actions"), tuple(_speaking(words, _deeds(user))))
    if not words:
        near = tuple(replace(place, children=()) for place in PLACES if place.name)
        first = (*near, *(child for place in PLACES[:-1] for child in place.children))
        return [deeds, Group(_("Go to"), tuple(_places(first, user)))]
    named = [Group(_("Go to"), tuple(_speaking(words, _places(PLACES, user)))), deeds]
    things = _things(text, found)
    # What has these letters comes before what is only like them.
    shown = [*named, *things] if found.is_similar else [*things, *named]
    met = [group for group in shown if group.items]
    return met if found.is_similar else sorted(met, key=lambda group: _distance(words, group))


def _things(text: str, found: Found) -> list[Group]:
    similar = _(" (similar)") if found.is_similar else ""
    return [
        Group(_("Customers") + similar, tuple(_customers(text, found))),
        Group(_("Products") + similar, tuple(_product(product) for product in found.products)),
        Group(_("Orders"), tuple(_order(order) for order in found.orders)),
        Group(_("My tasks"), tuple(_task(task) for task in found.tasks)),
        Group(_("Contacts"), tuple(_contact(event) for event in found.contacts)),
        Group(_("Imports"), tuple(_import(run) for run in found.imports)),
    ]


def _customers(text: str, found: Found) -> Iterable[Item]:
    for customer in found.customers:
        yield _customer(customer)
    if found.customers and not found.is_similar:
        address = f"{reverse('customers:list')}?{urlencode({'q': text})}"
        label = _("All customers with “%(words)s”") % {"words": text}
        yield Item(label, address, "list-filter")


def _customer(customer: Customer) -> Item:
    email = customer.main_email or ""  # type: ignore[attr-defined]
    icon = "building-2" if customer.is_organisation else "user-round"
    return Item(customer.name, reverse("web:customer", args=[customer.pk]), icon, email)


def _product(product: Product) -> Item:
    return Item(
        product.name, reverse("catalog:product", args=[product.pk]), "package", product.code
    )


def _order(order: Order) -> Item:
    parts = [order.customer.name if order.customer else "", formats.day(order.ordered_at)]
    parts.append(formats.money(order.total, order.currency))
    address = reverse("sales:order", args=[order.pk])
    return Item(order.number, address, "receipt", " · ".join(filter(None, parts)))


def _task(task: Task) -> Item:
    hint = " · ".join(
        filter(None, [task.customer.name if task.customer else "", formats.day(task.due_on)])
    )
    address = reverse("collaboration:edit", args=[task.pk])
    return Item(task.title, address, "square-check", hint, in_dialog=True)


def _contact(event: Event) -> Item:
    """By its title, or the beginning of what was written."""
    label = event.subject or Truncator(event.payload.get("body", "")).chars(80)
    address = f"{reverse('web:customer', args=[event.customer_id])}?show={Category.CONTACT.value}"
    hint = f"{event.customer.name} · {formats.day(event.at)}"
    return Item(label, address, ICONS[event.kind], hint)


def _import(run: Import) -> Item:
    hint = f"{run.get_kind_display()} · {formats.day(run.created_at)}"
    return Item(run.file_name, reverse("imports:show", args=[run.pk]), "upload", hint)


def _places(places: Iterable[Place], user: User, above: str = "") -> Iterable[Item]:
    for place in open_places(tuple(places), user):
        if place.url:
            about = str(place.hint or "")
            yield Item(str(place.label), place.url, place.icon, above, about=about)
        yield from _places(place.children, user, str(place.label))


def _deeds(user: User) -> Iterable[Item]:
    labels = {
        "web:customer-new": _("New customer"),
        "collaboration:new": _("New task"),
        "web:note": _("New note"),
        "sales:new": _("New order"),
        "catalog:new": _("New product"),
    }
    for place in open_places(ADDITIONS, user):
        yield Item(labels[place.name], place.url, place.icon, in_dialog=not place.has_page)
    if user.may(Permission.RECORD_CONTACTS):
        for kind, label in ((EventKind.CALL, _("Log a call")), (EventKind.VISIT, _("Log a visit"))):
            address = f"{reverse('web:note')}?kind={kind.value}"
            yield Item(label, address, ICONS[kind], in_dialog=True)
    if user.may(Permission.IMPORT):
        yield Item(_("Import a file"), reverse("imports:new"), "upload")
    preferences = reverse("identity:preferences")
    yield Item(_("Change the theme or the language"), preferences, "sun", in_dialog=True)


def _speaking(words: list[str], items: Iterable[Item]) -> list[Item]:
    """Those whose label has all the words, whole ones first; then those that are about them."""
    known = list(items)
    named = [item for item in known if _has(words, item.label)]
    named.sort(key=lambda item: _nearness(words, item))
    return [*named, *(i for i in known if i not in named and _has(words, f"{i.label} {i.about}"))]


def _has(words: list[str], text: str) -> bool:
    return all(word in sort_key(text) for word in words)


def _distance(words: list[str], group: Group) -> int:
    return min(_nearness(words, item) for item in group.items)


def _nearness(words: list[str], item: Item) -> int:
    """0 where all of them are whole words of the item, 1 where words begin so, else 2."""
    known = _SIGNS.sub(" ", sort_key(f"{item.label} {item.hint}")).split()
    if all(word in known for word in words):
        return 0
    return 1 if all(any(other.startswith(word) for other in known) for word in words) else 2


_SIGNS = re.compile(r"[^\w\-.@]+")
