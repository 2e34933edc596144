"""The list of costs: what it can show, filter and sort by."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.acquisition.models import Cost
from trato.acquisition.queries import campaigns, sources
from trato.kit.database import SortKey
from trato.kit.listing import Column, Field, Kind, Listing, Order


def cost_list() -> Listing:
    return Listing(
        name="costs",
        model=Cost,
        fields=(*_fields(), *_amount_fields()),
        sort="-month",
        search=search,
    )


def _fields() -> Iterable[Field]:
    yield Field(
        "month",
        _("Month"),
        Kind.DATE,
        Column("month"),
        order=Order("month"),
        fixed=True,
        optional=False,
        canonical="month",
    )
    yield Field(
        "purpose",
        pgettext_lazy("of a cost", "For"),
        Kind.CHOICE,
        Column("purpose"),
        options=lambda: Cost.Purpose.choices,
        shown=True,
        optional=False,
        canonical="purpose",
    )
    for key, label, known in (
        ("source", _("Source"), sources),
        ("campaign", _("Campaign"), campaigns),
    ):
        yield Field(
            key,
            label,
            Kind.CHOICE,
            Column(key, blank=""),
            order=Order(SortKey(key), indexed=False),
            options=cache(_pairs(known)),
            is_open=True,
            shown=True,
            canonical=key,
        )


def _pairs(known: Any) -> Any:
    return lambda: [(name, name) for name in known()]


def _amount_fields() -> Iterable[Field]:
    yield Field(
        "amount",
        _("Amount"),
        Kind.MONEY,
        Column("amount"),
        order=Order("amount", indexed=False),
        shown=True,
        optional=False,
        canonical="amount",
    )
    yield Field(
        "currency",
        _("Currency"),
        Kind.TEXT,
        Column("currency"),
        optional=False,
        canonical="currency",
    )
    yield Field(
        "note", _("Note"), Kind.TEXT, Column("note", blank=""), shown=True, canonical="note"
    )
    yield Field(
        "changed",
        pgettext_lazy("cost", "Changed"),
        Kind.DATETIME,
        Column("updated_at"),
        order=Order("updated_at", indexed=False),
        optional=False,
    )


def search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    found = Q()
    for word in words.split():
        found &= Q(source__icontains=word) | Q(campaign__icontains=word) | Q(note__icontains=word)
    return rows.filter(found)
