"""Orders whose money is not counted, for want of an exchange rate."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from trato.sales.models import Order


@dataclass(frozen=True, slots=True)
class Unrated:
    currency: str
    orders: int
    since: datetime


def unrated() -> list[Unrated]:
    rows = Order.objects.filter(company_total=None).order_by("currency").values("currency")
    found = rows.annotate(orders=Count("pk"), since=Min("ordered_at"))
    return [Unrated(**row) for row in found]
