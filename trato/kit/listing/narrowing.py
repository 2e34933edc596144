"""Rows that match, where a narrow index of ids tells which they are."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.lookups import In

from trato.kit.database import IsAny

MOST_FETCHED = 1_000
MOST_HELD = 20_000


@dataclass(frozen=True, slots=True)
class Narrow:
    """Who matches, said twice: by ids that an index gives without a look at the rows, and as
    what is true of each row. ``link`` is the name of the id in ``ids``.
    """

    ids: QuerySet[Any] = field(compare=False)
    link: str
    condition: Q

    @property
    def among(self) -> QuerySet[Any]:
        return self.ids.order_by().values(self.link)

    def __and__(self, other: "Narrow") -> "Narrow":
        both = self.ids.filter(**{f"{self.link}__in": other.among})
        return Narrow(both, self.link, self.condition & other.condition)


def narrowed(rows: QuerySet[Any], narrow: Narrow, place: str) -> QuerySet[Any]:
    """Those of ``rows`` that match, found fast for a page of them in an order with an index.

    ``place`` is the path of the id beside which they are ordered. Few are fetched and sorted. Of
    very many, some stand near each other in every order: they are read one by one until a page is
    full. Those between are held in memory, and the index of the order is looked through for them.
    """
    number = narrow.among[: MOST_HELD + 1].count()
    if number > MOST_HELD:
        return rows.filter(narrow.condition)
    if number > MOST_FETCHED:
        # In a CASE they stay a table to look up in; as a join all would be fetched and sorted.
        held = When(In(F(place), narrow.among), then=Value(True))
        return rows.filter(Case(held, default=Value(False)))
    return rows.filter(IsAny(F(place), ArraySubquery(narrow.among))) if number else rows.none()
