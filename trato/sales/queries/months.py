"""Months by their first days."""

from datetime import date


def months_back(day: date, months: int) -> date:
    """The first day of the month that many months ago."""
    whole = day.year * 12 + day.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


def months_until(day: date, count: int) -> list[date]:
    """The first days of so many months, the last one that of ``day``."""
    return [months_back(day, back) for back in range(count - 1, -1, -1)]
