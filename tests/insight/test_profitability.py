"""What is earned, as a program gets it: money and orders, told apart in every way there is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from tests import make
from tests.api.program import Program
from tests.insight.refreshing import NOW, make_old, refreshed
from tests.pages import signed_in, words
from trato.catalog.actions import save_products, set_exchange_rate
from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Product
from trato.customers.models import Customer, CustomerScore
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order

pytestmark = pytest.mark.django_db
DIMENSIONS = ("product", "category_path", "channel", "store", "seller", "team", "segment", "stage")


@pytest.fixture(autouse=True)
def goods() -> None:
    """Filters and paper are of one category; of the mug nobody knows the cost."""
    drafts = [
        ProductDraft(code="filter", category="Tools", cost=Decimal(2), currency="EUR"),
        ProductDraft(code="paper", category="Tools", cost=Decimal(1), currency="EUR"),
        ProductDraft(code="mug", category="Gifts", currency="EUR"),
    ]
    save_products(drafts, currency="EUR", at=NOW, user=None)


def order(
    who: Customer | None,
    *lines: tuple[str, int],
    days: int = 5,
    price: int = 10,
    tax: str = "2",
    **more: Any,
) -> None:
    """Lines are products and how many of them, at 10 each and a tax of 2 each."""
    number = f"N{who.pk if who else 0}-{days}-{len(lines)}"
    told = tuple(
        LineDraft(
            product_code=code,
            quantity=Decimal(many),
            unit_price=Decimal(price),
            tax=Decimal(tax) * many,
        )
        for code, many in lines
    )
    at = NOW - timedelta(days=days)
    draft = OrderDraft(
        number=number,
        ordered_at=at,
        lines=told,
        customer_id=who.pk if who else None,
        channel="web",
        **more,
    )
    make.orders(draft)


def figure(name: str, **asked: Any) -> dict[str, dict[str, Any]]:
    found = Program().get("/analysis/figures/profitability", **asked).json()["figures"]
    [chart] = [one for one in found if one["name"] == name]
    keys = [column["key"] for column in chart["columns"]]
    rows = [dict(zip(keys, row["values"], strict=True)) for row in chart["rows"]]
    return {str(next(iter(row.values()))): row for row in rows}


def expected() -> float:
    found = CustomerScore.objects.aggregate(total=Sum("lifetime_value"))["total"]
    return float(found)


def orders(by: str) -> dict[str, int]:
    return {name: row["orders"] for name, row in figure("profit", by=by).items()}


def test_an_order_of_several_products_is_one_order() -> None:
    who = make.customer()
    order(who, ("filter", 1), ("paper", 2), ("mug", 1))
    order(who, ("filter", 3), days=6)
    refreshed()
    assert orders("product") == {"filter": 2, "paper": 1, "mug": 1}
    assert orders("category_path") == {"Tools": 2, "Gifts": 1}
    for by in ("channel", "store", "seller", "team", "segment", "stage"):
        assert list(orders(by).values()) == [2]


def test_what_is_only_given_back_is_no_order() -> None:
    who = make.customer()
    order(who, ("filter", 3), days=9)
    order(who, ("filter", -1), days=5)
    refreshed()
    row = figure("profit", by="product")["filter"]
    assert (row["orders"], row["quantity"], row["amount"]) == (1, 2, 24)
    assert figure("profit", by="channel")["Web"]["orders"] == 1


def test_what_costs_nothing_and_is_free_comes_back_too() -> None:
    sample = ProductDraft(code="sample", cost=Decimal(0), currency="EUR")
    save_products([sample], currency="EUR", at=NOW, user=None)
    who = make.customer()
    order(who, ("sample", 2), days=9, price=0, tax="0")
    order(who, ("sample", -1), days=5, price=0, tax="0")
    refreshed()
    assert figure("profit", by="product")["sample"]["quantity"] == 1


def test_a_product_that_moves_to_another_category_takes_its_orders_along() -> None:
    who = make.customer()
    order(who, ("filter", 1), ("paper", 2), days=9)
    make_old()
    refreshed()
    assert orders("category_path") == {"Tools": 1}
    paper = ProductDraft(code="paper", category="Gifts", currency="EUR")
    save_products([paper], currency="EUR", at=NOW, user=None)
    refreshed()
    assert orders("category_path") == {"Tools": 1, "Gifts": 1}


def test_every_way_of_telling_apart_has_the_same_total() -> None:
    for number, who in enumerate([make.customer(), make.customer()]):
        order(who, ("filter", 2), ("mug", 1 + number), days=9)
        order(who, ("mug", -1), days=3)
    order(make.customer(), ("mug", -1), days=3)
    order(None, ("mug", 4), days=3)
    refreshed()
    totals = {
        by: sum(row["amount"] for row in figure("profit", by=by).values()) for by in DIMENSIONS
    }
    assert set(totals.values()) == {48}
    # Who only gave something back has not bought.
    assert sum(row["amount"] for row in figure("months").values()) == 60


@pytest.mark.parametrize("period", ["12m", "all", ""])
def test_a_margin_speaks_for_what_has_a_known_cost_alone(period: str) -> None:
    """Of 60 that were paid, 24 have a known cost: two filters, which left 20 less 4; of the 20."""
    who = make.customer("Ana")
    order(who, ("filter", 2), ("mug", 3), days=5)
    refreshed()
    asked = {"period": period} if period else {"start": "2026-10-03"}
    told = {name: figure(name, **asked) for name in ("customers", "months")}
    told["profit"] = figure("profit", by="channel", **asked)
    assert {next(iter(rows.values()))["rate"] for rows in told.values()} == {16 / 20}
    for rows in told.values():
        [row] = rows.values()
        assert (row["amount"], row["net"], row["margin"], row["known"]) == (60, 20, 16, 0.4)


def rates(by: str = "product", **asked: Any) -> dict[str, float | None]:
    return {name: row["rate"] for name, row in figure("profit", by=by, **asked).items()}


def test_each_rate_of_tax_goes_with_its_own_lines() -> None:
    """A filter at 10 left 8; paper at 10, of other taxes, left 9; without taxes it is the same."""
    ana, eva = make.customer("Ana"), make.customer("Eva")
    order(ana, ("filter", 1), tax="2.1")
    order(ana, ("paper", 1), days=6, tax="0.4")
    order(eva, ("filter", 3), days=7, tax="0")
    refreshed()
    assert rates() == {"filter": 0.8, "paper": 0.9}
    people = {name: row["rate"] for name, row in figure("customers").items()}
    assert people == {"Ana": pytest.approx(0.85), "Eva": 0.8}


def test_what_comes_back_takes_its_taxes_along() -> None:
    """Three filters in October, of which one came back in November."""
    who = make.customer("Ana")
    order(who, ("filter", 3), days=45)
    order(who, ("filter", -1), days=5)
    refreshed()
    everything = {"period": "all"}
    assert rates(**everything) == {"filter": 0.8}
    for name in ("customers", "months"):
        [row] = figure(name, **everything).values()
        assert (row["amount"], row["margin"], row["rate"]) == (24, 16, 0.8)
    # In November nothing was sold that a margin could be a part of.
    [row] = figure("profit", by="product", start="2026-11-01").values()
    assert (row["amount"], row["net"], row["margin"], row["rate"]) == (-12, -10, -8, None)


def test_without_any_money_there_is_no_margin_on_sales() -> None:
    """What was free, and what was all given back; nor does either come first."""
    free, gone, paid = (make.customer(name) for name in ("Free", "Gone", "Paid"))
    order(free, ("filter", 1), price=0, tax="0")
    order(gone, ("paper", 1), days=7, price=11, tax="2.31")
    order(gone, ("paper", -1), days=6, price=11, tax="2.31")
    order(paid, ("mug", 1))
    Product.objects.filter(code="mug").update(cost=Decimal(9))
    refreshed()
    assert next(iter(rates(sort="rate").items())) == ("mug", 0.1)
    assert rates() == {"mug": 0.1, "filter": None, "paper": None}
    people = {name: row["rate"] for name, row in figure("customers", sort="rate").items()}
    assert people == {"Paid": 0.1, "Gone": None}
    assert next(iter(people)) == "Paid"


def test_where_nothing_has_a_known_cost_there_is_no_rate_at_all() -> None:
    order(make.customer(), ("mug", 1))
    refreshed()
    assert rates() == {"mug": None}
    assert "Margin on sales —" in told()


def test_an_order_given_back_whole_makes_no_unknown_cost_known() -> None:
    who = make.customer()
    order(who, ("mug", 1), days=9)
    order(who, ("mug", 2), days=5, status=Order.Status.RETURNED)
    refreshed()
    assert CustomerScore.objects.get().margin is None
    [row] = figure("customers").values()
    assert (row["amount"], row["margin"], row["rate"]) == (12, None, None)


def test_taxes_are_in_the_companys_currency() -> None:
    set_exchange_rate(currency="GBP", day=(NOW - timedelta(days=9)).date(), rate=Decimal(2))
    who = make.customer("Ana")
    order(who, ("filter", 1), currency="GBP")
    refreshed()
    assert rates() == {"filter": 0.9}
    assert "Margin on sales 90.0% of €20 without taxes" in told()


def test_bars_say_whether_they_are_sales_or_margin() -> None:
    """The question is what is earned: who reads 12 must not take sales for it."""
    order(make.customer(), ("filter", 1))
    refreshed()
    client = signed_in(make.user(), "es")
    for sort, unit in (("", "ventas"), ("margin", "margen"), ("rate", "margen sobre ventas")):
        page = client.get("/analysis/profitability/", {"sort": sort}).content.decode()
        assert page.count(f'<p class="chart-unit">{unit}</p>') == 2


def told() -> str:
    return words(signed_in(make.user()).get("/analysis/profitability/"))


def test_values_expect_the_margin_of_what_has_a_known_cost() -> None:
    """A mug of unknown cost in every order does not make the filters any cheaper."""
    for number in range(12):
        who = make.customer()
        for days in range(5 + number, 300, 20 + number):
            order(who, ("filter", 1), ("mug", 1), days=days)
    refreshed()
    half = expected()
    Product.objects.filter(code="mug").update(cost=Decimal(2))
    refreshed(full=True)
    assert expected() == pytest.approx(half, rel=1e-4)


def test_a_cohort_tells_what_a_customer_has_left_so_far() -> None:
    """Two who began in September: one came back in October for something of unknown cost too."""
    ana, eva = make.customer(), make.customer()
    order(ana, ("filter", 2), days=60)
    order(eva, ("filter", 2), days=61)
    order(ana, ("filter", 1), ("mug", 1), days=30)
    refreshed()
    found = Program().get("/analysis/figures/cohorts", period="all").json()["figures"]
    [chart] = [one for one in found if one["name"] == "earned"]
    keys = [column["key"] for column in chart["columns"]]
    told = [dict(zip(keys, row["values"], strict=True)) for row in chart["rows"]]
    assert [(row["revenue"], row["total"]) for row in told] == [(24, 24), (12, 36)]
    assert [(row["margin"], row["profit"]) for row in told] == [(16, 16), (4, 20)]
