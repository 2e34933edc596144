"""A product's page; writing one down, changing it, taking it off the shelf."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trato.catalog.actions import (
    PRICED,
    create_product,
    remove_product,
    set_on_sale,
    update_product,
)
from trato.catalog.drawing import steps
from trato.catalog.forms import ProductForm
from trato.catalog.models import Product, ProductPrice
from trato.catalog.queries import lineage, locked_product, price_history, product_changes
from trato.catalog.words import OWN_ICONS, price, tier
from trato.customers.custom.words import custom_word
from trato.customers.models import CustomField
from trato.customers.queries.profile import custom_fields
from trato.identity.access import UserRequest, requires
from trato.identity.forms.problems import take_over
from trato.identity.rules import Permission
from trato.ui.responses import go, toast

CHANGES_SHOWN = 30


def _find(request: UserRequest, pk: int) -> Product:
    rows = Product.objects.visible_to(request.user).select_related("category")
    return get_object_or_404(rows, pk=pk)


@requires(Permission.VIEW_CATALOG)
def product(request: UserRequest, pk: int) -> HttpResponse:
    row = _find(request, pk)
    history = price_history(row)
    # Prices have a table of their own on this page.
    told = product_changes(row, currency=request.company.currency, hidden=PRICED)
    values = {
        "product": row,
        "lineage": lineage(row.category),
        "price": price(row.price, row.currency),
        "cost": price(row.cost, row.currency),
        "margin": margin(row.price, row.cost),
        "tier": tier(row.quality_tier),
        "own": _own_facts(row, request.company.currency),
        "prices": _price_rows(history),
        "drawing": _drawing(history, row.currency, timezone.now()),
        "changes": told[:CHANGES_SHOWN],
        "may_change": request.user.may(Permission.CHANGE_CATALOG),
        "may_see_orders": request.user.may(Permission.VIEW_ORDERS),
    }
    return render(request, "catalog/product.html", values)


def margin(amount: Decimal | None, cost: Decimal | None) -> Decimal | None:
    """The part of the price that is left after the cost."""
    return (amount - cost) / amount if amount and cost is not None else None


@dataclass(frozen=True, slots=True)
class OwnFact:
    """A field of the company's own that says something of the product."""

    label: str
    icon: str
    word: str


def _own_facts(row: Product, currency: str) -> list[OwnFact]:
    if not row.custom:
        return []
    return [
        OwnFact(field.label, OWN_ICONS[CustomField.Type(field.type)], word)
        for field in custom_fields(CustomField.About.PRODUCT)
        if (word := custom_word(row.custom.get(field.key), field, currency))
    ]


@dataclass(frozen=True, slots=True)
class PriceRow:
    row: ProductPrice
    price: str
    cost: str
    margin: Decimal | None
    change: Decimal | None
    """By how much the price went up or down, as a part of the one before."""


def _price_rows(history: list[ProductPrice]) -> list[PriceRow]:
    older: list[ProductPrice | None] = [*history[1:], None]
    return [
        PriceRow(
            row=row,
            price=price(row.price, row.currency),
            cost=price(row.cost, row.currency),
            margin=margin(row.price, row.cost),
            change=_change(row, before),
        )
        for row, before in zip(history, older, strict=False)
    ]


def _change(row: ProductPrice, before: ProductPrice | None) -> Decimal | None:
    if before is None or not before.price or row.price is None or row.currency != before.currency:
        return None
    return (row.price - before.price) / before.price or None


def _drawing(history: list[ProductPrice], currency: str, until: datetime) -> str:
    """Only prices of one currency can stand on one scale."""
    points = [
        (row.valid_from, row.price)
        for row in reversed(history)
        if row.price is not None and row.currency == currency
    ]
    return steps(points, until)


@requires(Permission.CHANGE_CATALOG)
def new(request: UserRequest) -> HttpResponse:
    start = {"currency": request.company.currency, "is_active": True}
    form = _bound(request, start, None)
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        try:
            made = create_product(
                draft, currency=draft.currency, at=timezone.now(), user=request.user
            )
        except ValidationError as error:
            take_over(form, error)
        else:
            to = go(request, reverse("catalog:product", args=[made.pk]))
            return toast(request, to, _("%(name)s is in the catalogue.") % {"name": made.name})
    return _form(request, form, None)


@requires(Permission.CHANGE_CATALOG)
def edit(request: UserRequest, pk: int) -> HttpResponse:
    row = _find(request, pk)
    form = _bound(request, ProductForm.initial_of(row), row)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                changes = form.changes(locked_product(row))
                update_product(row, changes=changes, at=timezone.now(), user=request.user)
        except ValidationError as error:
            take_over(form, error)
        else:
            return toast(request, go(request, reverse("catalog:product", args=[pk])), _("Saved."))
    return _form(request, form, row)


def _bound(request: UserRequest, initial: dict[str, Any], row: Product | None) -> ProductForm:
    return ProductForm(
        request.POST or None,
        initial=initial,
        product=row,
        custom_fields=custom_fields(CustomField.About.PRODUCT),
        company_currency=request.company.currency,
    )


def _form(request: UserRequest, form: ProductForm, row: Product | None) -> HttpResponse:
    values = {"form": form, "product": row, "known": form.known()}
    return render(
        request, "catalog/product_form.html", values, status=422 if form.is_bound else 200
    )


@requires(Permission.CHANGE_CATALOG)
@require_POST
def on_sale(request: UserRequest, pk: int) -> HttpResponse:
    """Put it on sale or take it off; the same way back undoes it."""
    row = _find(request, pk)
    wanted = request.POST.get("on_sale") == "yes"
    set_on_sale([row.pk], on_sale=wanted, at=timezone.now())
    text = _("%(name)s is on sale again.") if wanted else _("%(name)s is no longer on sale.")
    return toast(
        request, go(request, reverse("catalog:product", args=[pk])), text % {"name": row.name}
    )


@requires(Permission.CHANGE_CATALOG)
def delete(request: UserRequest, pk: int) -> HttpResponse:
    """Gone for good, unless somebody bought it."""
    row = _find(request, pk)
    back = reverse("catalog:product", args=[pk])
    if request.method == "POST":
        if remove_product(row, at=timezone.now()):
            text = _("%(name)s is deleted.") % {"name": row.name}
            return toast(request, go(request, reverse("catalog:list")), text)
        text = _("%(name)s was sold, so it stays; it is no longer on sale.") % {"name": row.name}
        return toast(request, go(request, back), text, tone="warn")
    values = {
        "heading": _("Delete %(name)s?") % {"name": row.name},
        "text": _(
            "It goes with its prices, for good. If it was ever sold, it stays for its orders and is"
            " only taken off sale."
        ),
        "action": request.path,
        "verb": _("Delete"),
        "back": back,
    }
    return render(request, "ui/confirm.html", values)
