from datetime import date

import pytest

from tests.insight.queries import marts
from trato.customers.models import MicroSegment
from trato.insight.queries import segments
from trato.insight.queries.filters import Filter, customers

pytestmark = pytest.mark.django_db


def member(customer: int, segment: int | None, amount: float, stage: int = 4) -> dict[str, object]:
    return {
        "customer": customer,
        "segment": segment,
        "purchases": 2,
        "amount": amount,
        "stage": stage,
        "rhythm_days": 30.0,
        "lifetime_value": amount,
    }


def test_groups_are_told_with_what_sets_them_apart() -> None:
    traits = [{"feature": "money", "direction": "high"}]
    group = MicroSegment.objects.create(found_on=date(2026, 1, 1), traits=traits)
    other = MicroSegment.objects.create(found_on=date(2026, 1, 1))
    company = marts.connection(
        marts.scores(
            member(1, group.pk, 30.0),
            member(2, group.pk, 50.0, stage=7),
            member(3, other.pk, 20.0),
            member(4, None, 1.0),
            {"customer": 5},
        )
    )
    found = segments.table(company, Filter())
    first, second = found.rows
    assert (found.customers, found.without) == (3, 1)
    assert (first.segment, first.traits) == (group, traits)
    assert (first.customers, first.amount_share, first.mean_purchase) == (2, 0.8, 20)
    assert first.stages == {4: 1, 7: 1}
    assert (first.rhythm_days, first.margin) == (30, None)
    assert customers(company, second.behind) == [3]


def test_without_groups_all_who_bought_are_without() -> None:
    company = marts.connection(marts.scores(member(1, None, 3.0)))
    found = segments.table(company, Filter())
    assert (found.rows, found.without) == ((), 1)
