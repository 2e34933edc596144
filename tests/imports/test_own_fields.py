"""Columns that nobody foresaw, in files of products, orders and interactions."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from tests import make
from tests.imports.test_importing import bring, counts, staged, undo
from tests.imports.test_round_trip import exported, unchanged
from trato.catalog.models import Product
from trato.customers.actions import save_custom_field
from trato.customers.models import CustomField, Event, EventKind
from trato.imports import actions
from trato.imports.actions import lifecycle
from trato.imports.mapping import Mapping, Reason
from trato.imports.queries import not_imported, understood, warned_rows
from trato.sales.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
PRODUCTS = """product_id,name,price,Origen,Altura,Ecológico
P1,Café,4.5,Huila,1800,sí
P2,Té,3,,,no
"""
ORDERS = """order_id,customer_id,ordered_at,product_id,quantity,unit_price,Dedicatoria,Peso
1,C1,2026-10-01,P1,2,3.5,Para Ana,"1,5"
1,C1,2026-10-01,P2,1,10,Para Luis,2
2,C2,2026-10-02,P1,1,3.5,,
"""
INTERACTIONS = """customer_id,at,kind,subject,Resultado,Duración
C1,2026-10-01 10:00,call,Oferta,Interesada,12
C1,2026-10-02 10:00,visit,Cata,,
"""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def defined(about: str) -> dict[str, str]:
    return dict(CustomField.objects.filter(about=about).values_list("key", "type"))


def test_columns_of_products_become_fields_of_products() -> None:
    run = bring("products", PRODUCTS)
    assert counts(run) == (2, 0, 0, 0)
    assert defined("product") == {"origen": "text", "altura": "number", "ecologico": "flag"}
    coffee = Product.objects.get(code="P1")
    assert coffee.custom == {"origen": "Huila", "altura": 1800, "ecologico": True}
    assert Product.objects.get(code="P2").custom == {"ecologico": False}


@pytest.mark.parametrize(
    ("kind", "text"),
    [("products", PRODUCTS), ("orders", ORDERS), ("interactions", INTERACTIONS)],
)
def test_the_same_file_twice_changes_nothing(kind: str, text: str) -> None:
    first = bring(kind, text)
    fields, events = CustomField.objects.count(), Event.objects.count()
    assert counts(bring(kind, text)) == (0, 0, counts(first)[0], 0)
    assert (CustomField.objects.count(), Event.objects.count()) == (fields, events)


def test_texts_of_lines_are_joined_and_of_the_rest_the_first_holds() -> None:
    bring("orders", ORDERS)
    assert defined("order") == {"dedicatoria": "text", "peso": "number"}
    first = Order.objects.get(number="1")
    assert first.custom == {"dedicatoria": "Para Ana · Para Luis", "peso": 1.5}
    assert Order.objects.get(number="2").custom == {}


def test_a_later_file_without_the_column_takes_nothing_away() -> None:
    bring("orders", ORDERS)
    bring("products", PRODUCTS)
    bring("products", "product_id,name,price\nP1,Café de Huila,5\n")
    assert Product.objects.get(code="P1").custom["origen"] == "Huila"
    run = bring(
        "orders",
        "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n2,C2,2026-10-02,P1,9,3.5\n",
    )
    assert counts(run) == (0, 1, 0, 0)
    run = bring("orders", ORDERS.replace("2,C2,2026-10-02,P1,1,3.5,,", ""))
    assert counts(run) == (0, 0, 2, 0)


def test_a_value_of_ones_own_alone_is_a_change_and_is_undone() -> None:
    bring("orders", ORDERS)
    bring("products", PRODUCTS)
    orders = bring("orders", ORDERS.replace("Para Ana", "Para Eva"))
    products = bring("products", PRODUCTS.replace("Huila", "Nariño"))
    assert (counts(orders), counts(products)) == ((0, 2, 1, 0), (0, 1, 1, 0))
    assert Product.objects.get(code="P1").custom["origen"] == "Nariño"
    undo(orders)
    undo(products)
    assert Order.objects.get(number="1").custom["dedicatoria"] == "Para Ana · Para Luis"
    assert Product.objects.get(code="P1").custom["origen"] == "Huila"


def test_columns_of_interactions_are_kept_with_each() -> None:
    bring("interactions", INTERACTIONS)
    assert defined("contact") == {"resultado": "text", "duracion": "number"}
    call = Event.objects.get(kind=EventKind.CALL)
    assert call.payload == {"custom": {"resultado": "Interesada", "duracion": 12}}
    assert Event.objects.get(kind=EventKind.VISIT).payload == {}


def test_a_cell_that_does_not_fit_stays_out_and_its_row_comes_in() -> None:
    save_custom_field(None, about="product", label="Altura", type_="number", options=[])
    run = staged("products", "product_id,name,Altura\nP1,Café,mucha\n")
    [row] = run.rows.all()
    assert row.problems is None
    assert [warning["column"] for warning in row.warnings] == ["Altura"]


def test_a_field_of_another_kind_of_record_is_another_field() -> None:
    save_custom_field(None, about="customer", label="Origen", type_="number", options=[])
    bring("products", PRODUCTS)
    assert defined("customer") == {"origen": "number"}
    assert defined("product")["origen"] == "text"


@pytest.mark.parametrize("name", ["f.csv", "f.xlsx"])
@pytest.mark.parametrize(
    ("kind", "text"),
    [("products", PRODUCTS), ("orders", ORDERS), ("interactions", INTERACTIONS)],
)
def test_what_was_exported_to_import_again_changes_nothing(
    tmp_path: Path, kind: str, text: str, name: str
) -> None:
    bring(kind, text)
    fields = CustomField.objects.count()
    content = exported(kind, tmp_path, name)
    assert unchanged(bring(kind, content))
    assert CustomField.objects.count() == fields


def test_a_field_called_like_a_column_of_ours_has_another_key() -> None:
    field = save_custom_field(None, about="product", label="Price", type_="text", options=[])
    assert field.key == "price_2"
    bring("products", "product_id,name,price,price_2\nP1,Café,4,caro\n")
    assert Product.objects.get().custom == {"price_2": "caro"}


def test_a_further_column_that_means_what_another_says_already_is_kept_as_a_field() -> None:
    text = PRODUCTS.replace("Origen", "Ref").replace("Altura", "Código")
    assert not not_imported(bring("products", text))
    assert defined("product") == {"ref": "text", "codigo": "number", "ecologico": "flag"}
    headings = "order_id,customer_id,ordered_at,product_id,quantity,unit_price,Entrega,Entrega!"
    bring("orders", f"{headings}\n1,C1,2026-10-01,P1,1,2,2026-10-05,mañana\n")
    assert Order.objects.get().custom == {"entrega": "2026-10-05", "entrega_2": "mañana"}


@pytest.mark.parametrize(
    ("cells", "type_"),
    [
        (["2026-10-01", "2026-10-02 00:00"], "date"),
        (["2026-10-01", "2026-10-02 14:30"], "text"),
        (["4.50 €", "5 €"], "number"),
        (["4.50 €", "5 USD"], "text"),
        (["5 %", "6"], "text"),
    ],
)
def test_a_field_keeps_all_that_its_cells_say(cells: list[str], type_: str) -> None:
    rows = "".join(f"P{place},Café,{cell}\n" for place, cell in enumerate(cells))
    bring("products", f"product_id,name,Nota\n{rows}")
    assert defined("product") == {"nota": type_}


def test_cells_far_down_decide_with_the_first_ones_what_a_field_is() -> None:
    count = lifecycle.SAMPLE + 5
    rows = [f"P{n},Café,{n},{n},2026-01-01\n" for n in range(count)]
    rows[-1] = "PX,Café,A-7,7,soon\n"
    run = bring("products", f"product_id,name,Lote,Peso,Cuando\n{''.join(rows)}")
    assert counts(run) == (count, 0, 0, 0)
    assert not warned_rows(run).exists()
    assert defined("product") == {"lote": "text", "peso": "number", "cuando": "text"}
    last = Product.objects.get(code="PX")
    assert last.custom == {"lote": "A-7", "peso": 7, "cuando": "soon"}


def test_a_look_at_what_would_happen_defines_no_field() -> None:
    run = staged("products", PRODUCTS, preview=True)
    assert not CustomField.objects.exists()
    assert set(understood(run).labels) > {"Origen", "Altura", "Ecológico"}
    actions.begin_applying(run, later=False)
    actions.run_applying(run.pk, at=make.NOW)
    assert defined("product") == {"origen": "text", "altura": "number", "ecologico": "flag"}


def test_a_type_that_was_foreseen_can_still_be_changed_after_the_preview() -> None:
    run = actions.reopen(staged("products", PRODUCTS, preview=True))
    mapping = Mapping.from_json(run.mapping)
    columns = [
        replace(one, type="text", reason=Reason.TOLD) if one.header == "Altura" else one
        for one in mapping.columns
    ]
    actions.configure(run, mapping=replace(mapping, columns=tuple(columns)))
    actions.begin_staging(run, later=False)
    actions.run_staging(run.pk, at=make.NOW, with_preview=True)
    actions.begin_applying(run, later=False)
    actions.run_applying(run.pk, at=make.NOW)
    assert Product.objects.get(code="P1").custom["altura"] == "1800"


def test_a_field_that_came_to_be_otherwise_meanwhile_takes_what_fits_it() -> None:
    run = staged("products", PRODUCTS, preview=True)
    save_custom_field(None, about="product", label="Origen", type_="number", options=[])
    save_custom_field(None, about="product", label="Altura!", type_="date", options=[])
    actions.begin_applying(run, later=False)
    done = actions.run_applying(run.pk, at=make.NOW)
    assert counts(done) == (2, 0, 0, 0)
    assert [row.reason for row in warned_rows(done)]
    assert Product.objects.get(code="P1").custom == {"ecologico": True}


def test_a_field_that_is_shown_no_longer_keeps_its_type() -> None:
    field = save_custom_field(None, about="product", label="Altura", type_="number", options=[])
    save_custom_field(field, label="Altura", type_="number", options=[], is_active=False)
    run = bring("products", "product_id,name,Altura\nP1,Café,mucha\nP2,Té,7\n")
    assert counts(run) == (2, 0, 0, 0)
    assert [one.custom for one in Product.objects.order_by("code")] == [{}, {"altura": 7}]


def test_refused_rows_that_were_mended_come_in_without_the_reason() -> None:
    run = staged("products", "product_id,name,price\nP1,Café,much\n")
    target = io.StringIO()
    assert actions.write_refused(run, target) == 1
    bring("products", target.getvalue().replace("much", "4"))
    assert not CustomField.objects.exists()


def test_an_amount_in_money_of_others_is_not_taken_for_ours() -> None:
    save_custom_field(None, about="product", label="Envase", type_="money", options=[])
    run = bring("products", "product_id,name,Envase\nP1,Café,4 €\nP2,Té,5 USD\nP3,Ron,6\n")
    assert counts(run) == (3, 0, 0, 0)
    [row] = warned_rows(run)
    assert row.warnings[0]["code"] == "currency_of_others"
    found = [one.custom for one in Product.objects.order_by("code")]
    assert found == [{"envase": 4}, {}, {"envase": 6}]
