"""How many are offered something, and how many did not want it."""

from dataclasses import dataclass

from django.db.models import Count, Q

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
    kinds = rows.values("kind").annotate(
        suggestions=Count("pk"), customers=Count("pk", filter=Q(rank=1))
    )
    found = list(kinds.order_by("-customers", "kind"))
    return Offered(
        suggestions=sum(one["suggestions"] for one in found),
        customers=rows.filter(rank=1).aggregate(found=Count("customer", distinct=True))["found"],
        kinds=tuple((one["kind"], one["customers"]) for one in found),
        declined=answers.aggregate(found=Count("customer", distinct=True))["found"],
    )
