"""Own fields in the list of products: columns, filters, order, saved views and files."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests import make
from tests.catalog import own
from tests.catalog.own import KEPT, TYPES
from tests.pages import signed_in, words
from trato.catalog.models import Product
from trato.customers.actions import save_custom_field
from trato.identity.models import SavedView
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
URL = "/products/"
ALL = "columns=name," + ",".join(f"custom.{kind}" for kind in TYPES)


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


def listed(client: Client, query: str) -> Any:
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    return response.context["list"]


def names(client: Client, query: str) -> list[str]:
    found = listed(client, query)
    assert found.notices == []
    return [row["name"] for row in found.rows]


@pytest.fixture
def shelf() -> None:
    own.fields()
    own.product("A", name="A", custom=KEPT)
    other = {"text": "Äpfel", "number": 9, "money": 1, "date": "2025-01-01", "choice": "winter"}
    own.product("B", name="B", custom=other | {"choices": ["winter"], "flag": True})
    own.product("C", name="C")


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("language", ["en", "es"])
def test_columns_say_what_people_read(language: str) -> None:
    shown = words(signed_in(make.user(), language).get(f"{URL}?{ALL}&q=A"))
    for kind, (_kept, _sent, english, spanish) in TYPES.items():
        word = english if language == "en" else spanish
        assert (word.replace(", ", " ") if kind == "choices" else word) in shown


@pytest.mark.usefixtures("shelf")
def test_numbers_and_amounts_stand_right(client: Client) -> None:
    columns = {column.key: column for column in listed(client, ALL).table.columns}
    kinds = {kind: columns[f"custom.{kind}"].kind for kind in TYPES}
    assert (kinds["number"], kinds["money"], kinds["text"]) == ("number", "money", "text")
    assert (kinds["date"], kinds["choices"], kinds["flag"]) == ("day", "tags", "yes_no")
    assert columns["custom.money"].unit == "EUR"


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("custom.text.contains=apfel", ["B"]),
        ("custom.text.is=TIA+MARIA", ["A"]),
        ("custom.text.empty=", ["C"]),
        ("custom.text.lacks=apfel", ["A", "C"]),
        ("custom.text.isnt=apfel", ["A", "C"]),
        ("custom.number.more=10", ["A"]),
        ("custom.number.between=9&custom.number.between=9", ["B"]),
        ("custom.money.less=0", ["A"]),
        ("custom.date.before=2025-01-01", ["A"]),
        ("custom.choice.in=winter", ["B"]),
        ("custom.choices.in=winter", ["A", "B"]),
        ("custom.flag.no=", ["A"]),
        ("custom.flag.yes=", ["B"]),
        ("custom.number.filled=", ["A", "B"]),
        ("custom.choice.in=winter&brand.empty=&custom.flag.yes=", ["B"]),
    ],
)
def test_a_filter_finds_by_a_field_of_any_type(
    client: Client, query: str, found: list[str]
) -> None:
    assert names(client, query) == found


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("key", "first"),
    [("text", "B"), ("number", "B"), ("money", "A"), ("date", "A"), ("choice", "A"), ("flag", "A")],
)
def test_the_list_is_sorted_by_them(client: Client, key: str, first: str) -> None:
    up = [name for name in names(client, f"sort=custom.{key}") if name != "C"]
    down = [name for name in names(client, f"sort=-custom.{key}") if name != "C"]
    assert up[0] == first
    assert down == up[::-1]


@pytest.mark.usefixtures("shelf")
def test_a_product_with_other_fields_only_lacks_the_word(client: Client) -> None:
    own.product("D", name="D", custom={"flag": True})
    assert names(client, "custom.text.lacks=apfel") == ["A", "C", "D"]
    assert names(client, "custom.text.isnt=apfel") == ["A", "C", "D"]


def test_every_digit_is_shown(client: Client) -> None:
    own.fields()
    own.product("A", name="A", custom={"number": 1.23456, "money": 0.0525})
    shown = words(client.get(f"{URL}?{ALL}&custom.number.more=1.23455"))
    assert "1.23456 €0.0525" in shown
    assert "1.23455" in shown
    shown = words(client.get(f"/products/{Product.objects.get().pk}/"))
    assert "1.23456" in shown
    assert "€0.0525" in shown


@pytest.mark.usefixtures("shelf")
def test_a_saved_view_keeps_them(client: Client) -> None:
    query = "custom.number.more=10&sort=custom.money&columns=name,custom.number"
    client.post(f"{URL}?do=view", {"query": query, "name": "Heavy"})
    view = SavedView.objects.get()
    assert view.columns == ["name", "custom.number"]
    [_all, tab] = listed(client, "").tabs
    found = listed(client, tab.href.partition("?")[2])
    assert ([row["name"] for row in found.rows], found.columns) == (["A"], tuple(view.columns))


@pytest.mark.usefixtures("shelf")
def test_what_the_filters_leave_is_taken_off_sale(client: Client) -> None:
    data = {"everything": "1", "do": "no", "query": "custom.flag.yes="}
    client.post("/products/on-sale/", data)
    assert names(client, "on_sale.no=") == ["B"]


def test_a_field_that_is_switched_off_does_not_break_a_kept_address(client: Client) -> None:
    colour = own.field("Colour")
    own.product("A", name="A", custom={"colour": "red"})
    own.switch_off(colour)
    kept = "custom.colour.is=red&sort=custom.colour&columns=name,custom.colour"
    found = listed(client, kept)
    assert [row["name"] for row in found.rows] == ["A"]
    assert found.notices
    assert "Colour" not in words(client.get(URL))


def test_fields_of_customers_are_not_fields_of_products(client: Client) -> None:
    save_custom_field(None, label="Colour", type_="text", options=[])
    assert all(not one.key.startswith("custom.") for one in listed(client, "").listing.fields)


def test_an_option_that_was_taken_away_is_still_shown(client: Client) -> None:
    season = own.field("Season", "choice", "summer", "winter")
    own.product("A", name="A", custom={"season": "winter"})
    save_custom_field(season, label="Season", type_="choice", options=["summer"])
    assert "winter" in words(client.get(f"{URL}?columns=name,custom.season"))


# Files


def download(client: Client, query: str) -> bytes:
    response: Any = client.get(f"{URL}export/?{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def lines(content: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator))


@pytest.mark.usefixtures("shelf")
def test_a_file_has_them_in_its_own_language(client: Client) -> None:
    assert lines(download(client, f"format=csv&{ALL}&custom.flag.no=")) == [
        ["Name", "Text", "Number", "Money (EUR)", "Date", "Choice", "Choices", "Flag"],
        ["A", "Tía María", "1250.5", "-1234.50", "2024-03-01", "summer", "summer, winter", "No"],
    ]
    spanish = signed_in(make.user(), "es")
    [_heads, row] = lines(download(spanish, f"format=csv&{ALL}&custom.flag.no="), ";")
    assert row[2:4] == ["1250,5", "-1234,50"]


@pytest.mark.usefixtures("shelf")
def test_spreadsheets_and_parquet_keep_their_types(client: Client, tmp_path: Path) -> None:
    place = tmp_path / "list"
    place.write_bytes(download(client, f"format=xlsx&{ALL}&custom.flag.no="))
    sheet = CalamineWorkbook.from_path(place).get_sheet_by_index(0).to_python()
    assert sheet[1][1:5] == ["Tía María", 1250.5, -1234.5, date(2024, 3, 1)]
    place.write_bytes(download(client, f"format=parquet&{ALL}&custom.flag.no="))
    [row] = pq.read_table(place).to_pylist()
    assert row["Choices"] == ["summer", "winter"]
    assert (float(row["Number"]), row["Date"], row["Flag"]) == (1250.5, date(2024, 3, 1), False)


@pytest.mark.usefixtures("shelf")
def test_a_file_to_be_imported_again_calls_them_by_their_keys(client: Client) -> None:
    heads, *rows = lines(download(client, "format=canonical"))
    [first] = [dict(zip(heads, row, strict=True)) for row in rows if row[0] == "A"]
    assert first.keys() >= KEPT.keys()
    assert (first["money"], first["date"]) == ("-1234.50", "2024-03-01")


def test_no_own_text_of_a_file_can_be_a_formula(client: Client) -> None:
    own.field("=Colour")
    own.field("Labels", "choices", "@x")
    own.product("A", name="A", custom={"colour": "=1+1", "labels": ["@x"]})
    content = download(client, "format=csv&columns=name,custom.colour,custom.labels")
    assert lines(content) == [["Name", "'=Colour", "Labels"], ["A", "'=1+1", "'@x"]]


def test_who_may_not_export_gets_no_file() -> None:
    own.field("Colour")
    assert signed_in(make.user(Role.READER)).get(f"{URL}export/?format=csv").status_code == 404
