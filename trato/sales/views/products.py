"""How a product sells: a part of its page, and a page of its own without JavaScript."""

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from trato.catalog.models import Product
from trato.identity.access import UserRequest, requires
from trato.identity.models import User
from trato.identity.rules import Permission, Visibility
from trato.sales.drawing import columns
from trato.sales.models import ProductPair
from trato.sales.queries.pairs import pairs_are_known, partners
from trato.sales.queries.products import (
    YEAR,
    monthly_sales,
    product_figures,
    top_customers,
)
from trato.sales.words import often
from trato.ui import formats

# Of each kind.
SHOWN = 6


@requires(Permission.VIEW_CATALOG, Permission.VIEW_ORDERS)
def product(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Product.objects.visible_to(request.user), pk=pk)
    now, user = timezone.now(), request.user
    months = monthly_sales(row, user=user, as_of=now)
    present = product_figures(row, user=user, until=now)
    before = product_figures(row, user=user, until=now - YEAR)
    values = {
        "product": row,
        "currency": request.company.currency,
        "columns": columns(months),
        "months": months,
        "best": max(months, key=lambda month: month.amount),
        "year": present,
        "before": before,
        "moved": _moved(present.amount, before.amount),
        "customers": top_customers(row, user=user, as_of=now),
        "partial": user.visibility != Visibility.ALL,
        "sold": any(month.units for month in months),
    } | _partners(row, user)
    return render(request, "sales/product.html" + ("#sales" if request.htmx else ""), values)


def _partners(row: Product, user: User) -> dict[str, object]:
    """What goes together with it and what replaces it, each with how often."""
    found = {
        name: [(pair, often(pair)) for pair in partners(row, kind, user=user)[:SHOWN]]
        for name, kind in (
            ("complements", ProductPair.Kind.COMPLEMENT),
            ("substitutes", ProductPair.Kind.SUBSTITUTE),
        )
    }
    return {**found, "pairs_known": any(found.values()) or pairs_are_known()}


def _moved(present: Decimal, before: Decimal) -> dict[str, object]:
    """How the year went beside the one before, for a tile."""
    if before <= 0:
        return {"delta": "", "trend": "", "good": None}
    ratio = (present - before) / before
    if abs(ratio) < Decimal("0.0005"):
        return {"delta": formats.percent(0, 1), "trend": "flat", "good": None}
    up = ratio > 0
    delta = ("+" if up else "") + formats.percent(ratio, 1)
    return {"delta": delta, "trend": "up" if up else "down", "good": up}
