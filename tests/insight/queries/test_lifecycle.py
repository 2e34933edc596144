from datetime import date

import pytest

from tests.insight.queries import marts
from trato.customers.models import Phase
from trato.insight.queries import lifecycle
from trato.insight.queries.filters import Filter, count, customers

EVERYBODY = Filter()
JAN, FEB, MAR = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)

company = marts.connection(
    marts.scores(
        {"customer": 1, "stage": 4, "amount": 50.0, "lifetime_value": 20.0, "segment": 7},
        {"customer": 2, "stage": 7, "team": 3},
        {"customer": 3, "stage": 2, "known_day": date(2026, 2, 1)},
    ),
    marts.transitions(
        (1, JAN, 0, 1),
        (1, FEB, 1, 4),
        (2, JAN, 0, 2),
        (2, FEB, 2, 4),
        (2, MAR, 4, 7),
        (3, FEB, 0, 2),
    ),
)


def test_every_customer_is_in_one_stage_and_one_phase() -> None:
    found = lifecycle.overview(company, EVERYBODY)
    assert found.as_of == marts.AS_OF
    assert [(row.stage, row.customers) for row in found.stages] == [(2, 1), (4, 1), (7, 1)]
    assert [row.phase for row in found.phases] == [Phase.ATTRACT, Phase.SELL_MORE, Phase.WIN_BACK]
    assert found.stages[1].lifetime_value == 20


def test_a_number_leads_to_the_customers_behind_it() -> None:
    row = lifecycle.overview(company, Filter(team=3)).stages[0]
    assert customers(company, row.behind) == [2]


def test_moves_between_two_days_are_links_between_stages() -> None:
    found = lifecycle.flows(company, Filter(start=date(2026, 2, 1), end=date(2026, 2, 28)))
    assert {(flow.from_stage, flow.to_stage): flow.moves for flow in found} == {
        (1, 4): 1,
        (2, 4): 1,
        (0, 2): 1,
    }
    assert all(count(company, flow.behind) == flow.moves for flow in found)


def test_entries_are_told_month_by_month() -> None:
    found = lifecycle.entries(company, EVERYBODY)
    assert [(one.month.month, one.stage, one.moves) for one in found] == [
        (1, 1, 1),
        (1, 2, 1),
        (2, 2, 1),
        (2, 4, 2),
        (3, 7, 1),
    ]


def test_time_in_a_stage_counts_those_still_there() -> None:
    found = {one.stage: one for one in lifecycle.times(company, EVERYBODY)}
    assert (found[1].median, found[1].ended) == (31, 1)
    assert (found[4].stays, found[4].ended, found[4].median) == (2, 1, 28)
    assert found[7].median is None


def test_the_funnel_counts_who_skipped_a_step_as_having_reached_it() -> None:
    found = {step.stage: step.customers for step in lifecycle.funnel(company, EVERYBODY)}
    assert found == {1: 3, 2: 3, 3: 2, 4: 2, 6: 0}


def test_the_funnel_of_a_period_is_of_those_who_came_in_it() -> None:
    steps = lifecycle.funnel(company, Filter(start=date(2026, 2, 1)))
    assert [step.customers for step in steps] == [1, 1, 0, 0, 0]
    assert customers(company, steps[1].behind) == [3]


def test_an_empty_company_has_an_empty_lifecycle() -> None:
    nobody = marts.connection()
    assert lifecycle.overview(nobody, EVERYBODY).stages == ()
    assert lifecycle.flows(nobody, EVERYBODY) == ()
    assert lifecycle.times(nobody, EVERYBODY) == ()
    assert lifecycle.funnel(nobody, EVERYBODY) == ()


@pytest.mark.parametrize("chosen", [Filter(stage=4, start=JAN), Filter(phase=Phase.LOYALTY)])
def test_a_filter_survives_an_address(chosen: Filter) -> None:
    assert Filter.read(chosen.parameters) == chosen


def test_what_an_address_says_wrongly_is_left_out() -> None:
    assert Filter.read({"stage": "x'; DROP", "start": "soon", "team": "3"}) == Filter(team=3)


def test_moves_out_of_a_stage_lead_to_who_made_them_once_each() -> None:
    again = marts.connection(
        marts.scores({"customer": 1}, {"customer": 2, "team": 3}),
        marts.transitions(
            (1, JAN, 0, 4), (1, FEB, 4, 7), (1, FEB, 7, 4), (1, MAR, 4, 7), (2, JAN, 4, 6)
        ),
    )
    out = lifecycle.departures(lifecycle.flows(again, EVERYBODY))
    assert {stage: one.moves for stage, one in out.items()} == {0: 1, 4: 3, 7: 1}
    assert customers(again, out[4].behind) == [1, 2]
    for chosen, moves, who in (
        (Filter(start=FEB), 2, [1]),
        (Filter(team=3), 1, [2]),
        (Filter(end=JAN, team=3), 1, [2]),
    ):
        out = lifecycle.departures(lifecycle.flows(again, chosen))
        assert (out[4].moves, customers(again, out[4].behind)) == (moves, who)
    assert lifecycle.departures(()) == {}


def test_who_is_still_in_a_stage_has_not_moved_on() -> None:
    found = {one.stage: one for one in lifecycle.times(company, EVERYBODY)}
    assert customers(company, found[4].behind) == [1, 2]
    assert customers(company, found[4].ended_behind) == [2]
    assert customers(company, found[7].ended_behind) == []
