from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from tests import make
from trato.catalog.actions import set_exchange_rate
from trato.catalog.models import Product, ProductPrice
from trato.customers.actions import NewEvent, record_events, remove_events
from trato.customers.models import Customer, EventKind
from trato.insight.warehouse import extraction, lake
from trato.sales.models import Order, OrderLine

pytestmark = pytest.mark.django_db
NOW = make.NOW


def _lines(name: str = "amount") -> list[Any]:
    found = lake.current()
    assert found is not None
    cells: list[Any] = found.table("lines", ["day", name])[name].to_pylist()
    return cells


def _update(*, full: bool = False) -> lake.Update:
    return lake.update(at=NOW, full=full)


def test_an_empty_company_has_an_empty_lake() -> None:
    assert _update().lines == 0
    assert _lines() == []


def test_before_the_first_update_there_is_no_lake() -> None:
    assert lake.current() is None


def test_lines_carry_day_and_hour_of_the_company() -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    make.order(make.customer(), "10", at=late)
    _update()
    assert _lines("hour") == [0]
    assert _lines("day") == [(datetime(2026, 7, 1) - datetime(1970, 1, 1)).days]  # noqa: DTZ001


def test_the_second_update_reads_only_whom_something_happened_to() -> None:
    ana, blas = make.customer(), make.customer()
    make.order(ana, "10")
    make.order(blas, "20")
    _update()
    _make_old()
    make.order(ana, "5", at=NOW - timedelta(days=400))
    update = _update()
    assert update.changed == [ana.pk]
    assert sorted(_lines()) == [5, 10, 20]


def test_contacts_that_are_taken_back_are_gone_from_the_lake() -> None:
    call = NewEvent(customer_id=make.customer().pk, kind=EventKind.CALL, at=NOW, key="file:1")
    record_events([call], recorded_at=NOW, user=None, imported=True)
    before = _update().lake
    assert before.table("signals").num_rows == 1
    remove_events(["file:1"], as_of=NOW)
    after = _update()
    assert after.changed is None
    assert after.lake.table("signals").num_rows == 0
    remove_events(["file:1"], as_of=NOW)
    assert _update().changed is not None


def _make_old() -> None:
    """As if all that is there had been written in a transaction long before."""
    with connection.cursor() as sql:
        sql.execute("SET LOCAL trato.rewrite_events = 'on'")
        sql.execute("UPDATE customers_event SET transaction = 1")
        sql.execute("SET LOCAL trato.rewrite_events = ''")
    Order.objects.update(updated_at=NOW - timedelta(days=9))
    found = lake.current()
    assert found is not None


@pytest.mark.parametrize("status", ["cancelled", "returned"])
def test_what_is_cancelled_or_given_back_later_brings_no_money(status: str) -> None:
    order = make.order(make.customer(), "10")
    make.order(order.customer, "7")
    _update()
    Order.objects.filter(pk=order.pk).update(status=status, updated_at=NOW)
    _update()
    assert sum(_lines()) == 7


def test_an_order_deleted_without_a_trace_is_found_by_counting() -> None:
    order = make.order(make.customer(), "10")
    make.order(make.customer(), "20")
    _update()
    _make_old()
    OrderLine.objects.filter(order=order).delete()
    order.delete()
    assert _update().changed is None
    assert _lines() == [20]


@pytest.mark.parametrize("full", [True, False])
def test_taxes_that_differ_are_told(full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    make.order(make.customer(), "10", tax="2.1")
    make.order(make.customer(), "10", tax="2.1", currency="USD")
    _update()
    make.order(make.customer(), "10", tax="2.1")
    monkeypatch.setattr(extraction, "_ROWS", extraction._ROWS.replace("tax::", "(2 * tax)::"))
    monkeypatch.setattr(extraction, "_ROWS_OF", extraction._ROWS_OF.replace("tax::", "0 * tax::"))
    with pytest.raises(lake.NotReconciled, match=r"taxes of 8\.40 .* taxes of 4\.20"):
        _update(full=full)
    assert _lines("tax") == [2.1, 0]


def test_taxes_are_those_of_what_was_sold_in_the_companys_currency() -> None:
    ana = make.customer()
    set_exchange_rate(currency="GBP", day=NOW.date(), rate=Decimal(2))
    make.order(ana, "10", tax="2", currency="GBP")
    make.order(ana, "10", tax="-2", quantity=-1)
    returned = make.order(ana, "10", tax="2")
    Order.objects.filter(pk=returned.pk).update(status="returned")
    make.order(ana, "10")
    assert _update(full=True).lines == 4
    assert sorted(_lines("tax")) == [-2, 0, 0, 4]


def test_a_lake_of_an_earlier_version_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    make.order(make.customer(), "10", tax="2")
    with monkeypatch.context() as earlier:
        earlier.setattr(lake, "VERSION", lake.VERSION - 1)
        _update()
    assert lake.current() is None
    assert _update().changed is None
    assert _lines("tax") == [2]


def test_a_difference_is_told_and_the_old_lake_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    make.order(make.customer(), "10")
    _update()
    monkeypatch.setattr(extraction, "_ROWS", extraction._ROWS.replace("total::", "(2 * total)::"))
    with pytest.raises(lake.NotReconciled, match="2026"):
        _update(full=True)
    assert _lines() == [10]


def test_a_return_is_marked_and_subtracts() -> None:
    make.order(make.customer(), "10", quantity=-2)
    _update()
    assert (_lines(), _lines("is_return"), _lines("is_purchase")) == ([-20], [True], [False])


def test_an_amount_is_in_the_companys_currency_or_nothing() -> None:
    ana = make.customer()
    make.order(ana, "10", currency="USD")
    set_exchange_rate(currency="GBP", day=NOW.date(), rate=Decimal(2))
    make.order(ana, "10", currency="GBP")
    _update()
    assert sorted(_lines()) == [0, 20]


def test_lines_with_unknown_cost_have_no_margin() -> None:
    make.order(make.customer(), "10")
    _update()
    assert str(_lines("margin")) == "[nan]"


def test_a_lake_of_another_company_currency_is_read_anew() -> None:
    make.order(make.customer(), "10")
    _update()
    found = lake.current()
    assert found is not None
    found.manifest.source["currency"] = "XXX"
    lake._publish(lake.Update(found, None, 1))
    assert _update().changed is None


def test_files_of_older_lakes_are_cleared_away() -> None:
    for _time in range(4):
        _update(full=True)
    where = lake.place()
    assert len(where.system.ls(where.root)) <= 9


def test_a_customer_who_said_no_to_recommendations_is_marked() -> None:
    ana = make.customer()
    Customer.objects.filter(pk=ana.pk).update(origin='a,"b')
    _update()
    found = lake.current()
    assert found is not None
    assert found.customers.to_pylist()[0]["origin"] == 'a,"b'
    assert found.customers.to_pylist()[0]["may_profile"] is True


def test_who_is_beside_the_base_comes_in_the_order_of_customers() -> None:
    people = [make.customer() for _each in range(5)]
    for person in people:
        make.order(person, "10")
    _update()
    _make_old()
    for person in (people[1], people[4], people[0]):
        make.order(person, "1", at=NOW - timedelta(days=3))
    late = make.customer()
    make.order(late, "5")
    update = _update()
    assert update.changed == [people[0].pk, people[1].pk, people[4].pk, late.pk]
    assert _lines("customer") == sorted(_lines("customer"))
    assert _lines() == [1, 10, 1, 10, 10, 10, 1, 10, 5]


def test_the_cost_is_that_of_the_day() -> None:
    ana = make.customer()
    for days in (40, 20, 0):
        make.order(ana, "10", at=NOW - timedelta(days=days))
    product = Product.objects.get()
    for days, cost in ((30, 6), (10, 7)):
        ProductPrice.objects.create(
            product=product, cost=cost, currency="EUR", valid_from=NOW - timedelta(days=days)
        )
    _update()
    assert _lines("margin") == [4, 4, 3]


def test_an_order_without_lines_is_a_row_without_a_product() -> None:
    order = make.order(make.customer(), "10")
    OrderLine.objects.all().delete()
    Order.objects.filter(pk=order.pk).update(total=0, company_total=0)
    _update()
    assert (_lines("product"), _lines("amount")) == ([-1], [0])
