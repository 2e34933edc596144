"""How many are offered something, and how many did not want it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, QuerySet

from trato.identity.models import User
from trato.insight.marts import Seen
from trato.insight.queries.filters import NO_ONE, Filter
from trato.sales.models import SuggestionAnswer

type Kind = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Share:
    """The customers of a team, an owner and a micro-segment who have suggestions; of each kind how
    many suggestions there are, and for how many customers."""

    team: int | None
    owner: int | None
    segment: int | None
    customers: int
    kinds: Sequence[Kind]

    def is_seen(self, seen: Seen | None) -> bool:
        return seen is None or self.owner in seen.owners or self.team in seen.teams

    def is_chosen(self, chosen: Filter) -> bool:
        team = None if chosen.team == NO_ONE else chosen.team
        of_team = chosen.team is None or self.team == team
        return of_team and chosen.segment in (None, self.segment)


@dataclass(frozen=True, slots=True)
class Offered:
    """``kinds``: how many customers have a suggestion of each kind, most first. ``declined`` counts
    customers who did not want one."""

    suggestions: int
    customers: int
    kinds: tuple[tuple[str, int], ...]
    declined: int


# Of each kind a customer has one of the first rank.
_KINDS = """
SELECT c.team_id, c.owner_id, s.segment_id, r.kind, count(*), count(*) FILTER (WHERE r.rank = 1)
FROM sales_recommendation r JOIN customers_customer c ON c.id = r.customer_id
LEFT JOIN customers_customerscore s ON s.customer_id = c.id GROUP BY 1, 2, 3, 4
"""
_CUSTOMERS = """
SELECT c.team_id, c.owner_id, s.segment_id, count(*) FROM customers_customer c
LEFT JOIN customers_customerscore s ON s.customer_id = c.id
WHERE EXISTS (SELECT FROM sales_recommendation r WHERE r.customer_id = c.id) GROUP BY 1, 2, 3
"""


def shares() -> list[Share]:
    """Of everybody's suggestions: at a million customers it takes seconds."""
    kinds = defaultdict[tuple[int | None, ...], list[Kind]](list)
    with connection.cursor() as sql:
        sql.execute(_KINDS)
        for team, owner, segment, *kind in sql.fetchall():
            kinds[team, owner, segment].append(tuple(kind))
        sql.execute(_CUSTOMERS)
        return [
            Share(team, owner, segment, customers, kinds[team, owner, segment])
            for team, owner, segment, customers in sql.fetchall()
        ]


def offered(told: Iterable[Share], user: User, seen: Seen | None, chosen: Filter) -> Offered:
    """Of the customers whom the user may see, of the team and the micro-segment that is chosen."""
    mine = [share for share in told if share.is_seen(seen) and share.is_chosen(chosen)]
    customers = Counter[str]()
    for share in mine:
        customers.update({kind: many for kind, _suggestions, many in share.kinds})
    answers = _of_chosen(SuggestionAnswer.objects.visible_to(user), chosen)
    return Offered(
        suggestions=sum(many for share in mine for _kind, many, _customers in share.kinds),
        customers=sum(share.customers for share in mine),
        kinds=tuple(sorted(customers.items(), key=lambda one: (-one[1], one[0]))),
        declined=answers.aggregate(found=Count("customer", distinct=True))["found"],
    )


def _of_chosen(answers: QuerySet[SuggestionAnswer], chosen: Filter) -> QuerySet[SuggestionAnswer]:
    if chosen.team is not None:
        team = None if chosen.team == NO_ONE else chosen.team
        answers = answers.filter(customer__team=team)
    if chosen.segment is not None:
        answers = answers.filter(customer__score__segment=chosen.segment)
    return answers
