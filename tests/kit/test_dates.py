from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trato.kit.dates import (
    Order,
    is_open,
    is_serial,
    order_forced_by,
    parse_date,
    parse_datetime,
    parse_serial,
)
from trato.kit.text import Unreadable

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-12",
        "2024-W11-2",
        "2024/3/12",
        "2024.03.12",
        "20240312",
        "12/3/2024",
        "12-03-24",
        "12 mar 2024",
        "12 de marzo de 2024",
        "12-Mar-24",
        "March 12, 2024",
        "Mar 12 2024",
        "12th March 2024",
        "martes, 12 de marzo de 2024",
        "2024-03-12T23:30:00-05:00",
    ],
)
def test_a_day_is_read_in_many_forms(text: str) -> None:
    assert parse_date(text) == date(2024, 3, 12)


@pytest.mark.parametrize("text", ["0/0/00", "0000-00-00", "00/00/0000", "--03-07", "0001-01-01"])
def test_a_date_without_its_year_or_all_zeros_is_unknown(text: str) -> None:
    assert parse_date(text) is None
    assert parse_datetime(text) is None


def test_the_order_of_the_file_decides_an_open_date() -> None:
    assert parse_date("1/6/2024", Order.DMY) == date(2024, 6, 1)
    assert parse_date("1/6/2024", Order.MDY) == date(2024, 1, 6)


def test_a_date_against_the_order_of_the_file_is_refused() -> None:
    with pytest.raises(Unreadable, match="date_order"):
        parse_date("31/12/2024", Order.MDY)


def test_nobody_is_born_in_the_future() -> None:
    assert parse_date("1/2/45", birth=True) == date(1945, 2, 1)
    assert parse_date("1/2/45") == date(2045, 2, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("29/02/2023", "date_not_in_calendar"),
        ("20241332", "date_not_in_calendar"),
        ("2024-W54-1", "date_not_in_calendar"),
        ("20.máj", "not_a_date"),
        ("yesterday", "not_a_date"),
        ("", "not_a_date"),
        ("45363", "not_a_date"),
        ("12 mar 9999", "date_out_of_range"),
    ],
)
def test_what_is_no_date_says_why(text: str, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        parse_date(text)


def test_the_29th_of_february_is_a_day_in_leap_years() -> None:
    assert parse_date("29/02/2024") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-12 09:14", "2024-03-12T09:14:00+01:00"),
        ("2024-07-12T09:14:31Z", "2024-07-12T09:14:31+00:00"),
        ("2024-03-12 09:14:31 -0500", "2024-03-12T09:14:31-05:00"),
        ("2018.02.26 19:58", "2018-02-26T19:58:00+01:00"),
        ("31/12/24 5:30 PM", "2024-12-31T17:30:00+01:00"),
        ("3/12/2024, 9:14 p. m.", "2024-12-03T21:14:00+01:00"),
        ("Tuesday, March 12, 2024 12:14 AM", "2024-03-12T00:14:00+01:00"),
        ("12/07/2024", "2024-07-12T00:00:00+02:00"),
    ],
)
def test_a_moment_without_offset_is_of_the_company_s_clocks(text: str, moment: str) -> None:
    assert parse_datetime(text, Order.DMY, MADRID) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["2024-12-31 25:00", "2024-12-31 13:00 pm"])
def test_an_hour_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="not_a_time"):
        parse_datetime(text)


def test_a_spreadsheet_s_count_of_days_is_a_moment() -> None:
    assert parse_serial("45363") == datetime(2024, 3, 12, tzinfo=UTC)
    assert parse_serial("45363.5") == datetime(2024, 3, 12, 12, tzinfo=UTC)
    assert not is_serial("123456")


def test_some_dates_tell_the_order_of_their_file() -> None:
    assert order_forced_by("31/12/2024") == Order.DMY
    assert order_forced_by("12/31/2024 10:00") == Order.MDY
    assert order_forced_by("1/6/2024") is None
    assert is_open("1/6/2024")
    assert not is_open("2024-06-01")


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)))  # noqa: DTZ001
def test_any_moment_is_read_back_in_each_order(moment: datetime) -> None:
    whole = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_datetime(whole.isoformat()) == whole
    assert parse_datetime(whole.strftime("%d/%m/%Y %H:%M:%S"), Order.DMY) == whole
    assert parse_datetime(whole.strftime("%m/%d/%Y %I:%M:%S %p"), Order.MDY) == whole
