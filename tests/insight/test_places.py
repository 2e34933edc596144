from datetime import timedelta

import pytest
from pytest_django import Settings

from tests import make
from trato.insight import lines, marts
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh

pytestmark = pytest.mark.django_db


def test_lake_and_marts_lie_in_an_object_store_as_in_a_folder(settings: Settings) -> None:
    settings.LAKE = "memory://trato-places"
    who = make.customer()
    for days in (1, 20, 50):
        make.order(who, "10", at=make.NOW - timedelta(days=days))
    run = begin_refresh(at=make.NOW, as_of=None, full=False, user=None)
    refresh(run, at=make.NOW)
    found = marts.current()
    assert found is not None
    assert not found.place.is_local
    for _time in range(2):
        with marts.open_views(found) as connection:
            assert lines.show(connection)
            told = connection.execute("SELECT customer, purchases FROM scores").fetchall()
            bought = connection.execute("SELECT count(*) FROM lines").fetchone()
        assert told == [(who.pk, 3)]
        assert bought == (3,)
