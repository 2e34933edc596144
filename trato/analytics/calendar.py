"""Days as whole numbers since 1970-01-01, as all tables of this library count them."""

from datetime import date, timedelta

FIRST = date(1970, 1, 1)


def number(day: date) -> int:
    return (day - FIRST).days


def day(number: int) -> date:
    return FIRST + timedelta(days=number)
