"""What lines of orders add up to, as expressions that run on DuckDB and on Spark alike.

As `trato.analytics.portable`, whose frames these are.
"""

from datetime import date

import narwhals as nw

from trato.analytics import calendar, columns
from trato.analytics.portable import Frame

CATEGORY, MONTH, COHORT = "category", "month", "cohort"


def spending(lines: Frame, categories: Frame, as_of: date) -> Frame:
    """One row a customer and category, in any order: customer, category, amount (returns taken
    off).

    ``lines``: customer, day, product, amount. ``categories``: product, category; what is of no
    product there is left out.
    """
    by = [columns.CUSTOMER, CATEGORY]
    until = lines.filter(nw.col(columns.DAY) <= calendar.number(as_of))
    known = until.join(categories, on=columns.PRODUCT)
    return known.group_by(*by).agg(nw.col(columns.AMOUNT).sum())


def paid(lines: Frame, cohorts: Frame, months: Frame, as_of: date) -> Frame:
    """One row a customer, product and month, in any order: customer, product, month, cohort,
    quantity, amount, of what was bought and kept.

    ``lines``: customer, day, product, quantity, amount, is_return, is_purchase. ``cohorts``:
    customer, cohort (a date); others are left out. ``months``: day, month (a date), of every day.
    """
    by = [columns.CUSTOMER, columns.PRODUCT, MONTH]
    kept = nw.col(columns.IS_PURCHASE) & ~nw.col(columns.IS_RETURN)
    return (
        lines.filter(kept, nw.col(columns.DAY) <= calendar.number(as_of))
        .join(cohorts, on=columns.CUSTOMER)
        .join(months, on=columns.DAY)
        .group_by(*by)
        .agg(nw.col(COHORT).min(), nw.col(columns.QUANTITY, columns.AMOUNT).sum())
    )
