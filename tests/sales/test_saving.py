from datetime import timedelta
from decimal import Decimal

import pytest

from tests import make
from trato.catalog.actions import set_exchange_rate
from trato.catalog.models import Product
from trato.customers import eventlog
from trato.customers.actions import Result
from trato.customers.drafts import CustomerDraft
from trato.customers.models import Customer, Event, EventKind, Summary
from trato.sales.actions import Refusal, Saved, change_status, save_orders
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order, OrderLine

pytestmark = pytest.mark.django_db(transaction=True)

EVA = CustomerDraft(external_ids=(("", "C1"),), name="Eva")


def line(
    code: str = "P1",
    quantity: str = "2",
    price: str = "3.5",
    discount: str = "0",
    tax: str = "0",
) -> LineDraft:
    return LineDraft(
        product_code=code,
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        discount=Decimal(discount),
        tax=Decimal(tax),
    )


def draft(number: str = "1", *lines: LineDraft, **more: object) -> OrderDraft:
    values = {"ordered_at": make.NOW, "customer": EVA} | more
    return OrderDraft(number=number, lines=lines or (line(),), **values)  # type: ignore[arg-type]


def save(*drafts: OrderDraft, strict: bool = False) -> Saved:
    return save_orders(drafts, at=make.NOW, user=None, source="test", strict=strict)


def figures() -> Summary:
    eventlog.drain(at=make.NOW + timedelta(minutes=1))
    return Summary.objects.get()


def test_unknown_customers_and_products_come_into_being() -> None:
    saved = save(draft("1"), draft("2"))
    assert [outcome.result for outcome in saved.orders] == [Result.CREATED] * 2
    assert (len(saved.customers.created), len(saved.products)) == (1, 1)
    assert Customer.objects.get().name == "Eva"


def test_strictly_an_order_of_strangers_is_refused_whole() -> None:
    Product.objects.create(
        code="P1", name="P1", currency="EUR", created_at=make.NOW, updated_at=make.NOW
    )
    [unknown_customer] = save(draft(), strict=True).orders
    save(draft("0"))
    [unknown_product] = save(draft("2", line(), line("P9")), strict=True).orders
    assert unknown_customer.problem == Refusal.CUSTOMER
    assert (unknown_product.problem, unknown_product.missing) == (Refusal.PRODUCT, "P9")
    assert OrderLine.objects.count() == 1


def test_the_same_order_twice_changes_nothing() -> None:
    save(draft())
    events = Event.objects.count()
    assert save(draft()).orders[0].result == Result.UNCHANGED
    assert Event.objects.count() == events


def test_an_order_that_differs_is_rewritten_whole() -> None:
    save(draft("1", line(), line("P2")))
    [outcome] = save(draft("1", line("P2", quantity="5"))).orders
    order = Order.objects.get()
    assert outcome.result == Result.UPDATED
    assert [(row.product.code, row.quantity) for row in order.lines.all()] == [("P2", 5)]
    assert order.total == Decimal("17.5")


def test_discounts_and_taxes_enter_the_total() -> None:
    save(draft("1", line(discount="1", tax="0.6")))
    order = Order.objects.get()
    assert (order.discount, order.tax, order.total) == (1, Decimal("0.6"), Decimal("6.6"))
    assert order.lines.get().total == Decimal("6.6")


def test_returns_subtract_from_the_amount_and_are_no_purchases() -> None:
    save(draft("1"), draft("C2", line(quantity="-1")))
    assert (figures().purchases, figures().amount) == (1, Decimal("3.5"))
    assert Event.objects.filter(kind=EventKind.ORDER_RETURNED).count() == 1


def test_a_cancelled_order_counts_for_nothing() -> None:
    save(draft("1"), draft("2"))
    change_status(Order.objects.get(number="2"), status="cancelled", at=make.NOW, user=None)
    assert (figures().purchases, figures().amount) == (1, Decimal(7))


def test_a_purchase_makes_a_customer_current() -> None:
    save(draft())
    figures()
    assert Customer.objects.get().status == Customer.Status.CURRENT


def test_who_bought_too_long_ago_is_lost() -> None:
    save(draft(ordered_at=make.NOW - timedelta(days=800)))
    figures()
    assert Customer.objects.get().status == Customer.Status.LOST


def test_a_sale_to_nobody_in_particular_is_kept_without_an_event() -> None:
    save(draft(customer=None))
    assert Order.objects.get().customer is None
    assert not Event.objects.exists()


def test_foreign_money_is_counted_at_the_rate_of_its_day() -> None:
    set_exchange_rate(currency="USD", day=make.NOW.date() - timedelta(days=9), rate=Decimal("0.5"))
    set_exchange_rate(currency="USD", day=make.NOW.date(), rate=Decimal("0.9"))
    save(draft("1", currency="USD", ordered_at=make.NOW - timedelta(days=1)))
    assert Order.objects.get().company_total == Decimal("3.5")
    assert figures().amount == Decimal("3.5")


def test_without_a_rate_the_total_in_our_money_stays_unknown() -> None:
    save(draft(currency="USD"))
    assert Order.objects.get().company_total is None
    assert (figures().purchases, figures().amount) == (1, 0)
