"""Moments on the clock of one time zone, for whole columns at once."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trato.analytics import runs

# Every clock there is changes at a quarter of an hour.
_QUARTER, _HOUR, _DAY = 900, 3600, 86_400

type Column = NDArray[Any]


def days_and_hours(moments: Column, zone: ZoneInfo) -> tuple[Column, Column]:
    """Of seconds since 1970 in UTC: days since 1970-01-01 (int32) and hours (int16) there."""
    quarter = (moments // _QUARTER).astype(np.int64)
    known, place = runs.coded(quarter)
    offsets = np.array([_offset(int(one) * _QUARTER, zone) for one in known], np.int64)
    local = np.floor(moments).astype(np.int64) + offsets[place]
    return (local // _DAY).astype(np.int32), (local % _DAY // _HOUR).astype(np.int16)


def _offset(moment: int, zone: ZoneInfo) -> int:
    away = datetime.fromtimestamp(moment, zone).utcoffset()
    return 0 if away is None else int(away.total_seconds())
