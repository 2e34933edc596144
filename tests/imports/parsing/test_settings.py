import json

import pytest

from trato.imports.mapping import Column, Mapping
from trato.imports.parsing import ParseSettings, sniff
from trato.imports.parsing.settings import customs
from trato.imports.reading import SourceRow
from trato.kit.dates import Order

MAPPING = Mapping(
    kind="orders", columns=(Column("date", "ordered_at"), Column("price", "unit_price"))
)


def found(*rows: tuple[str, str], region: str = "ES") -> ParseSettings:
    source = [SourceRow(2, list(row), ("date", "price")) for row in rows]
    return sniff("orders", MAPPING, source, ParseSettings(region=region))


@pytest.mark.parametrize(
    ("prices", "comma", "certain"),
    [
        (["12,5", "1.234"], True, True),
        (["12.5", "1,234"], False, True),
        (["1.234,56"], True, True),
        (["1.234.567"], True, True),
        (["€1.234,56", "USD 2,000"], True, True),
        (["1.234", "2.000"], True, False),
        (["12", "7"], True, True),
        (["12,5", "12.5"], True, True),
    ],
)
def test_the_decimal_sign_is_found(prices: list[str], comma: bool, certain: bool) -> None:
    settings = found(*(("2024-03-12", price) for price in prices))
    assert (settings.decimal_comma, settings.numbers_certain) == (comma, certain)


@pytest.mark.parametrize(
    ("dates", "order", "certain"),
    [
        (["1/6/2024", "31/12/2024"], Order.DMY, True),
        (["1/6/2024", "12/31/2024"], Order.MDY, True),
        (["1/6/2024"], Order.DMY, False),
        (["2024-06-01", "12 mar 2024"], Order.DMY, True),
        (["31/12/2024", "12/31/2024", "30/11/2024"], Order.DMY, False),
    ],
)
def test_the_order_of_dates_is_found(dates: list[str], order: Order, certain: bool) -> None:
    settings = found(*((date, "5") for date in dates))
    assert (settings.date_order, settings.dates_certain) == (order, certain)


def test_what_the_cells_leave_open_follows_the_country() -> None:
    settings = found(("1/6/2024", "1.234"), region="US")
    assert (settings.date_order, settings.decimal_comma) == (Order.MDY, False)
    assert not settings.dates_certain
    assert customs("MX") == (False, Order.DMY)
    assert customs("") == (True, Order.DMY)


def test_the_date_that_tells_may_come_late() -> None:
    rows = [("1/6/2024", "5")] * 30_000 + [("12/31/2024", "5")]
    assert found(*rows).date_order == Order.MDY


def test_a_column_of_counted_days_is_noticed() -> None:
    assert found(("45363", "5"), ("45364.25", "6")).serial_columns == ("date",)
    assert found(("45363", "5"), ("12/3/2024", "6")).serial_columns == ()


def test_settings_survive_being_stored() -> None:
    settings = found(("45363", "5"))
    assert ParseSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings
