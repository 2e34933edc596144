from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from tests import make
from tests.pages import signed_in, words
from trato.acquisition.actions import (
    add_costs,
    delete_costs,
    remove_costs,
    restore_costs,
    save_costs,
    update_cost,
)
from trato.acquisition.drafts import CostDraft
from trato.acquisition.models import Cost
from trato.acquisition.queries import campaigns, sources, spending
from trato.catalog.actions import set_exchange_rate
from trato.identity.rules import Role, Visibility

pytestmark = pytest.mark.django_db

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
LATER = make.NOW + timedelta(hours=1)
FORM = {
    "month": "2026-03",
    "purpose": "acquire",
    "source": "Web",
    "campaign": "",
    "amount": "1.234,50",
    "currency": "EUR",
    "note": "",
}


@pytest.fixture
def client() -> Client:
    return signed_in(make.user(), "es")


def draft(amount: int = 100, month: date = MARCH, **more: Any) -> CostDraft:
    return CostDraft(month=month, amount=Decimal(amount), **more)


def save(*drafts: CostDraft) -> list[Any]:
    return save_costs(drafts, currency="EUR", at=make.NOW)


def cost(*given: Any, **more: Any) -> Cost:
    made: Cost = save(draft(*given, **more))[0].cost
    return made


def test_any_day_tells_the_month() -> None:
    assert cost(month=date(2026, 3, 17)).month == MARCH


def test_the_same_cost_is_corrected_and_not_doubled() -> None:
    told = [save(draft(amount, source="Web"))[0].result for amount in (100, 120, 120)]
    assert told == ["created", "updated", "unchanged"]
    assert Cost.objects.get().amount == 120


def test_costs_are_told_apart_by_month_purpose_source_and_campaign() -> None:
    save(draft(), draft(month=APRIL), draft(purpose="keep"), draft(source="Web"))
    save(draft(source="Web", campaign="Spring"))
    assert Cost.objects.count() == 5


def test_a_cost_repeated_in_one_go_keeps_the_last_word() -> None:
    save(draft(100), draft(80))
    assert Cost.objects.get().amount == 80


def test_new_costs_are_all_new_or_none_is_written() -> None:
    cost()
    with pytest.raises(ValidationError):
        add_costs([draft(month=APRIL), draft()], currency="EUR", at=make.NOW)
    assert Cost.objects.count() == 1


def test_a_cost_cannot_become_another() -> None:
    cost()
    april = cost(month=APRIL)
    with pytest.raises(ValidationError):
        update_cost(april, changes={"month": date(2026, 3, 9)}, at=LATER)


def test_the_database_knows_no_negative_cost() -> None:
    with pytest.raises(IntegrityError):
        cost(-1)


def test_a_file_is_taken_back_but_for_what_was_changed_since() -> None:
    first, second = cost(), cost(month=APRIL)
    update_cost(second, changes={"note": "checked"}, at=LATER)
    assert remove_costs([first.pk, second.pk], until=make.NOW) == [second.pk]
    [outcome] = save(draft(300, APRIL))
    before = {second.pk: outcome.before}
    assert restore_costs(before, until=LATER, at=LATER) == []
    assert Cost.objects.get().amount == 100


def test_costs_are_told_in_the_company_currency_of_their_month() -> None:
    set_exchange_rate(currency="USD", day=date(2026, 3, 31), rate=Decimal("0.5"))
    save(draft(currency="USD"), draft(source="Web"), draft(month=date(2026, 2, 1), currency="USD"))
    found = spending(make.user(), currency="EUR")
    assert [(one.source, one.amount) for one in found.spent] == [("", 50), ("Web", 100)]
    assert found.unrated == ("USD",)


def test_names_of_sources_come_from_customers_and_costs() -> None:
    make.customer(origin="Fair")
    cost(source="Web", campaign="Spring")
    assert (sources(), campaigns()) == (["Fair", "Web"], ["Spring"])


def test_a_cost_is_written_down_on_the_page(client: Client) -> None:
    assert words(client.get("/costs/")).count("Coste nuevo") > 0
    assert client.post("/costs/new/", FORM).status_code == 302
    made = Cost.objects.get()
    assert (made.month, made.amount, made.source) == (MARCH, Decimal("1234.5"), "Web")
    page = words(client.get("/costs/"))
    assert "mar 2026" in page
    assert "1.234,50" in page


def test_a_cost_of_every_month_is_written_down_at_once(client: Client) -> None:
    client.post("/costs/new/", FORM | {"month": "2025-11", "until": "2026-02"})
    months = Cost.objects.order_by("month").values_list("month", flat=True)
    assert [f"{month:%m}" for month in months] == ["11", "12", "01", "02"]


@pytest.mark.parametrize("until", ["2026-02", "2040-01"])
def test_months_end_after_they_begin_and_within_reach(client: Client, until: str) -> None:
    answer = client.post("/costs/new/", FORM | {"until": until})
    assert answer.status_code == 422
    assert not Cost.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"amount": "-1"}, {"amount": ""}, {"month": "0002-03"}, {"currency": "eur"}]
)
def test_what_is_wrong_is_told_beside_its_field(client: Client, wrong: dict[str, str]) -> None:
    answer = client.post("/costs/new/", FORM | wrong)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_cost_that_is_known_is_not_written_down_again(client: Client) -> None:
    client.post("/costs/new/", FORM)
    answer = client.post("/costs/new/", FORM | {"amount": "9"})
    assert answer.status_code == 422
    assert "Ya hay un coste así en mar 2026" in words(answer)


def test_a_cost_is_changed_and_the_change_can_be_read(client: Client) -> None:
    made = cost(source="Web")
    client.post(f"/costs/{made.pk}/", FORM | {"amount": "90"})
    assert Cost.objects.get().amount == 90
    assert "90" in words(client.get(f"/costs/{made.pk}/"))
    assert "Historial" in words(client.get(f"/costs/{made.pk}/"))


def test_costs_are_deleted_one_by_one_and_many_at_once(client: Client) -> None:
    first, *_more = [cost(month=date(2026, month, 1)) for month in (1, 2, 3)]
    client.post(f"/costs/{first.pk}/delete/")
    client.post("/costs/delete/", {"everything": "1", "query": "month.after=2026-02-28"})
    assert Cost.objects.get().month == date(2026, 2, 1)
    assert delete_costs([]) == 0


def test_the_list_is_exported_to_be_imported_again(client: Client) -> None:
    cost(source="Web", note="=1+1")
    answer = client.get("/costs/export/?format=canonical")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "month" in text.splitlines()[0]
    assert "2026-03-01" in text
    assert ",=1+1" not in text


@pytest.mark.parametrize("role", [Role.SELLER, Role.AGENT, Role.READER])
def test_costs_do_not_exist_for_the_stranger(role: str) -> None:
    made = cost()
    stranger = signed_in(make.user(role, visibility=Visibility.ALL))
    for path in ("/costs/", "/costs/new/", f"/costs/{made.pk}/", "/costs/export/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/costs/{made.pk}/delete/").status_code == 404
    assert spending(make.user(role, visibility=Visibility.ALL), currency="EUR").spent == ()


def test_an_analyst_reads_costs_and_changes_none() -> None:
    made = cost()
    analyst = signed_in(make.user(Role.ANALYST))
    page = analyst.get("/costs/").content.decode()
    assert f"/costs/{made.pk}/" not in page
    assert analyst.post(f"/costs/{made.pk}/", FORM).status_code == 404


def test_who_sees_only_some_customers_sees_no_costs() -> None:
    cost()
    marketer = make.user(Role.MARKETER, visibility=Visibility.OWN)
    assert signed_in(marketer).get("/costs/").status_code == 404
    assert spending(marketer, currency="EUR").spent == ()
