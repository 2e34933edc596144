"""The geometry of a rhythm strip: purchases on a time line, when the next is due, when it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

WIDTH, EDGE = 320.0, 6.0
LONGEST = timedelta(days=730)


@dataclass(frozen=True)
class Rhythm:
    """``low`` and ``high`` bound when the next purchase is expected."""

    purchases: Sequence[date]
    today: date
    due: date | None = None
    low: date | None = None
    high: date | None = None
    lapse: date | None = None

    @cached_property
    def start(self) -> date:
        oldest = min([*self.purchases, self.today])
        return max(oldest, self.today - LONGEST)

    @cached_property
    def end(self) -> date:
        ahead = [day for day in (self.due, self.high, self.lapse) if day]
        # A lapse far away would press the past together.
        furthest = self.today + (self.today - self.start) + timedelta(days=30)
        return min(max([*ahead, self.today + timedelta(days=14)]), furthest)

    def x(self, day: date) -> float:
        span = (self.end - self.start).days or 1
        return round(EDGE + (WIDTH - 2 * EDGE) * (day - self.start).days / span, 1)

    def _seen(self, day: date | None) -> float | None:
        return self.x(day) if day and self.start <= day <= self.end else None

    @property
    def bought_at(self) -> list[tuple[float, date]]:
        return [(self.x(day), day) for day in sorted(set(self.purchases)) if day >= self.start]

    @property
    def today_at(self) -> float:
        return self.x(self.today)

    @property
    def due_at(self) -> float | None:
        return self._seen(self.due)

    @property
    def lapse_at(self) -> float | None:
        return self._seen(self.lapse)

    @property
    def window(self) -> tuple[float, float] | None:
        """Where the next purchase is expected, and how wide that is."""
        if self.low is None or self.high is None:
            return None
        start, end = self.x(max(self.low, self.start)), self.x(min(self.high, self.end))
        return (start, round(end - start, 1)) if end > start else None
