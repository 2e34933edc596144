from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.parsing.rows import SPAIN, codes, parsed, values, warned
from trato.imports.mapping import Column, Mapping
from trato.imports.parsing import ParseSettings, compile_parser
from trato.imports.reading import SourceRow

HEADERS = "order_id|customer_id|ordered_at|product_id|quantity|unit_price"


def test_a_canonical_line_becomes_typed_values() -> None:
    assert values("orders", HEADERS, "P-1|C-1|12/03/2024 09:14|SKU-1|2|1.234,50") == {
        "order_id": "P-1",
        "customer_id": "C-1",
        "ordered_at": "2024-03-12T09:14:00+01:00",
        "product_id": "SKU-1",
        "quantity": "2",
        "unit_price": "1234.50",
    }


def test_a_line_tells_all_its_problems_at_once() -> None:
    found = parsed("orders", HEADERS, "|C-1|soon|SKU-1|many|1,23E+15")[0]
    assert sorted(codes(found)) == [
        ("order_id", "required"),
        ("ordered_at", "not_a_date"),
        ("quantity", "not_a_number"),
        ("unit_price", "digits_lost"),
    ]


def test_a_destroyed_order_number_refuses_its_line() -> None:
    found = parsed("orders", HEADERS, "1,23E+15|C-1|2024-03-12|SKU-1|2|5")[0]
    assert codes(found) == [("order_id", "digits_lost")]


def test_returns_and_sales_to_nobody_are_lines_too() -> None:
    found = values("orders", HEADERS, "C536379||2010-12-01|D|-1|27.50")
    assert found["quantity"] == "-1"
    assert "customer_id" not in found


def test_cells_of_little_weight_do_not_cost_the_line() -> None:
    headers = f"{HEADERS}|country|email|status"
    found = parsed("orders", headers, "1|2|2024-03-12|3|4|5|Channel Islands|n@|odd")[0]
    assert not found.problems
    assert sorted(warned(found)) == [
        ("country_unknown", "Channel Islands"),
        ("email_invalid", "n@"),
        ("not_a_choice", "odd"),
    ]


def test_a_product_without_code_has_its_name_for_one() -> None:
    found = values("orders", "Pedido|Fecha|Producto|Uds|Precio", "1|2024-03-12|Café|2|3")
    assert found["product_id"] == found["product_name"] == "Café"
    nameless = parsed("orders", "Pedido|Fecha|Producto|Uds|Precio", "1|2024-03-12||2|3")[0]
    assert codes(nameless) == [("", "order_without_product")]


def test_a_line_needs_a_price_or_a_total() -> None:
    found = parsed("orders", HEADERS, "1|2|2024-03-12|3|4|")[0]
    assert codes(found) == [("", "order_without_price")]


def paid(found: dict[str, str]) -> Decimal:
    price, quantity = Decimal(found["unit_price"]), Decimal(found["quantity"])
    return price * quantity - Decimal(found.get("discount", 0))


@given(
    st.decimals(-100, 100, places=2),
    st.decimals(-10_000, 10_000, places=2),
    st.decimals(0, 100, places=2),
)
def test_a_total_is_kept_to_the_cent(quantity: Decimal, total: Decimal, off: Decimal) -> None:
    headers = ("order", "date", "product", "quantity", "total", "discount")
    targets = ("order_id", "ordered_at", "product_id", "quantity", "line_total", "discount")
    columns = tuple(Column(*pair) for pair in zip(headers, targets, strict=True))
    parse = compile_parser("orders", Mapping(kind="orders", columns=columns), ParseSettings())
    row = ["1", "2024-03-12", "a", str(quantity), str(total), str(off)]
    found = parse(SourceRow(2, row, headers))
    assert not found.problems
    assert round(paid(found.values), 2) == total


def test_percentages_become_amounts() -> None:
    found = values("orders", f"{HEADERS}|Dto. %|IVA", "1|2|2024-03-12|3|2|50|10|21 %")
    assert (found["discount"], found["tax"]) == ("10", "18.9")


def test_the_currency_may_stand_in_the_amounts() -> None:
    assert values("orders", HEADERS, "1|2|2024-03-12|3|2|USD 2,000")["currency"] == "USD"
    clash = parsed("orders", f"{HEADERS}|currency", "1|2|2024-03-12|3|2|5 €|USD")[0]
    assert [problem.code for problem in clash.problems] == ["currencies_differ"]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Pagado", "completed"),
        ("refunded", "returned"),
        ("Anulado", "cancelled"),
        ("draft", "pending"),
    ],
)
def test_states_of_other_shops_are_ours(word: str, state: str) -> None:
    found = values("orders", f"{HEADERS}|Estado", f"1|2|2024-03-12|3|2|5|{word}")
    assert found["status"] == state


def test_shops_write_the_head_of_an_order_on_its_first_line_only() -> None:
    headers = "Name|Email|Created at|Lineitem quantity|Lineitem name|Lineitem price|Currency"
    rows = parsed(
        "orders",
        headers,
        "#1001|a@x.es|2024-03-12 10:00:00 +0100|1|Café|5.00|EUR",
        "#1001|a@x.es||2|Té|3.00|",
        "#1002|b@x.es||1|Té|3.00|",
    )
    assert rows[1].values["ordered_at"] == rows[0].values["ordered_at"]
    assert rows[1].values["currency"] == "EUR"
    assert codes(rows[2]) == [("Created at", "required")]


def test_lines_without_a_number_belong_to_the_order_above_where_the_program_says_so() -> None:
    headers = "Order Reference|Order Date|Customer|Order Lines/Product|Order Lines/Quantity|Price"
    rows = parsed("orders", headers, "S1|2024-03-12|Ana|Café|1|5", "|||Té|2|3")
    assert rows[1].values["order_id"] == "S1"
    assert rows[1].values["customer_name"] == "Ana"
    other = parsed("orders", HEADERS, "1|2|2024-03-12|3|2|5", "||2024-03-12|3|2|5")
    assert codes(other[1]) == [("order_id", "required")]


def test_more_decimals_than_are_kept_are_rounded() -> None:
    found = values("orders", HEADERS, "1|2|2024-03-12|3|0.33333|1.234567")
    assert (found["quantity"], found["unit_price"]) == ("0.333", "1.2346")


def test_dates_counted_from_1900_are_read_where_the_whole_column_is_so() -> None:
    found = values("orders", HEADERS, "1|2|45363.5|3|2|5", settings=SPAIN)
    assert found["ordered_at"] == "2024-03-12T12:00:00+01:00"
