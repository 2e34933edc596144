import pytest

from tests.imports.parsing.rows import codes, parsed, values, warned

CONTACTS = "customer_id|at|kind|channel|subject"
PRODUCTS = "product_id|name|category|brand|price|cost"


def test_a_canonical_product_becomes_typed_values() -> None:
    assert values("products", PRODUCTS, "1|Café|Bebidas|Sol|4,95 €|2,10") == {
        "product_id": "1",
        "name": "Café",
        "category": "Bebidas",
        "brand": "Sol",
        "price": "4.95",
        "cost": "2.10",
        "currency": "EUR",
    }


def test_categories_in_several_columns_are_a_path() -> None:
    found = values("products", "Referencia|Nombre|Familia|Subfamilia|PVP", "1|Café|Bebidas|Café|5")
    assert found["category"] == "Bebidas > Café"


def test_a_product_needs_its_code_and_prices_that_can_be_read() -> None:
    found = parsed("products", PRODUCTS, "|Café|||cheap|")[0]
    assert sorted(codes(found)) == [("price", "not_a_number"), ("product_id", "required")]


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("1|Café|||-3|2", ("price", "price_negative")),
        ("1|Café|||3|(2,00 €)", ("cost", "cost_negative")),
    ],
)
def test_prices_and_costs_are_not_less_than_nothing(row: str, refused: tuple[str, str]) -> None:
    assert codes(parsed("products", PRODUCTS, row)[0]) == [refused]
    assert not parsed("products", PRODUCTS, "1|Café|||0|0")[0].problems


def test_cells_of_little_weight_do_not_cost_the_product() -> None:
    found = parsed("products", f"{PRODUCTS}|active|quality_tier", "1|Café||||2|perhaps|9")[0]
    assert not found.problems
    assert sorted(warned(found)) == [("not_a_choice", "9"), ("not_yes_or_no", "perhaps")]


def test_a_canonical_contact_becomes_typed_values() -> None:
    assert values("interactions", CONTACTS, "C-1|2024-03-12 09:14|Llamada|teléfono|Precio") == {
        "customer_id": "C-1",
        "at": "2024-03-12T09:14:00+01:00",
        "kind": "call",
        "channel": "telephone",
        "subject": "Precio",
    }


@pytest.mark.parametrize(
    ("kind", "channel", "expected"),
    [
        ("", "whatsapp", "message"),
        ("", "", "note"),
        ("Reunión", "", "meeting"),
        ("odd", "", "note"),
    ],
)
def test_the_channel_tells_the_kind_where_nothing_else_does(
    kind: str, channel: str, expected: str
) -> None:
    found = parsed("interactions", CONTACTS, f"C-1|2024-03-12|{kind}|{channel}|x")[0]
    assert not found.problems
    assert found.values["kind"] == expected


def test_a_contact_needs_its_moment_and_its_customer() -> None:
    found = parsed("interactions", f"{CONTACTS}|email", "||call||x|nobody@")[0]
    assert sorted(codes(found)) == [
        ("", "interaction_without_customer"),
        ("at", "required"),
        ("email", "email_invalid"),
    ]
