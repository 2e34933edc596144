"""The list of orders: what it can show, filter and sort by, and how it is searched."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.customers.custom.listed import listed
from trato.customers.models import Channel, Customer, CustomField
from trato.identity.models import User
from trato.kit.database import SortKey
from trato.kit.listing import Column, Field, Kind, Listing, Related, Worked
from trato.kit.listing import Order as By
from trato.sales.models import Order, OrderLine
from trato.sales.queries.orders import channels, stores


def order_list(*, currency: str) -> Listing:
    """The fields of every order and those that an administrator defined."""
    fields = (
        *_head_fields(),
        *_place_fields(),
        *_money_fields(currency),
        *_written_fields(),
        *listed(CustomField.About.ORDER, currency=currency),
    )
    return Listing(
        name="orders",
        model=Order,
        fields=fields,
        sort="-ordered",
        search=search,
    )


def _head_fields() -> Iterable[Field]:
    yield Field(
        "number",
        _("Number"),
        Kind.TEXT,
        Column("number"),
        order=By("number"),
        fixed=True,
        optional=False,
    )
    yield Field(
        "ordered",
        _("Ordered"),
        Kind.DATETIME,
        Column("ordered_at"),
        order=By("ordered_at"),
        shown=True,
        optional=False,
    )
    yield Field(
        "customer",
        _("Customer"),
        Kind.TEXT,
        Column("customer__sort_key", shown="customer__name", folded=True),
        shown=True,
    )
    yield Field(
        "status",
        _("State"),
        Kind.CHOICE,
        Column("status"),
        options=lambda: Order.Status.choices,
        shown=True,
        optional=False,
    )
    yield Field(
        "product",
        _("Code of a product"),
        Kind.TEXT,
        Related(OrderLine, "order", "product__code", insensitive=True),
        optional=False,
    )


def _place_fields() -> Iterable[Field]:
    yield Field(
        "channel",
        _("Channel"),
        Kind.CHOICE,
        Column("channel", blank=""),
        options=cache(_channels),
        is_open=True,
        shown=True,
    )
    yield Field(
        "store",
        _("Store"),
        Kind.CHOICE,
        Column("store", blank=""),
        options=cache(lambda: [(name, name) for name in stores()]),
        is_open=True,
        shown=True,
    )
    yield Field(
        "seller",
        _("Seller"),
        Kind.LINK,
        Column("seller", shown="seller__name"),
        order=By(SortKey("seller__name"), nullable=True, indexed=False),
        options=cache(lambda: [(str(one.pk), one.name) for one in User.objects.all()]),
        shown=True,
    )


def _channels() -> list[tuple[str, str]]:
    """Ours in words, and those of files as they came."""
    known = [(str(value), str(label)) for value, label in Channel.choices]
    return [*known, *((name, name) for name in channels() if name not in Channel.values)]


def _money_fields(currency: str) -> Iterable[Field]:
    yield Field(
        "total",
        _("Total"),
        Kind.MONEY,
        Column("total"),
        order=By("total", indexed=False),
        shown=True,
        optional=False,
    )
    yield Field("discount", _("Discount"), Kind.MONEY, Column("discount"), optional=False)
    yield Field("tax", _("Tax"), Kind.MONEY, Column("tax"), optional=False)
    yield Field(
        "currency",
        _("Currency"),
        Kind.TEXT,
        Column("currency"),
        optional=False,
    )
    yield Field(
        "company_total",
        _("Total in the company's currency"),
        Kind.MONEY,
        Worked("company_total", currency=currency),
        order=By("company_total", nullable=True, indexed=False),
        unit=currency,
        short=pgettext_lazy("order", "In the company's currency"),
    )


def _written_fields() -> Iterable[Field]:
    """When the row was written down here, whenever the order was placed."""
    for key, label, column in (
        ("created", pgettext_lazy("order", "Created"), "created_at"),
        ("changed", pgettext_lazy("order", "Changed"), "updated_at"),
    ):
        order = By(column, indexed=False)
        yield Field(key, label, Kind.DATETIME, Column(column), order=order, optional=False)


def search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """The beginning of a number, or a part of the customer's name."""
    return rows.filter(
        Q(number__istartswith=words) | Q(customer__in=Customer.objects.named_like(words))
    )
