from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trato.insight.warehouse.local import days_and_hours

_ZONES = ["Europe/Madrid", "America/Bogota", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]


@pytest.mark.parametrize("name", _ZONES)
@given(moments=st.lists(st.datetimes(datetime(1985, 1, 1), datetime(2037, 1, 1)), max_size=5))  # noqa: DTZ001
def test_days_and_hours_are_those_of_the_clock_there(name: str, moments: list[datetime]) -> None:
    zone = ZoneInfo(name)
    told = [moment.replace(tzinfo=UTC) for moment in moments]
    found = days_and_hours(np.array([moment.timestamp() for moment in told]), zone)
    there = [moment.astimezone(zone) for moment in told]
    assert found[0].tolist() == [(one.date() - date(1970, 1, 1)).days for one in there]
    assert found[1].tolist() == [one.hour for one in there]
