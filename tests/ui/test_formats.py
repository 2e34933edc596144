"""Numbers, money and dates as people of each language write them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from tests.ui.drawing import draw
from trato.ui import formats


@pytest.fixture
def in_spanish() -> Iterator[None]:
    with translation.override("es"):
        yield


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.usefixtures("in_spanish")
def test_spanish_has_decimal_commas() -> None:
    assert plain(formats.money(Decimal("1234.56"), "EUR")) == "1.234,56 €"
    assert plain(formats.money(1234, "EUR", cents=False)) == "1.234 €"
    assert formats.number(Decimal("1234.5")) == "1.234,5"
    assert plain(formats.percent(0.125, 1)) == "12,5 %"
    assert plain(formats.compact(12345)) == "12,3 mil"
    assert formats.full_day(date(2024, 3, 12)) == "martes, 12 de marzo de 2024"
    assert formats.day(date(2024, 3, 12)) == "12 mar 2024"


def test_english_has_decimal_points() -> None:
    assert formats.money(Decimal("1234.56"), "EUR") == "€1,234.56"
    assert formats.money(Decimal("-5"), "USD") == "-$5.00"
    assert formats.number(1234.5, 2) == "1,234.50"
    assert formats.percent(0.5) == "50%"
    assert formats.day(date(2024, 3, 12)) == "Mar 12, 2024"


def test_what_somebody_wrote_is_told_to_its_last_digit() -> None:
    assert formats.exact(Decimal("1234.5678")) == "1,234.5678"
    assert formats.exact(1e-07) == "0.0000001"
    assert formats.exact(Decimal("20.50")) == "20.5"
    assert formats.exact(2000) == "2,000"
    assert formats.exact_money(Decimal("-0.0525"), "EUR") == "-€0.0525"
    assert formats.exact_money(2.5, "EUR") == "€2.50"
    assert formats.exact_money(3, "JPY") == "¥3"
    assert formats.exact_money(Decimal("0.5"), "JPY") == "¥0.5"


def test_a_zero_below_zero_is_a_zero_and_makes_no_other_one_of_it() -> None:
    for zero in (Decimal("-0.00"), -0.0, 0):
        assert formats.money(zero, "EUR") == "€0.00"
        assert formats.number(zero, 1) == "0.0"
        assert formats.percent(zero) == "0%"


def test_what_is_rounded_to_nothing_has_no_sign() -> None:
    assert formats.money(Decimal("-0.004"), "EUR") == "€0.00"
    assert formats.money(Decimal("-0.4"), "EUR", cents=False) == "€0"
    assert formats.number(-0.04, 1) == "0.0"
    assert formats.percent(-0.004) == "0%"
    assert formats.money(Decimal("-0.006"), "EUR") == "-€0.01"


def test_what_is_missing_is_empty() -> None:
    source = "{{ none|money:'EUR' }}{{ none|number }}{{ none|percent }}{{ none|day }}{{ none|ago }}"
    assert draw(source + "{{ none|moment }}{{ none|clock }}{{ none|full_day }}", none=None) == ""


def test_near_days_have_names() -> None:
    today = formats.today()
    near = [formats.day(today + timedelta(days=days)) for days in (-1, 0, 1)]
    assert near == ["yesterday", "today", "tomorrow"]


def test_a_moment_is_shown_in_the_time_zone_in_force() -> None:
    with timezone.override("Europe/Madrid"):
        shown = draw("{{ at|moment }}", at=datetime(2024, 6, 30, 22, 30, tzinfo=UTC))
    assert ">Jul 1, 2024, 12:30" in plain(shown)
    assert 'datetime="2024-07-01T00:30:00+02:00"' in shown
    assert 'title="Monday, July 1, 2024' in shown


def test_how_long_ago() -> None:
    now = timezone.now()
    assert formats.ago(now) == "just now"
    assert formats.ago(now - timedelta(hours=3)) == "3 hours ago"
    assert formats.ago(now + timedelta(days=2)) == "in 2 days"


@pytest.mark.parametrize(
    ("then", "told"),
    [
        (datetime(2011, 2, 3, tzinfo=UTC), "15 years ago"),
        (datetime(2025, 12, 1, tzinfo=UTC), "11 months ago"),
        (datetime(2025, 11, 22, tzinfo=UTC), "1 year ago"),
        (datetime(2026, 9, 23, tzinfo=UTC), "1 month ago"),
        (datetime(2026, 10, 23, tzinfo=UTC), "30 days ago"),
        (datetime(2026, 11, 4, tzinfo=UTC), "18 days ago"),
        (datetime(2026, 11, 20, 23, tzinfo=UTC), "2 days ago"),
        (datetime(2026, 11, 21, 13, tzinfo=UTC), "23 hours ago"),
        (datetime(2026, 12, 10, tzinfo=UTC), "in 18 days"),
        (datetime(2028, 11, 21, tzinfo=UTC), "in 1 year"),
    ],
)
def test_days_are_those_of_the_calendar_months_and_years_are_whole_ones(
    then: datetime, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    with timezone.override(UTC):
        assert formats.ago(then) == told
