"""What analysis says of one customer, as the customer page reads it."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import TruncDate

from trato.customers.models import Customer, CustomerScore
from trato.customers.models.customer import CustomerQuerySet
from trato.insight.models import Run
from trato.sales.models import Order, Recommendation, SuggestionAnswer

PURCHASES = 60
MOST_OF_A_KIND = 2


def score_of(customer: Customer) -> CustomerScore | None:
    """Asks nothing of the database when the customer was read with it."""
    return getattr(customer, "score", None)


def suggestions(customer: Customer) -> list[Recommendation]:
    """The best of each kind that are on sale and were not declined."""
    declined = SuggestionAnswer.objects.filter(customer=customer, product=OuterRef("product"))
    rows = customer.recommendations.filter(product__is_active=True, rank__lte=MOST_OF_A_KIND)
    found = rows.exclude(Exists(declined)).select_related("product", "because")
    return list(found.order_by("kind", "rank"))


def with_purchase_days(rows: CustomerQuerySet) -> CustomerQuerySet:
    """Each with ``purchase_days``, the latest first, and ``value_basis``: what a value is of."""
    orders = Order.objects.filter(
        customer=OuterRef("pk"),
        status__in=(Order.Status.PENDING, Order.Status.COMPLETED),
        total__gt=0,
    )
    days = orders.annotate(day=TruncDate("ordered_at")).values("day").distinct()
    run = Run.objects.filter(state=Run.State.DONE)
    return rows.annotate(
        purchase_days=ArraySubquery(days.order_by("-day")[:PURCHASES]),
        value_basis=Subquery(run.values(basis=KeyTextTransform("value_basis", "figures"))[:1]),
    )
