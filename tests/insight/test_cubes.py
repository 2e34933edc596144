import random
from datetime import timedelta

import duckdb
import pytest

from tests import make
from trato.customers.models import Customer
from trato.insight import marts
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.warehouse import lake

pytestmark = pytest.mark.django_db

# The same again, by another engine.
_CUBE = """
SELECT date_trunc('month', DATE '1970-01-01' + l.day)::DATE AS month, l.product,
       l.channel, l.store, l.seller, s.owner, s.team, s.segment, s.stage,
       count(DISTINCT l."order") AS orders, count(DISTINCT l.customer) AS customers,
       sum(l.quantity) AS quantity, round(sum(l.amount), 6) AS amount,
       round(sum(l.amount - l.tax), 6) AS net
FROM lines l JOIN scores s ON s.customer = l.customer GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
ORDER BY ALL
"""


def test_the_cube_adds_up_as_another_engine_does() -> None:
    chance, seller = random.Random(3), make.user()  # noqa: S311 - no secret
    for number in range(8):
        who = make.customer(f"C{number}")
        Customer.objects.filter(pk=who.pk).update(owner=seller if number % 2 else None)
        for _turn in range(6):
            make.order(
                who,
                str(chance.randint(1, 9)),
                at=make.NOW - timedelta(days=chance.randint(0, 90)),
                product=f"P{chance.randint(1, 3)}",
                tax=str(chance.randint(0, 2)),
                channel=chance.choice(["", "web", "shop"]),
            )
    run = begin_refresh(at=make.NOW, as_of=None, full=True, user=None)
    refresh(run, at=make.NOW)
    source, made = lake.current(), marts.current()
    assert source is not None
    assert made is not None
    with duckdb.connect() as engine:
        engine.register("lines", source.table("lines"))
        engine.register("scores", made.read("scores"))
        expected = engine.sql(_CUBE).fetchall()
        words = ["", *source.manifest.codes.channels]
        engine.register("sales", made.read("sales"))
        found = engine.sql(
            "SELECT month, product, list_position($words, channel) - 2, -1, seller, owner, team,"
            " segment, stage, orders, customers, quantity, round(amount, 6), round(net, 6)"
            " FROM sales ORDER BY ALL",
            params={"words": words},
        ).fetchall()
    assert found == expected
    assert len(found) > 8
