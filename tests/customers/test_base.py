"""The state of the base against the definitions, worked out anew customer by customer."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests import make
from trato.customers.models import BaseRules, Customer, Summary
from trato.customers.queries.base import Base, Volume, base
from trato.identity.models import User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo("Europe/Madrid"))
RULES = BaseRules()


def somebody(
    status: str = "current",
    *,
    days: float | None = None,
    year: int = 0,
    amount: str = "0",
    owner: User | None = None,
) -> Customer:
    """A customer with these figures, whatever orders would say."""
    ids = Customer.objects.bulk_create(
        [Customer(name="X", status=status, owner=owner, created_at=NOW, updated_at=NOW)]
    )
    Summary.objects.create(
        customer=ids[0],
        last_purchase_at=None if days is None else NOW - timedelta(days=days),
        purchases=0 if days is None else max(1, year),
        purchases_last_year=year,
        amount_last_year=Decimal(amount),
    )
    return ids[0]


def counted(user: User | None = None, rules: BaseRules = RULES) -> Base:
    return base(user=user or make.user(), rules=rules, as_of=NOW)


def with_amounts(*amounts: str) -> Volume:
    for amount in amounts:
        somebody(days=1, year=1, amount=amount)
    return counted().volume


def worked_out(rules: BaseRules) -> dict[str, int]:
    """The same definitions in plain Python, one customer after the other."""
    rows = list(Summary.objects.select_related("customer"))
    year = [row for row in rows if row.purchases_last_year > 0]
    first = (NOW - timedelta(days=rules.active_days)).date()
    active = [
        row
        for row in rows
        if row.last_purchase_at and row.last_purchase_at.astimezone(NOW.tzinfo).date() >= first
    ]
    classes = [_class(row, year, rules) for row in year]
    often, some = rules.frequent_purchases, rules.regular_purchases
    return {
        "lost": sum(row.customer.status == "lost" for row in rows),
        "active": len(active),
        "inactive": sum(row.purchases > 0 for row in rows) - len(active),
        "frequent": sum(row.purchases_last_year >= often for row in year),
        "regular": sum(some <= row.purchases_last_year < often for row in year),
        "occasional": sum(row.purchases_last_year < some for row in year),
        **{name: classes.count(name) for name in ("high", "average", "low")},
    }


def _class(row: Summary, year: list[Summary], rules: BaseRules) -> str:
    """By the middle of the places that customers of one amount share."""
    if len({other.amount_last_year for other in year}) == 1:
        return "average"
    below = sum(other.amount_last_year < row.amount_last_year for other in year)
    equal = sum(other.amount_last_year == row.amount_last_year for other in year)
    rank = (Decimal(below) + Decimal(equal) / 2) / len(year) * 100
    if rank > 100 - rules.high_volume_percent:
        return "high"
    return "low" if rank < rules.low_volume_percent else "average"


def told(found: Base) -> dict[str, int]:
    plain = ("lost", "active", "inactive", "frequent", "regular", "occasional")
    volume = {name: getattr(found.volume, name) for name in ("high", "average", "low")}
    return {name: getattr(found, name) for name in plain} | volume


@pytest.mark.parametrize("seed", range(6))
def test_the_database_and_plain_python_agree(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    for _ in range(chance.choice([7, 40, 90])):
        buys = chance.random() < 0.8
        year = chance.choice([0, 1, 2, 3, 6, 9]) if buys else 0
        somebody(
            chance.choice(["potential", "current", "lost"]),
            days=chance.choice([1, 179, 180, 181, 800]) if buys else None,
            year=year,
            amount=str(chance.choice([-5, 10, 10, 10, 25, 80, 300])) if year else "0",
        )
    high, low = chance.choice([(20, 50), (10, 33), (50, 50), (1, 1)])
    rules = BaseRules(high_volume_percent=high, low_volume_percent=low)
    assert told(counted(rules=rules)) == worked_out(rules)


def test_an_empty_shop_has_nobody() -> None:
    found = counted()
    assert (found.customers, found.buyers, found.volume) == (0, 0, Volume())


def test_a_single_customer_is_average() -> None:
    assert with_amounts("12") == Volume(average=1)


def test_where_everybody_buys_alike_nobody_stands_out() -> None:
    assert with_amounts(*["10"] * 9) == Volume(average=9)


def test_ten_different_amounts_part_at_the_percentages() -> None:
    found = with_amounts(*map(str, range(1, 11)))
    assert (found.low, found.average, found.high) == (5, 3, 2)
    assert (found.low_to, found.high_from) == (Decimal(5), Decimal(9))


def test_equal_amounts_are_never_parted() -> None:
    found = with_amounts("1", "5", "5", "5", "5", "5", "5", "5", "5", "9")
    assert (found.low, found.average, found.high) == (1, 8, 1)


def test_the_limit_of_activity_is_a_whole_day_where_the_company_is() -> None:
    morning = datetime(2026, 5, 23, 22, 30, tzinfo=UTC)  # Already the 24th in Madrid.
    for at in (morning, morning - timedelta(hours=1)):
        row = somebody(days=1, year=1)
        Summary.objects.filter(customer=row).update(last_purchase_at=at)
    assert (counted().active, counted().inactive) == (1, 1)


def test_who_never_bought_is_neither_active_nor_inactive() -> None:
    somebody("potential")
    found = counted()
    assert (found.potential, found.active, found.inactive) == (1, 0, 0)


def test_one_counts_only_the_customers_one_sees() -> None:
    seller = make.user(Role.SELLER, visibility="own")
    somebody("lost", days=900, owner=seller)
    somebody("current", days=1, year=1, amount="10")
    found = counted(seller)
    assert (found.customers, found.lost, found.buyers) == (1, 1, 1)
    assert found.volume == Volume()
