"""The company in the database, written through everybody's actions."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from tests import make
from tests.pages import signed_in
from trato.catalog.models import Category, Product
from trato.catalog.queries import category_changes
from trato.collaboration.models import Task
from trato.customers import eventlog
from trato.customers.models import Customer, CustomField, Event, Summary
from trato.customers.queries.profile import all_custom_fields
from trato.demo.actions import NotEmpty, logins, seed
from trato.demo.queries import is_demo, is_empty
from trato.demo.staff import PASSWORD
from trato.demo.truth import Buyer
from trato.identity.models import SavedView, User
from trato.identity.queries import company
from trato.identity.rules import Role
from trato.sales.models import Order


def figures_by_hand() -> dict[int, tuple[int, Decimal]]:
    """Purchases and amount of each customer, line by line, without the product's own SQL."""
    counts: dict[int, int] = defaultdict(int)
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    orders = Order.objects.filter(customer__isnull=False).prefetch_related("lines")
    for order in orders:
        total = sum(
            (
                line.quantity * line.unit_price - line.discount + line.tax
                for line in order.lines.all()
            ),
            Decimal(0),
        )
        assert total == order.total
        if order.status in {"pending", "completed"}:
            counts[order.customer_id or 0] += total > 0
            amounts[order.customer_id or 0] += order.company_total or 0
    return {pk: (counts[pk], amounts[pk]) for pk in counts}


@pytest.mark.django_db(transaction=True)
def test_the_company_is_written_whole_and_its_figures_are_right(today: datetime) -> None:
    buyers = seed(at=today, customers=140, seed=3)

    assert Customer.objects.count() == 140
    assert not any(eventlog.lag().values())
    found = {row.pk: (row.purchases, row.amount) for row in Summary.objects.all() if row.amount}
    by_hand = {pk: pair for pk, pair in figures_by_hand().items() if pair[1]}
    assert found == by_hand

    told = set(
        Event.objects.filter(payload__has_key="order").values_list("payload__order", flat=True)
    )
    assert told == set(Order.objects.filter(customer__isnull=False).values_list("pk", flat=True))
    assert not Event.objects.filter(kind="status_changed").exists()
    check_statuses(buyers)
    check_company(today)

    with pytest.raises(NotEmpty):
        seed(at=today, customers=20)


def check_statuses(buyers: list[Buyer]) -> None:
    """Who buys is a customer; who never did is not, unless their firm does."""
    numbers = {buyer.number for buyer in buyers}
    rows = Customer.objects.filter(external_ids__system="erp").prefetch_related("external_ids")
    for row in rows.filter(roles__isnull=True):
        [known] = row.external_ids.all()
        if row.status != Customer.Status.POTENTIAL:
            assert known.value in numbers


def check_company(today: datetime) -> None:
    assert is_demo()
    assert not is_empty()
    assert company().name == "Café Montaña"
    roles = set(User.objects.values_list("role", flat=True))
    assert roles == set(Role.values)
    for login in logins():
        assert User.objects.get(email=login.email).check_password(PASSWORD)
    for view in SavedView.objects.filter(shared=True):
        shown = signed_in(User.objects.get(role=Role.READER)).get(f"/{view.page}/?view={view.pk}")
        assert shown.status_code == 200
    due = Task.objects.open().filter(due_on__lte=today.date())
    assert due.filter(assignee__role=Role.SELLER).exists()
    assert Order.objects.filter(currency="USD", company_total=None).count() == 0
    assert Order.objects.filter(customer=None).aggregate(sum=Sum("total"))["sum"] > 0
    [made] = category_changes(Category.objects.all()[0])
    assert made.user == User.objects.get(name="Elena Robles")
    check_own_fields()


def check_own_fields() -> None:
    """Each is filled in somewhere, and nothing is but they."""
    holders = {"customer": Customer, "product": Product, "order": Order}
    kept = {
        about: [one for one in model._default_manager.values_list("custom", flat=True) if one]
        for about, model in holders.items()
    }
    told = Event.objects.filter(payload__has_key="custom").values_list("payload", flat=True)
    kept["contact"] = [payload["custom"] for payload in told]
    for about in CustomField.About:
        keys = {field.key for field in all_custom_fields(about)}
        assert keys == {key for values in kept[about] for key in values}, about


@pytest.mark.django_db(transaction=True)
def test_a_large_company_is_copies_of_a_smaller_one(
    today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trato.demo.actions.MADE_SINGLY", 40)
    seed(at=today, customers=120, seed=3)

    assert Customer.objects.count() == 120
    assert len(set(Customer.objects.values_list("name", flat=True))) > 100
    assert not any(eventlog.lag().values())
    found = {row.pk: (row.purchases, row.amount) for row in Summary.objects.all() if row.amount}
    assert found == {pk: pair for pk, pair in figures_by_hand().items() if pair[1]}
    for event in Event.objects.filter(payload__has_key="order").order_by("-id")[:50]:
        assert Order.objects.get(pk=event.payload["order"]).customer_id == event.customer_id


@pytest.mark.django_db
def test_it_is_not_written_over_somebodys_work(today: datetime) -> None:
    make.customer("Ana")
    with pytest.raises(NotEmpty):
        seed(at=today, customers=20)
    assert Customer.objects.count() == 1
