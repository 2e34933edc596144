"""Products that go together and that replace each other, from the orders to the pages."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection

from tests import make
from trato.catalog.models import Product
from trato.insight.actions import begin_refresh, refreshing
from trato.insight.actions.refreshing import refresh
from trato.insight.models import Run
from trato.sales.actions import save_orders
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order, ProductPair

pytestmark = pytest.mark.django_db


def _bought(chance: np.random.Generator) -> set[str]:
    """Filters with every other pot, oat milk instead of milk, and a dozen things by chance."""
    codes = {f"thing {number}" for number in np.flatnonzero(chance.random(12) < 0.12)}
    if chance.random() < 0.15:
        codes |= {"pot", "filters"} if chance.random() < 0.5 else {"pot"}
    elif chance.random() < 0.1:
        codes.add("filters")
    if chance.random() < 0.4:
        codes.add("milk" if chance.random() < 0.5 else "oat")
    return codes or {"thing 0"}


def _shop() -> None:
    chance = np.random.default_rng(11)
    drafts = []
    for number in range(40):
        who = make.customer(f"Buyer {number}")
        for turn in range(20):
            lines = tuple(
                LineDraft(product_code=code, quantity=Decimal(1), unit_price=Decimal(5))
                for code in sorted(_bought(chance))
            )
            at = make.NOW - timedelta(days=5 + 7 * turn)
            drafts.append(
                OrderDraft(
                    number=f"{number}/{turn}", ordered_at=at, lines=lines, customer_id=who.pk
                )
            )
    save_orders(drafts, at=make.NOW, user=None, source="test")


def _refresh(*, days: int = 0) -> Run:
    at = make.NOW + timedelta(days=days)
    run = begin_refresh(at=at, as_of=None, full=False, user=None)
    refresh(run, at=at)
    run.refresh_from_db()
    return run


def _pairs(kind: str) -> set[tuple[str, str]]:
    rows = ProductPair.objects.filter(kind=kind)
    return set(rows.values_list("product__code", "other__code"))


def test_the_refresh_finds_what_goes_together_and_what_replaces_what() -> None:
    _shop()
    run = _refresh()
    assert _pairs("complement") == {("pot", "filters"), ("filters", "pot")}
    assert _pairs("substitute") == {("milk", "oat"), ("oat", "milk")}
    pair = ProductPair.objects.get(product__code="pot", kind="complement")
    assert pair.rank == 1
    assert pair.expected < pair.together < pair.orders
    assert 1 < pair.bound < pair.odds_ratio
    assert run.figures["complements"]["complements"] == 1
    assert "complements" in [step["name"] for step in run.steps]


def test_only_what_is_on_sale_goes_with_anything() -> None:
    _shop()
    Product.objects.filter(code__in=["filters", "oat"]).update(is_active=False)
    _refresh()
    assert _pairs("complement") == {("filters", "pot")}
    assert _pairs("substitute") == {("oat", "milk")}


def test_without_orders_nothing_goes_together() -> None:
    make.customer()
    _refresh()
    assert not ProductPair.objects.exists()


def test_a_large_company_learns_it_once_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "_SMALL", 0)
    _shop()
    first = _refresh()
    kept = set(ProductPair.objects.values_list("pk", flat=True))
    with connection.cursor() as sql:
        sql.execute("SET LOCAL trato.rewrite_events = 'on'")
        sql.execute("UPDATE customers_event SET transaction = 1")
    Order.objects.update(updated_at=make.NOW - timedelta(days=9))
    run = _refresh()
    assert "complements" not in [step["name"] for step in run.steps]
    assert run.figures["complements"] == first.figures["complements"]
    assert set(ProductPair.objects.values_list("pk", flat=True)) == kept
