"""Groups that are compared by how long their customers last."""

from datetime import date

import pytest
from django.utils.translation import override

from tests import make
from tests.insight.queries import marts
from trato.analytics.cohorts import day_of, month_of
from trato.insight.figures import cohorts
from trato.insight.figures.keeping import Answers
from trato.insight.figures.reading import Content, Reading
from trato.insight.models import Run
from trato.insight.queries.filters import Filter

pytestmark = pytest.mark.django_db
JAN, MAR = date(2026, 1, 1), date(2026, 3, 1)


def split(by: str) -> Content:
    """Of two groups of twenty: half of the first have left, nobody of the second."""
    rows = [
        {"customer": one, "cohort": JAN, "first_day": JAN, "purchases": 1, **group}
        for ids, group in (
            (range(20), {"segment": 1, "country": "ES"}),
            (range(20, 40), {"segment": 2, "country": "MX"}),
        )
        for one in ids
    ]
    left = [(one, MAR, 4, 7) for one in range(10)]
    connection = marts.connection(marts.scores(*rows), marts.transitions(*left))
    run = Run(as_of=marts.AS_OF)
    answers, asked = Answers("", {}), {"by": by}
    with override("en"):
        return cohorts.page(Reading(connection, Filter(), make.user(), "EUR", run, answers, asked))


def verdict(content: Content) -> str:
    return next(chart.answer for chart in content.charts if chart.name == "survival")


def test_groups_known_beforehand_are_compared() -> None:
    content = split("country")
    assert verdict(content) == "The groups differ by more than chance explains."
    assert content.notices == ()


def test_groups_formed_afterwards_are_drawn_with_a_warning_and_without_a_verdict() -> None:
    content = split("segment")
    assert verdict(content) == ""
    assert "who stayed longer could do more" in content.notices[0].said


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (12, ""),
        (20, "Shown: 18 of 20 months since the first purchase."),
        (30, "Shown: the last 24 of 30 months of a first purchase, 18 of 30 months since."),
    ],
)
def test_a_table_that_is_cut_says_what_it_leaves_out(months: int, said: str) -> None:
    starts = [day_of(month_of(MAR) - before) for before in range(months)]
    rows = [
        {"customer": one, "cohort": start, "first_day": start, "purchases": 1}
        for one, start in enumerate(starts)
    ]
    bought = [(one, start, start, 10.0, 4.0) for one, start in enumerate(starts)]
    connection = marts.connection(marts.scores(*rows), bought=marts.months(*bought))
    run, answers = Run(as_of=marts.AS_OF), Answers("", {})
    with override("en"):
        asked = Reading(connection, Filter(), make.user(), "EUR", run, answers)
        found = {chart.name: chart for chart in cohorts.page(asked).charts}
    for name in ("cohorts", "brought"):
        assert said in found[name].note
        assert ("Shown" in found[name].note) is bool(said)
