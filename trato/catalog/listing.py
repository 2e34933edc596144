"""The list of products: what it can show, filter and sort by, and how it is searched."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.catalog.models import Product
from trato.catalog.queries import branch, brands, categories, units
from trato.customers.custom.listed import listed
from trato.customers.models import CustomField
from trato.kit.database import SortKey
from trato.kit.listing import Column, Field, Kind, Listing, Order
from trato.kit.text import sort_key


@dataclass(frozen=True, slots=True)
class InBranch(Column):
    """A category stands for all of its tree."""

    def matches(self, lookup: str, value: Any) -> Q:
        if lookup == "in":
            value = [pk for root in value for pk in branch(int(root))]
        return Column.matches(self, lookup, value)


def product_list(*, currency: str) -> Listing:
    """The fields of every product and those that an administrator defined, whose amounts are in
    the company's ``currency``."""
    own = listed(CustomField.About.PRODUCT, currency=currency)
    return Listing(
        name="products",
        model=Product,
        fields=(*_fields(), *_money_fields(), *_moment_fields(), *own),
        sort="name",
        search=search,
    )


def _fields() -> Iterable[Field]:
    yield Field(
        "name",
        _("Name"),
        Kind.TEXT,
        Column("sort_key", shown="name", folded=True),
        order=Order("sort_key"),
        fixed=True,
        optional=False,
        canonical="name",
    )
    yield Field(
        "code",
        _("Code"),
        Kind.TEXT,
        Column("code"),
        order=Order("code"),
        shown=True,
        optional=False,
        canonical="product_id",
    )
    yield Field(
        "category",
        _("Category"),
        Kind.LINK,
        InBranch("category", shown="category__path"),
        order=Order(SortKey("category__path"), nullable=True, indexed=False),
        options=cache(lambda: [(str(one.pk), one.path) for one in categories()]),
        shown=True,
        canonical="category",
    )
    yield Field(
        "brand",
        _("Brand"),
        Kind.CHOICE,
        Column("brand", blank=""),
        order=Order(SortKey("brand"), indexed=False),
        options=cache(lambda: [(name, name) for name in brands()]),
        is_open=True,
        shown=True,
        canonical="brand",
    )
    yield Field(
        "unit",
        _("Unit"),
        Kind.CHOICE,
        Column("unit", blank=""),
        options=cache(lambda: [(name, name) for name in units()]),
        is_open=True,
        canonical="unit",
    )
    yield Field(
        "tier",
        _("Quality"),
        Kind.NUMBER,
        Column("quality_tier"),
        order=Order("quality_tier", nullable=True, indexed=False),
        shown=True,
        canonical="quality_tier",
    )
    yield Field(
        "on_sale",
        _("On sale"),
        Kind.FLAG,
        Column("is_active"),
        shown=True,
        optional=False,
        canonical="active",
    )


def _money_fields() -> Iterable[Field]:
    for key, label in (("price", _("Price")), ("cost", _("Cost"))):
        yield Field(
            key,
            label,
            Kind.MONEY,
            Column(key),
            order=Order(key, nullable=True, indexed=False),
            shown=True,
            canonical=key,
        )
    yield Field(
        "currency",
        _("Currency"),
        Kind.TEXT,
        Column("currency"),
        optional=False,
        canonical="currency",
    )


def _moment_fields() -> Iterable[Field]:
    for key, column, label in (
        ("created", "created_at", pgettext_lazy("product", "Created")),
        ("changed", "updated_at", pgettext_lazy("product", "Changed")),
    ):
        order = Order(column, indexed=False)
        yield Field(key, label, Kind.DATETIME, Column(column), order=order, optional=False)


def search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """The beginning of a code, or words of the name in any order."""
    named = Q()
    for word in sort_key(words).split():
        named &= Q(sort_key__contains=word)
    return rows.filter(named | Q(code__istartswith=words))
