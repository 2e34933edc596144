from datetime import date

import pytest

from tests.insight.queries import marts
from trato.customers.models import MicroSegment
from trato.identity.models import User
from trato.insight.behind import list_url
from trato.insight.figures.keeping import Answers
from trato.insight.figures.reading import Reading
from trato.insight.figures.segments import page
from trato.insight.models import Run
from trato.insight.queries import segments
from trato.insight.queries.filters import Filter, customers
from trato.ui.figures import Heat

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
    assert customers(company, found.without_behind) == [4]


def test_without_groups_all_who_bought_are_without() -> None:
    company = marts.connection(marts.scores(member(1, None, 3.0)))
    found = segments.table(company, Filter())
    assert (found.rows, found.without) == ((), 1)


def test_squares_of_a_group_are_of_those_who_are_counted() -> None:
    group = MicroSegment.objects.create(found_on=date(2026, 1, 1), name="Regulars")
    rows = [member(one, group.pk, 9.0, stage=4 + one % 2) | {"team": one % 3} for one in range(9)]
    company = marts.connection(marts.scores(*rows, member(9, None, 9.0)))
    run = Run(as_of=marts.AS_OF)
    for chosen, counts in ((Filter(), [5, 4, 0, 0]), (Filter(team=1), [1, 2, 0, 0])):
        reading = Reading(company, chosen, User(), "EUR", run, Answers("", {}))
        _groups, told = page(reading).charts
        [line] = told.lines
        assert list(line.values[1:]) == counts
        for stage, href, count in zip(range(4, 8), line.links[1:], counts, strict=True):
            meant = Filter(segment=group.pk, team=chosen.team, stage=stage)
            assert href == (list_url(meant) if count else "")
            assert len(customers(company, meant)) == count
        assert isinstance(told.drawing, Heat)
        assert [cell.href for cell in told.drawing.rows[0].cells] == list(line.links[1:])
