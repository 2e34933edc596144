"""The company's own fields of orders on their way in, and undone with their file."""

from datetime import timedelta
from typing import Any

import pytest

from tests import make
from trato.customers.actions import Result
from trato.sales.actions import Saved, remove_orders, restore_orders, save_orders
from trato.sales.drafts import order_as_draft
from trato.sales.models import Order
from trato.sales.queries.orders import lines_of

pytestmark = pytest.mark.django_db

LATER = make.NOW + timedelta(minutes=5)


def save(*told: dict[str, Any], number: str = "1") -> list[Result]:
    """The same order again and again; what became of it each time."""
    return [_save(custom, number).orders[0].result for custom in told]


def _save(custom: dict[str, Any], number: str = "1") -> Saved:
    draft = make.ordered(None, number=number, custom=custom)
    return save_orders([draft], at=make.NOW, user=None, source="test")


def own(number: str = "1") -> dict[str, Any]:
    return Order.objects.get(number=number).custom


def test_what_is_told_is_kept_and_the_rest_stays() -> None:
    save({"ref": "A-7", "floors": 3}, {"gift": True, "floors": 4})
    assert own() == {"ref": "A-7", "floors": 4, "gift": True}


def test_what_is_null_is_erased_also_of_a_new_order() -> None:
    save({"ref": "A-7", "gift": None}, {"ref": None, "floors": 2})
    assert own() == {"floors": 2}


def test_only_what_changes_own_fields_changes_the_order() -> None:
    told: list[dict[str, Any]] = [{"ref": "A-7"}, {"ref": "A-7"}, {}, {"gift": None}, {"ref": "B"}]
    created, same, nothing, null, other = save(*told)
    assert created == Result.CREATED
    assert {same, nothing, null} == {Result.UNCHANGED}
    assert other == Result.UPDATED
    assert own() == {"ref": "B"}


def test_in_one_batch_some_tell_and_some_do_not() -> None:
    save({"ref": "A"}, number="1")
    save({"ref": "B"}, number="2")
    drafts = [
        make.ordered(None, number="1", custom={"ref": "C"}),
        make.ordered(None, "99", number="2"),
        make.ordered(None, number="3"),
    ]
    saved = save_orders(drafts, at=LATER, user=None, source="test")
    assert [one.result for one in saved.orders] == ["updated", "updated", "created"]
    assert [own(number) for number in "123"] == [{"ref": "C"}, {"ref": "B"}, {}]


def test_an_order_as_a_draft_says_all_it_has() -> None:
    custom = {"ref": "«Ñ» \\ \t\n", "sizes": ["S", "M"], "weight": 0.1, "gift": False}
    save(custom)
    order = Order.objects.get()
    assert own() == custom
    assert order_as_draft(order, lines_of(order)).custom == custom


def test_an_update_undone_brings_the_old_values_back() -> None:
    save({"ref": "A-7", "gift": True})
    draft = make.ordered(None, number="1", custom={"ref": "B", "gift": None, "floors": 1})
    [outcome] = save_orders([draft], at=LATER, user=None, source="file").orders
    assert own() == {"ref": "B", "floors": 1}
    kept = restore_orders(
        {outcome.order_id or 0: outcome.before}, source="file", until=LATER, at=LATER
    )
    assert kept == []
    assert own() == {"ref": "A-7", "gift": True}


def test_what_was_kept_before_orders_had_own_fields_is_undone_too() -> None:
    save({})
    [outcome] = save_orders(
        [make.ordered(None, "77", number="1")], at=LATER, user=None, source="file"
    ).orders
    del outcome.before["fields"]["custom"]
    restore_orders({outcome.order_id or 0: outcome.before}, source="file", until=LATER, at=LATER)
    assert Order.objects.get().total == 10


def test_values_changed_since_keep_an_order_of_a_file() -> None:
    save({"ref": "A"})
    order = Order.objects.get()
    save_orders(
        [make.ordered(None, number="1", custom={"ref": "B"})], at=LATER, user=None, source="pages"
    )
    later = LATER + timedelta(days=1)
    # By the clock of the database, which history goes by.
    assert remove_orders([order.pk], source="test", until=make.NOW, as_of=later) == [order.pk]
