"""What lines may say: one rule for pages and programs, none for files."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.api.program import Program
from tests.pages import signed_in, words
from tests.sales.test_order_pages import edited, form
from trato.catalog.actions import save_products, set_exchange_rate
from trato.catalog.drafts import ProductDraft
from trato.customers.models import Summary
from trato.sales.actions import refresh_purchases, save_orders
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order

pytestmark = pytest.mark.django_db

ODD = ("2", "10", "25")


@pytest.fixture(autouse=True)
def goods() -> None:
    save_products([ProductDraft(code="P1")], currency="EUR", at=make.NOW, user=None)


@pytest.fixture
def program() -> Program:
    return Program()


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


def line(quantity: str, price: str, discount: str = "0", tax: str = "0") -> dict[str, str]:
    amounts = {"quantity": quantity, "unit_price": price, "discount": discount, "tax": tax}
    return {"product": "P1"} | amounts


def body(*lines: dict[str, str], **more: Any) -> dict[str, Any]:
    told = {"ordered_at": "2026-03-01T10:00:00Z", "lines": lines, "status": "pending"}
    return told | more


def errors(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


def from_a_file(*lines: tuple[str, ...], **more: Any) -> Order:
    """Files are history: nobody asks whether a discount can be."""
    drafts = tuple(
        LineDraft(
            product_code="P1",
            quantity=Decimal(quantity),
            unit_price=Decimal(price),
            discount=Decimal(discount),
            tax=Decimal(tax),
        )
        for quantity, price, discount, tax in ((*line, "0")[:4] for line in lines)
    )
    whole = OrderDraft(number="F1", ordered_at=make.NOW, lines=drafts, status="pending", **more)
    [outcome] = save_orders([whole], at=make.NOW, user=None, source="file", imported=True).orders
    return Order.objects.get(pk=outcome.order_id or 0)


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "tax", "field", "code"),
    [
        ("2", "10", "20.01", "0", "discount", "discount_too_large"),
        ("2", "0", "1", "0", "discount", "discount_too_large"),
        ("-2", "10", "-20.01", "0", "discount", "discount_too_large"),
        ("2", "10", "-1", "0", "discount", "discount_negative"),
        ("-2", "10", "1", "0", "discount", "discount_positive"),
        ("0", "5", "0", "0", "quantity", "quantity_zero"),
        ("0.000", "5", "-1", "1", "quantity", "quantity_zero"),
        ("2", "10", "0", "-0.01", "tax", "tax_negative"),
        ("2", "10", "20", "-4.20", "tax", "tax_negative"),
        ("2", "0", "0", "-1", "tax", "tax_negative"),
        ("-2", "-10", "0", "-1", "tax", "tax_negative"),
        ("-2", "10", "-5", "3.15", "tax", "tax_positive"),
        ("-2", "0", "0", "1", "tax", "tax_positive"),
        ("2", "-10", "0", "1", "tax", "tax_positive"),
    ],
)
def test_programs_are_refused_as_people_are(
    program: Program, quantity: str, price: str, discount: str, tax: str, field: str, code: str
) -> None:
    good, wrong = line("1", "5", "5"), line(quantity, price, discount, tax)
    place = (f"#/lines/1/{field}", code)
    assert errors(program.post("/orders", body(good, wrong, number="A1"))) == [place]
    assert errors(program.put("/orders/by-number/A1", body(good, wrong))) == [place]
    batch = [body(good, number="A1"), body(good, wrong, number="A2")]
    told = errors(program.post("/orders/batch", {"orders": batch}))
    assert told == [(f"#/orders/1/lines/1/{field}", code)]
    assert not Order.objects.exists()
    path = f"/orders/{program.post('/orders', body(good, number='A1')).json()['id']}"
    assert errors(program.put(path, body(good, wrong))) == [place]
    assert errors(program.patch(path, {"lines": [good, wrong]})) == [place]
    assert program.get(path).json()["discount"] == "5.00"


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "tax"),
    [
        ("2", "10", "5", "3.15"),
        # A return gives its tax back.
        ("-2", "10", "-5", "-3.15"),
        # Money off as a line of its own.
        ("1", "-10", "0", "-2.10"),
        # A gift is taxed by what it is worth.
        ("1", "10", "10", "2.10"),
        ("-1", "10", "-10", "-2.10"),
        ("1", "0", "0", "0.50"),
    ],
)
def test_tax_has_the_sign_of_what_is_taxed(
    program: Program, quantity: str, price: str, discount: str, tax: str
) -> None:
    given = body(line(quantity, price, discount, tax), number="A1")
    assert program.post("/orders", given).json()["tax"] == f"{Decimal(tax):.2f}"


def test_all_wrong_lines_are_told_at_once_and_in_the_callers_language(program: Program) -> None:
    wrong = body(line("1", "5", "6"), line("1", "5"), line("1", "5", "-1"), number="A1")
    assert errors(program.post("/orders", wrong)) == [
        ("#/lines/0/discount", "discount_too_large"),
        ("#/lines/2/discount", "discount_negative"),
    ]
    spanish = Program(language="es").post("/orders", wrong).json()["errors"]
    assert spanish[0]["detail"] == "El descuento es mayor que el importe de la línea."


def test_a_closed_order_that_would_be_wrong_stays_closed(program: Program) -> None:
    made = program.post("/orders", body(line("1", "5"), number="A1", status="completed")).json()
    path = f"/orders/{made['id']}"
    answer = program.patch(path, {"status": "pending", "lines": [line("1", "5", "6")]})
    assert errors(answer) == [("#/lines/0/discount", "discount_too_large")]
    assert program.get(path).json()["status"] == "completed"


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "currency", "status"),
    [
        # 0.99567 is paid as 1.00.
        ("0.333", "2.99", "1.00", "EUR", 201),
        ("0.333", "2.99", "1.01", "EUR", 422),
        ("0.333", "1990", "663", "CLP", 201),
        ("0.333", "1990", "663", "EUR", 422),
        ("-0.333", "2.99", "-1.00", "EUR", 201),
    ],
)
def test_what_is_given_away_is_given_away_in_whole_coins(
    program: Program, quantity: str, price: str, discount: str, currency: str, status: int
) -> None:
    given = body(line(quantity, price, discount), number="A1", currency=currency)
    assert program.post("/orders", given).status_code == status


def test_files_are_taken_as_they_are() -> None:
    order = from_a_file(ODD, ("1", "5", "-3"))
    assert order.total == 3


def test_a_line_of_nothing_and_a_tax_against_its_line_may_stay_where_a_file_told_them(
    program: Program, client: Client
) -> None:
    order = from_a_file(("0", "5", "0"), ("1", "5", "0", "-1"))
    nothing, odd, good = line("0", "5"), line("1", "5", tax="-1"), line("1", "5")
    answer = program.put("/orders/by-number/F1", body(odd, good, nothing))
    assert (answer.status_code, answer.json()["total"]) == (200, "9.00")
    twice = program.patch(f"/orders/{order.pk}", {"lines": [nothing, nothing]})
    assert errors(twice) == [("#/lines/1/quantity", "quantity_zero")]
    assert edited(client, order, **{"lines-1-quantity": "2"}).status_code == 302
    assert list(order.lines.order_by("position").values_list("quantity", "tax")) == [
        (1, -1),
        (2, 0),
        (0, 0),
    ]


def test_a_line_of_nothing_and_a_rate_below_nothing_are_refused_on_the_page(client: Client) -> None:
    for written, said in {
        ("P1", "0", "5"): "Line 1, Quantity : Write how many; negative for a return.",
        ("P1", "", "5"): "Line 1, Quantity : Write how many; negative for a return.",
        ("P1", "2", "5", "", "-21"): "Line 1, Tax % : It cannot be negative.",
        ("P1", "-2", "5", "", "-21"): "Line 1, Tax % : It cannot be negative.",
    }.items():
        assert said in words(client.post("/orders/new/", form(written)))
    assert not Order.objects.exists()


def test_what_is_there_and_untouched_may_stay(program: Program, client: Client) -> None:
    order = from_a_file(ODD, ("1", "5", "0"))
    path, odd, good = f"/orders/{order.pk}", line(*ODD), line("1", "5")
    for answer in (
        program.patch(path, {"store": "Vigo"}),
        program.patch(path, {"lines": [good, odd, line("9", "1", "9")]}),
        program.put(path, body(odd, good)),
        program.put("/orders/by-number/F1", body(good, odd)),
    ):
        assert answer.status_code == 200
    assert edited(client, order, **{"lines-0-quantity": "4"}).status_code == 302
    assert Order.objects.get().total == 15


def test_but_not_once_more_nor_otherwise(program: Program, client: Client) -> None:
    order = from_a_file(ODD)
    path, odd = f"/orders/{order.pk}", line(*ODD)
    wrong = "discount_too_large"
    assert errors(program.patch(path, {"lines": [odd, odd]})) == [("#/lines/1/discount", wrong)]
    assert errors(program.put(path, body(line("2", "11", "25")))) == [("#/lines/0/discount", wrong)]
    # Of another order it is not there.
    other = program.post("/orders", body(odd, number="A1"))
    assert errors(other) == [("#/lines/0/discount", wrong)]
    answer = edited(client, order, **{"lines-0-quantity": "1"})
    assert answer.status_code == 422
    assert "Line 1, Discount : It is more than the line." in words(answer)
    assert Order.objects.get().total == -5


MANY = 100


def test_lines_that_add_up_to_too_much_are_refused_on_the_page(client: Client) -> None:
    lines = [("P1", "99", "9999999999")] * MANY
    answer = client.post("/orders/new/", form(*lines))
    assert answer.status_code == 422
    assert "The order adds up to more than Trato can keep. Divide it into several." in words(answer)
    assert not Order.objects.exists()


def test_and_told_to_programs(program: Program) -> None:
    lines = [line("9", "99999999999")] * MANY
    assert errors(program.post("/orders", body(*lines, number="A1"))) == [
        ("#/lines", "total_too_large")
    ]
    made = program.post("/orders", body(line("1", "1"), number="A1")).json()
    answer = program.patch(f"/orders/{made['id']}", {"lines": lines})
    assert errors(answer) == [("#/lines", "total_too_large")]
    batch = {"orders": [body(line("1", "1"), number="A1"), body(*lines, number="A2")]}
    told = errors(program.post("/orders/batch", batch))
    assert told == [("#/orders/1/lines", "total_too_large")]


def test_a_line_that_is_too_large_is_named_though_another_takes_it_off(
    program: Program, client: Client
) -> None:
    much, back = line("99999", "999999999"), line("-99999", "999999999")
    told = errors(program.post("/orders", body(line("1", "1"), much, back, number="A1")))
    assert told == [("#/lines/1", "total_too_large"), ("#/lines/2", "total_too_large")]
    lines = [("P1", quantity, "999999999") for quantity in ("99999", "-99999")]
    answer = client.post("/orders/new/", form(*lines))
    assert "Line 1, Unit price : The line adds up to more than Trato can keep." in words(answer)


def test_discounts_and_taxes_that_add_up_to_too_much_are_refused(program: Program) -> None:
    most = "999999999999"
    given_away, taxed = line("1", most, most), line("1", "1", tax=most)
    for lines in ([given_away] * 11, [taxed] * 11):
        told = errors(program.post("/orders", body(*lines, number="A1")))
        assert told == [("#/lines", "total_too_large")]
    assert program.post("/orders", body(given_away, taxed, number="A1")).status_code == 201


def test_what_a_rate_makes_too_large_is_refused(program: Program) -> None:
    set_exchange_rate(currency="KWD", day=date(2026, 1, 1), rate=Decimal(20000))
    dear = [line("9", "99999999999")]
    assert program.post("/orders", body(*dear, number="A1")).status_code == 201
    foreign = program.post("/orders", body(*dear, number="A2", currency="KWD"))
    assert errors(foreign) == [("#/lines", "total_too_large")]
    path = f"/orders/{Order.objects.get().pk}"
    assert errors(program.patch(path, {"currency": "KWD"})) == [("#/lines", "total_too_large")]
    # Before there was a rate nobody knows what it was in our money.
    early = body(*dear, number="A3", currency="KWD", ordered_at="2025-03-01T10:00:00Z")
    assert program.post("/orders", early).status_code == 201


def test_an_order_of_a_file_beyond_the_rule_is_still_changed(program: Program) -> None:
    set_exchange_rate(currency="KWD", day=date(2026, 1, 1), rate=Decimal(3))
    order = from_a_file(*[("9", "999999999999", "0")] * 2, currency="KWD")
    path = f"/orders/{order.pk}"
    assert program.patch(path, {"store": "Vigo"}).status_code == 200
    less = program.patch(path, {"lines": [line("1", "1")]})
    assert less.json()["total"] == "1.00"


def test_a_customer_with_more_than_can_be_kept_stops_nobodys_figures() -> None:
    ana, eva = make.customer("Ana"), make.customer("Eva")
    for number in range(12):
        make.orders(make.ordered(ana, "9999999999999", number=f"A{number}"))
    make.order(eva, "5")
    refresh_purchases(None, as_of=make.NOW)
    amounts = dict(Summary.objects.values_list("customer__name", "amount"))
    assert amounts == {"Ana": Decimal("99999999999999.9999"), "Eva": 5}
