"""Rows that match, where a narrow index of ids tells which they are."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.lookups import GreaterThan, In

from trato.kit.database import IsAny

MOST_LISTED = 1_000
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

    ``place`` is the path of the id beside which they are ordered. Few are taken as their ids. Of
    very many, some stand near each other in every order: they are read one by one until a page is
    full. Those between are held in memory, and the index of the order is looked through for them.
    """
    number, few = _some(narrow)
    if number > MOST_HELD:
        return rows.filter(narrow.condition)
    if few is not None:
        return rows.filter(IsAny(F(place), Value(few))) if few else rows.none()
    # In a CASE the ids stay a table to look up in; as a join they would all be fetched and sorted.
    return rows.filter(
        Case(When(In(F(place), narrow.among), then=Value(True)), default=Value(False))
    )


def _some(narrow: Narrow) -> tuple[int, list[int] | None]:
    """How many there are, up to a bound; when there are few, which."""
    several = GreaterThan(Count("*"), MOST_LISTED)
    found = narrow.among[: MOST_HELD + 1].aggregate(
        number=Count("*"),
        few=Case(When(several, then=None), default=ArrayAgg(narrow.link, default=Value([]))),
    )
    return found["number"], found["few"]
