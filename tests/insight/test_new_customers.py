"""What the page of new customers says of what they cost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import signed_in, words
from trato.acquisition.actions import save_costs
from trato.acquisition.drafts import CostDraft
from trato.catalog.models import Product
from trato.identity.models import User
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.ui.figures import Chart

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return make.user()


@pytest.fixture(autouse=True)
def won(boss: User) -> None:
    """Somebody comes from the web; some months before, nobody comes."""
    at = timezone.now() - timedelta(days=40)
    make.order(make.customer(origin="Web"), "20", at=at)
    Product.objects.update(cost=3)
    refresh(begin_refresh(at=timezone.now(), as_of=None, full=True, user=None), at=timezone.now())
    month = timezone.localdate(at).replace(day=1)
    cost(month, "0.7", source="Web")
    cost(month.replace(year=month.year - 1), "5")


def cost(month: date, amount: str, source: str = "") -> None:
    draft = CostDraft(month=month, amount=Decimal(amount), source=source)
    save_costs([draft], currency="EUR", at=make.NOW)


def charts(client: Client) -> dict[str, Chart]:
    content = client.get("/analysis/acquisition/?period=all").context["content"]
    return {chart.name: chart for chart in content.charts}


def test_a_cost_without_a_source_is_called_so(boss: User) -> None:
    for language, said in (("en", "no source told"), ("es", "sin fuente indicada")):
        names = [line.values[0] for line in charts(signed_in(boss, language))["won"].lines]
        assert names == ["Web", said]
    assert "€5 spent, nobody won" in words(signed_in(boss).get("/analysis/acquisition/?period=all"))


def test_value_for_each_unit_of_cost_has_two_digits(boss: User) -> None:
    chart = charts(signed_in(boss))["won"]
    at = [column.key for column in chart.columns].index("ratio")
    margin = 17
    assert chart.lines[0].values[at] == 24 < margin / 0.7


def test_columns_of_costs_are_in_the_currency(boss: User) -> None:
    drawn = charts(signed_in(boss))["cost-months"].drawing.spec  # type: ignore[union-attr]
    assert drawn["format"] == {"style": "currency", "currency": "EUR", "digits": 0}
