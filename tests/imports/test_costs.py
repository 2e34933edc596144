from decimal import Decimal

import pytest
from django.utils import translation

from tests.imports.test_importing import bring, counts, undo
from trato.acquisition.models import Cost
from trato.imports.forms import MappingForm
from trato.imports.mapping import guess_kind, propose

pytestmark = pytest.mark.django_db

PLAIN = "month,source,campaign,amount\n2026-01,Web,,100\n2026-02,Web,Spring,50.5\n"


def amounts() -> list[tuple[str, str, str, Decimal]]:
    rows = Cost.objects.order_by("month", "source", "campaign")
    return [(f"{row.month:%Y-%m}", row.source, row.campaign, row.amount) for row in rows]


def test_a_file_of_costs_comes_in_once() -> None:
    assert counts(bring("costs", PLAIN)) == (2, 0, 0, 0)
    assert amounts() == [("2026-01", "Web", "", 100), ("2026-02", "Web", "Spring", Decimal("50.5"))]
    assert counts(bring("costs", PLAIN)) == (0, 0, 2, 0)


def test_rows_of_the_same_cost_are_added_up() -> None:
    report = (
        "Día;Nombre de la campaña;Importe gastado (EUR)\n"
        "01/03/2026;Primavera;10,50\n02/03/2026;Primavera;9,50\n02/03/2026;Otra;1\n"
    )
    assert counts(bring("costs", report)) == (3, 0, 0, 0)
    assert [(row[2], row[3]) for row in amounts()] == [("Otra", 1), ("Primavera", 20)]
    assert counts(bring("costs", report)) == (0, 0, 3, 0)


@pytest.mark.parametrize(
    "month", ["2026-03", "03/2026", "marzo de 2026", "Mar-26", "2026/3", "15/03/2026", "2026-03-31"]
)
def test_months_are_written_in_many_ways(month: str) -> None:
    bring("costs", f"month,amount\n{month},5\n")
    assert amounts() == [("2026-03", "", "", 5)]


def test_one_day_tells_whether_months_come_first() -> None:
    run = bring("costs", "month,amount\n03/04/2026,1\n05/31/2026,2\n")
    assert [month for month, *_rest in amounts()] == ["2026-03", "2026-05"]
    assert not MappingForm(run=run).dates_open
    assert MappingForm(run=bring("costs", "month,amount\n03/04/2026,3\n")).dates_open
    assert not MappingForm(run=bring("costs", "month,amount\n2026-04,3\n")).dates_open


def test_what_cannot_be_a_cost_is_given_back_with_the_reason() -> None:
    rows = "month,amount,purpose\n2026-03,-5,\nsoon,5,\n2026-03,5,fun\n2026-03,,\n"
    with translation.override("en"):
        run = bring("costs", rows)
        told = [row.reason for row in run.rows.order_by("number")]
    assert counts(run) == (0, 0, 0, 4)
    assert "less than nothing" in told[0]
    assert all(told)


def test_rows_of_one_cost_in_two_currencies_are_refused_together() -> None:
    run = bring(
        "costs", "month,source,amount,currency\n2026-03,Web,5,EUR\n2026-03,Web,5,USD\n2026-03,,1,\n"
    )
    assert counts(run) == (1, 0, 0, 2)
    assert amounts() == [("2026-03", "", "", 1)]


def test_costs_of_a_file_are_taken_back() -> None:
    bring("costs", "month,source,amount\n2026-01,Web,70\n")
    run = bring("costs", PLAIN)
    undo(run)
    assert amounts() == [("2026-01", "Web", "", 70)]


def test_words_for_the_purpose_are_understood() -> None:
    bring("costs", "Mes,Importe,Objetivo\n2026-01,5,Fidelización\n2026-02,5,Captación\n")
    told = Cost.objects.order_by("month").values_list("purpose", flat=True)
    assert list(told) == ["keep", "acquire"]


def test_a_file_of_costs_is_known_by_its_headings() -> None:
    assert guess_kind(["Campaign", "Month", "Cost"]) == "costs"
    assert guess_kind(["Mes", "Canal", "Inversión"]) == "costs"
    assert guess_kind(["month", "amount"]) == "costs"
    mapping = propose("costs", ["Reporting starts", "Campaign name", "Amount spent (EUR)"])
    assert [one.target for one in mapping.columns] == ["month", "campaign", "amount"]
