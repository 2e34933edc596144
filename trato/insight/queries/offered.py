"""How many are offered something, and how many did not want it."""

from dataclasses import dataclass

from django.db.models import Count

from trato.identity.models import User
from trato.sales.models import Recommendation, SuggestionAnswer


@dataclass(frozen=True, slots=True)
class Offered:
    """``kinds``: how many customers have a suggestion of each kind, most first. ``declined`` counts
    customers who did not want one."""

    suggestions: int
    customers: int
    kinds: tuple[tuple[str, int], ...]
    declined: int


def offered(user: User) -> Offered:
    """Of the customers whom the user may see."""
    rows, answers = Recommendation.objects.all(), SuggestionAnswer.objects.all()
    if not user.sees_everybody:
        rows, answers = rows.visible_to(user), answers.visible_to(user)
    first = rows.filter(rank=1)
    kinds = first.values("kind").annotate(customers=Count("pk")).order_by("-customers", "kind")
    return Offered(
        suggestions=rows.count(),
        customers=first.aggregate(found=Count("customer", distinct=True))["found"],
        kinds=tuple(kinds.values_list("kind", "customers")),
        declined=answers.aggregate(found=Count("customer", distinct=True))["found"],
    )
