"""Records that an import wrote and that undoing it left, because they had a life of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from trato.acquisition.models import Cost
from trato.catalog.models import Product
from trato.customers.models import Customer
from trato.identity.models import User
from trato.imports.models import Import, ImportChange
from trato.sales.models import Order


@dataclass(frozen=True, slots=True)
class Kept:
    kind: str
    pk: int
    name: str
    href: str


def _customers(user: User | None, ids: Any) -> QuerySet[Any]:
    rows = Customer.objects.visible_to(user) if user else Customer.objects.all()
    return rows.filter(pk__in=ids).order_by("sort_key", "pk").values_list("pk", "name")


def _products(user: User | None, ids: Any) -> QuerySet[Any]:
    rows = Product.objects.visible_to(user) if user else Product.objects.all()
    return rows.filter(pk__in=ids).order_by("sort_key", "pk").values_list("pk", "name")


def _orders(user: User | None, ids: Any) -> QuerySet[Any]:
    rows = Order.objects.visible_to(user) if user else Order.objects.all()
    return rows.filter(pk__in=ids).order_by("number").values_list("pk", "number")


def _costs(user: User | None, ids: Any) -> QuerySet[Any]:
    rows = Cost.objects.visible_to(user) if user else Cost.objects.all()
    return rows.filter(pk__in=ids).order_by("month", "pk").values_list("pk", "month")


KINDS: dict[str, tuple[str, Callable[[User | None, Any], QuerySet[Any]]]] = {
    "customer": ("web:customer", _customers),
    "product": ("catalog:product", _products),
    "order": ("sales:order", _orders),
    "cost": ("acquisition:cost", _costs),
}


def kept(run: Import, user: User | None, *, limit: int) -> list[Kept]:
    """The first of them that the user may see; nobody is who has the machine and sees all."""
    found = (
        Kept(kind, pk, str(name), reverse(page, args=[pk]))
        for kind, (page, rows) in KINDS.items()
        for pk, name in rows(user, _ids(run, kind))[:limit]
    )
    return list(islice(found, limit))


def _ids(run: Import, kind: str) -> QuerySet[ImportChange, int]:
    changes = run.changes.filter(model=kind, action=ImportChange.Action.KEPT)
    return changes.values_list("object_id", flat=True)
