"""What is found, as the groups of the palette."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from trato.catalog.models import Product
from trato.customers.models import Customer
from trato.identity.models import User
from trato.identity.places import ADDITIONS, PLACES, Place, open_places
from trato.identity.rules import Permission
from trato.kit.text import sort_key
from trato.sales.models import Order
from trato.ui import formats
from trato.ui.palette import Group, Item
from trato.web.queries.search import Found


def groups(text: str, found: Found, user: User) -> list[Group]:
    """What was found, then the places and deeds of which the words speak.

    Without words: what can be done, and the places that are not settings.
    """
    words = sort_key(text).split()
    deeds = Group(_("Actions"), tuple(_speaking(words, _deeds(user))))
    if not words:
        near = tuple(replace(place, children=()) for place in PLACES if place.name)
        first = (*near, *(child for place in PLACES[:-1] for child in place.children))
        return [deeds, Group(_("Go to"), tuple(_places(first, user)))]
    similar = _(" (similar)") if found.is_similar else ""
    things = [
        Group(_("Customers") + similar, tuple(_customers(text, found))),
        Group(_("Products") + similar, tuple(_product(product) for product in found.products)),
        Group(_("Orders"), tuple(_order(order) for order in found.orders)),
    ]
    named = [Group(_("Go to"), tuple(_speaking(words, _places(PLACES, user)))), deeds]
    # What has these letters comes before what is only like them.
    shown = [*named, *things] if found.is_similar else [*things, *named]
    return [group for group in shown if group.items]


def _customers(text: str, found: Found) -> Iterable[Item]:
    for customer in found.customers:
        yield _customer(customer)
    if found.customers and not found.is_similar:
        address = f"{reverse('customers:list')}?{urlencode({'q': text})}"
        label = _("All customers with “%(words)s”") % {"words": text}
        yield Item(label, address, "list-filter")


def _customer(customer: Customer) -> Item:
    email = next((email.address for email in customer.main_emails), "")  # type: ignore[attr-defined]
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
    if user.may(Permission.IMPORT):
        yield Item(_("Import a file"), reverse("imports:new"), "upload")
    preferences = reverse("identity:preferences")
    yield Item(_("Change the theme or the language"), preferences, "sun", in_dialog=True)


def _speaking(words: list[str], items: Iterable[Item]) -> list[Item]:
    """Those whose label has all the words, then those that are about them."""
    known = list(items)
    named = [item for item in known if _has(words, item.label)]
    return [*named, *(i for i in known if i not in named and _has(words, f"{i.label} {i.about}"))]


def _has(words: list[str], text: str) -> bool:
    return all(word in sort_key(text) for word in words)
