"""What purchases add up to for a customer: the one place where it is worked out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction

from trato.customers.actions import settle_statuses

YEAR = timedelta(days=365)
# What the columns hold. A sum beyond it stays there: nobody's figures may stop those of all.
MOST = Decimal("99999999999999.9999")

# A purchase is a counted order with money in it; returns subtract from the amount only.
_REFRESH = """
WITH figures AS (
    SELECT customer_id,
           min(ordered_at) FILTER (WHERE total > 0) AS first_at,
           max(ordered_at) FILTER (WHERE total > 0) AS last_at,
           count(*) FILTER (WHERE total > 0) AS purchases,
           greatest(least(coalesce(sum(company_total), 0), %(most)s), -%(most)s) AS amount,
           count(*) FILTER (WHERE total > 0 AND ordered_at > %(year_ago)s) AS purchases_year,
           greatest(least(coalesce(
               sum(company_total) FILTER (WHERE ordered_at > %(year_ago)s), 0
           ), %(most)s), -%(most)s) AS amount_year
    FROM sales_order
    WHERE status IN ('pending', 'completed') AND ordered_at <= %(as_of)s
      AND customer_id IS NOT NULL AND (%(ids)s::bigint[] IS NULL OR customer_id = ANY(%(ids)s))
    GROUP BY customer_id
)
UPDATE customers_summary s
SET first_purchase_at = f.first_at, last_purchase_at = f.last_at,
    purchases = coalesce(f.purchases, 0), amount = coalesce(f.amount, 0),
    purchases_last_year = coalesce(f.purchases_year, 0),
    amount_last_year = coalesce(f.amount_year, 0)
FROM customers_customer c LEFT JOIN figures f ON f.customer_id = c.id
WHERE s.customer_id = c.id AND (%(ids)s::bigint[] IS NULL OR c.id = ANY(%(ids)s))
  AND (s.first_purchase_at, s.last_purchase_at, s.purchases, s.amount,
       s.purchases_last_year, s.amount_last_year)
      IS DISTINCT FROM
      (f.first_at, f.last_at, coalesce(f.purchases, 0), coalesce(f.amount, 0),
       coalesce(f.purchases_year, 0), coalesce(f.amount_year, 0))
"""


@transaction.atomic
def refresh_purchases(
    customers: Collection[int] | None, *, as_of: datetime, imported: bool = False
) -> int:
    """Work out the purchase figures of these customers, or of all; returns how many changed.

    Amounts are in the company's currency; orders without a known exchange rate add nothing.
    """
    ids = None if customers is None else list(customers)
    with connection.cursor() as sql:
        parameters = {"ids": ids, "as_of": as_of, "year_ago": as_of - YEAR, "most": MOST}
        sql.execute(_REFRESH, parameters)
        changed = int(sql.rowcount)
    settle_statuses(customers, as_of=as_of, imported=imported)
    return changed
