"""What is suggested to a customer; to whom something is, and who did not want it, as filters of the
list of customers."""

from typing import LiteralString

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from trato.customers.models import Customer
from trato.kit.listing import Field, Kind, Related
from trato.sales.models import Recommendation, SuggestionAnswer

SUGGESTED, ANSWERED = "suggested", "suggestion_answer"

# Of a recommendation r of the product p. Between two refreshes products leave the catalogue, and
# customers say no, buy and give back: what they have ordered since is not offered until the next.
STILL_OFFERED: LiteralString = """
p.is_active
AND NOT EXISTS (
    SELECT FROM sales_suggestionanswer a
    WHERE a.customer_id = r.customer_id AND a.product_id = r.product_id)
AND NOT EXISTS (
    SELECT FROM customers_consent n
    WHERE n.customer_id = r.customer_id AND n.purpose = 'profiling' AND NOT n.granted
      AND NOT EXISTS (
          SELECT FROM customers_consent m
          WHERE m.customer_id = n.customer_id AND m.channel = n.channel AND m.purpose = n.purpose
            AND (m.at, m.id) > (n.at, n.id)))
AND NOT EXISTS (
    SELECT FROM customers_customerscore s
    JOIN sales_order o ON o.customer_id = s.customer_id
     AND o.ordered_at >= s.as_of::timestamp AT TIME ZONE %(zone)s
    JOIN sales_orderline l ON l.order_id = o.id
    WHERE s.customer_id = r.customer_id AND l.product_id = r.product_id
      AND o.status <> 'cancelled')
"""
_OF_CUSTOMER = " ".join(
    (
        "SELECT r.* FROM sales_recommendation r JOIN catalog_product p ON p.id = r.product_id",
        "WHERE r.customer_id = %(customer)s AND",
        STILL_OFFERED,
        "ORDER BY r.kind, r.rank",
    )
)


def on_offer(customer: Customer) -> list[Recommendation]:
    """The best of each kind first."""
    zone = timezone.get_current_timezone_name()
    return list(Recommendation.objects.raw(_OF_CUSTOMER, {"customer": customer.pk, "zone": zone}))


def suggested_field(_currency: str) -> Field:
    return Field(
        SUGGESTED,
        _("What to offer"),
        Kind.CHOICE,
        Related(Recommendation, "customer", "kind"),
        options=lambda: Recommendation.Kind.choices,
        is_column=False,
    )


def answered_field(_currency: str) -> Field:
    return Field(
        ANSWERED,
        _("Answer to a suggestion"),
        Kind.CHOICE,
        Related(SuggestionAnswer, "customer", "answer"),
        options=lambda: SuggestionAnswer.Answer.choices,
        is_column=False,
    )
