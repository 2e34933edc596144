"""The pages that the frame leads to: what each needs and where it hangs."""

from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.identity.models import User
from trato.identity.rules import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """``name`` is the URL's name; a place without one leads to the first of its children.

    What ``has_page`` is too much for a dialog; ``argument`` is part of its address.
    """

    label: Promise
    icon: str
    name: str = ""
    needs: Permission | None = None
    key: str = ""
    hint: Promise | None = None
    children: tuple["Place", ...] = ()
    has_page: bool = False
    argument: str = ""

    @property
    def url(self) -> str:
        return _url(self.name, self.argument)

    def is_open_to(self, user: User) -> bool:
        return self.needs is None or user.may(self.needs)


@cache
def _url(name: str, argument: str) -> str:
    # Every page leads to thirty places.
    return reverse(name, args=[argument] if argument else []) if name else ""


SETTINGS = (
    Place(
        _("My profile"),
        "circle-user-round",
        "identity:profile",
        hint=_("Your name, password, language and theme."),
    ),
    Place(
        _("Company"),
        "building-2",
        "identity:company",
        Permission.MANAGE_COMPANY,
        hint=_("Name, language, time zone and country."),
    ),
    Place(
        _("Users"),
        "users",
        "identity:users",
        Permission.MANAGE_USERS,
        hint=_("Who works here, what each can do and whose records each sees."),
    ),
    Place(
        _("Teams"),
        "users-round",
        "identity:teams",
        Permission.MANAGE_USERS,
        hint=_("Who works together and shares customers."),
    ),
    Place(
        _("Custom fields"),
        "list",
        "customers:fields",
        Permission.MANAGE_FIELDS,
        hint=_(
            "What your company wants to know about its customers, products, orders and contacts."
        ),
    ),
    Place(
        _("Customer base"),
        "gauge",
        "customers:rules",
        Permission.MANAGE_FIELDS,
        hint=_("When a customer is active, lost, frequent or of high volume."),
    ),
    Place(
        _("Currencies"),
        "coins",
        "web:rates",
        Permission.MANAGE_COMPANY,
        hint=_("The company's currency and what others are worth in it."),
    ),
    Place(
        _("API tokens"),
        "key-round",
        "identity:tokens",
        hint=_("Keys for programs that work with Trato."),
    ),
)

ANALYSIS = (
    *(
        Place(label, icon, "insight:figures", Permission.VIEW_INSIGHT, argument=name)
        for name, icon, label in (
            ("lifecycle", "route", pgettext_lazy("place", "Journey")),
            ("value", "gem", pgettext_lazy("place", "Value")),
            ("rfm", "grid-3x3", pgettext_lazy("place", "RFM groups")),
            ("cohorts", "calendar-range", pgettext_lazy("place", "Cohorts")),
            ("segments", "shapes", pgettext_lazy("place", "Micro-segments")),
            ("profitability", "coins", pgettext_lazy("place", "Profitability")),
            ("acquisition", "user-plus", pgettext_lazy("place", "New customers")),
            ("economics", "scale", pgettext_lazy("place", "Loyalty")),
            ("recommender", "sparkles", pgettext_lazy("place", "Suggestions")),
        )
    ),
    Place(pgettext_lazy("place", "Costs"), "wallet", "acquisition:costs", Permission.VIEW_COSTS),
    Place(
        pgettext_lazy("place", "Health"),
        "stethoscope",
        "insight:health",
        Permission.VIEW_INSIGHT,
    ),
)

PLACES = (
    Place(
        pgettext_lazy("place", "Today"),
        "house",
        "web:home",
        key="h",
        children=(
            Place(_("Tasks"), "square-check", "collaboration:list", Permission.MANAGE_TASKS),
        ),
    ),
    Place(
        _("Customers"),
        "users-round",
        "customers:list",
        Permission.VIEW_CUSTOMERS,
        key="c",
        children=(Place(_("Imports"), "upload", "imports:list", Permission.IMPORT),),
    ),
    Place(
        _("Sales"),
        "shopping-bag",
        key="v",
        children=(
            Place(_("Orders"), "receipt", "sales:list", Permission.VIEW_ORDERS, key="o"),
            Place(_("Products"), "package", "catalog:list", Permission.VIEW_CATALOG, key="p"),
        ),
    ),
    Place(
        pgettext_lazy("place", "Analysis"),
        "chart-spline",
        needs=Permission.VIEW_INSIGHT,
        key="a",
        children=ANALYSIS,
    ),
    Place(_("Settings"), "settings", "identity:settings", key="s", children=SETTINGS),
)

ADDITIONS = (
    Place(_("Customer"), "user-plus", "web:customer-new", Permission.CHANGE_CUSTOMERS),
    Place(_("Task"), "square-check", "collaboration:new", Permission.MANAGE_TASKS),
    Place(_("Note"), "sticky-note", "web:note", Permission.RECORD_CONTACTS),
    Place(_("Order"), "receipt", "sales:new", Permission.CHANGE_ORDERS, has_page=True),
    Place(_("Product"), "package", "catalog:new", Permission.CHANGE_CATALOG, has_page=True),
)


def open_places(places: tuple[Place, ...], user: User) -> list[Place]:
    """Those that this user may enter."""
    return [place for place in places if place.is_open_to(user)]
