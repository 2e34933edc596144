from datetime import datetime

from django.db.models import Q

from trato.customers.models import (
    BaseRules,
    Category,
    Consent,
    Customer,
    CustomField,
    Event,
)
from trato.customers.models.event import KINDS_OF


def base_rules() -> BaseRules:
    return BaseRules.objects.filter(pk=1).first() or BaseRules.objects.get_or_create(pk=1)[0]


def custom_fields() -> list[CustomField]:
    return list(CustomField.objects.filter(is_active=True))


def all_custom_fields() -> list[CustomField]:
    """Also those that are no longer shown."""
    return list(CustomField.objects.all())


def time_line(
    customer: Customer,
    *,
    categories: list[Category],
    before: tuple[datetime, int] | None,
    limit: int = 30,
) -> list[Event]:
    """A page of the customer's events, newest first, after the last one shown."""
    events = customer.events.select_related("actor")
    if categories:
        kinds = [kind.value for category in categories for kind in KINDS_OF[category]]
        events = events.filter(kind__in=kinds)
    if before is not None:
        at, pk = before
        # The first condition is the index's, the second is among equal moments.
        events = events.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))
    return list(events.order_by("-at", "-pk")[:limit])


def current_consents(customer: Customer) -> list[Consent]:
    return list(customer.consents.current())


def known_tags() -> list[str]:
    """Every tag in use, for suggestions."""
    rows = Customer.objects.exclude(tags=[]).values_list("tags", flat=True)[:20000]
    return sorted({tag for tags in rows for tag in tags})
