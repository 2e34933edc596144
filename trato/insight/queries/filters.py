"""Which customers, and when: what every page of analysis can be narrowed by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from typing import Any, LiteralString, Self

import duckdb
import numpy as np
from numpy.typing import NDArray

from trato.analytics.cohorts import last_day_of, month_of
from trato.customers.models import Phase
from trato.insight.marts import WHOSE
from trato.insight.queries import buying, leaving, moving
from trato.insight.queries.statement import Clause, both, columns, joined, row, rows, where

NO_ONE = -1

type Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The period (both days included) says when things happened; everything else says to whom.

    Purchases are kept by month: a period begins with the month of its start and ends with the month
    of its end. ``source`` is where a customer came from, ``campaign`` what won them. ``team`` and
    ``owner`` are -1 for customers of none. ``worth_from`` (included) and ``worth_below`` are ends
    of the value of the next year. ``bought``, ``known``, ``won``, ``moved_to``, ``reached`` keep
    those who did so: bought, became known or first bought within the period, moved to a stage (or
    ``moved_from`` one, or both) within it, ever reached a stage on the way forward; who
    ``moved_on`` is in the stage that they moved to no more. ``unscored`` customers have not bought,
    ``ungrouped`` ones have and belong to no micro-segment. ``came_to`` and
    ``left`` compare where customers are with where they were before the period. ``product``,
    ``category``, ``channel``, ``store`` and ``seller`` keep who bought so within the period, and
    ``times`` to ``times_most`` who had bought on so many days until its end: that is asked of the
    lines of the lake (`trato.insight.lines`). ``costed`` are those who bought something of known
    cost; ``stayed`` bought more than so many months after their first purchase; of ``compared`` the
    prices were compared. ``again`` bought on a day of the period after their first.
    ``followed`` first bought so many months ago or longer and had not left before; ``gone`` left
    within so many months of the first purchase, and later than ``gone_after``.
    """

    start: date | None = None
    end: date | None = None
    segment: int | None = None
    team: int | None = None
    owner: int | None = None
    stage: int | None = None
    phase: Phase | None = None
    cohort: date | None = None
    recency_score: int | None = None
    frequency_score: int | None = None
    monetary_score: int | None = None
    rfm_group: str | None = None
    value_decile: int | None = None
    worth_from: float | None = None
    worth_below: float | None = None
    kind: str | None = None
    country: str | None = None
    source: str | None = None
    campaign: str | None = None
    product: int | None = None
    category: str | None = None
    channel: str | None = None
    store: str | None = None
    seller: int | None = None
    times: int | None = None
    times_most: int | None = None
    stayed: int | None = None
    followed: int | None = None
    gone: int | None = None
    gone_after: int | None = None
    again: bool = False
    bought: bool = False
    costed: bool = False
    compared: bool = False
    known: bool = False
    won: bool = False
    unscored: bool = False
    ungrouped: bool = False
    moved_from: int | None = None
    moved_to: int | None = None
    moved_on: bool = False
    reached: int | None = None
    came_to: Phase | None = None
    left: Phase | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """From the parameters of an address; what is not understood is left out."""
        told = {name: _read(name, given.get(name)) for name in _names()}
        return cls(**{name: value for name, value in told.items() if value is not None})

    @property
    def parameters(self) -> dict[str, str]:
        """As parameters of an address: `read` understands them."""
        told = ((name, getattr(self, name)) for name in _names())
        return {
            name: "1" if value is True else str(value)
            for name, value in told
            if value is not None and value is not False
        }

    @property
    def condition(self) -> Clause:
        """On a row of ``scores``; nothing where everybody is meant."""
        plain = (
            Clause(sql, (getattr(self, name),))
            for name, sql in _PLAIN.items()
            if getattr(self, name) is not None
        )
        return both(
            *plain,
            *(sql for name, sql in _SCORED.items() if getattr(self, name)),
            self._phase,
            self._known,
            self._won,
            self._bought,
            self._costed,
            self._compared,
            self._stayed,
            self._followed,
            self._gone,
            self._again,
            self._moved,
            self._reached,
            self._came_to,
            self._left,
            self._sold,
            self._often,
        )

    @property
    def customers(self) -> Clause:
        """The condition with its WHERE."""
        return where(self.condition)

    @property
    def among(self) -> Clause:
        """The same as a condition on a row of ``transitions`` or ``months``, or nothing."""
        if self.asks_whose_alone:
            return self.condition
        return joined(("customer IN (SELECT customer FROM scores", self.customers, ")"))

    @property
    def asks_whose_alone(self) -> bool:
        """Whether the segment, team and owner tell who is meant, as they stand on every mart."""
        return self.parameters.keys() <= {*WHOSE, "start", "end"}

    @property
    def people(self) -> "Filter":
        """The same customers whenever."""
        is_timed = self.bought or self.known or self.won or self.costed or self.asks_lines
        is_timed = is_timed or self.stayed is not None
        moves = (self.moved_from, self.moved_to, self.came_to, self.left)
        is_moved = any(one is not None for one in moves)
        return self if is_timed or is_moved else replace(self, start=None, end=None)

    @property
    def asks_lines(self) -> bool:
        """Whether only the lines of the lake know who is meant."""
        return self.times is not None or self.again or self.asks_sold

    @property
    def asks_sold(self) -> bool:
        return any(getattr(self, name) is not None for name in _SOLD)

    def during(self, column: LiteralString) -> Clause:
        """The period as a condition on a column of days."""
        return _between(column, self.start, self.end)

    def during_months(self, column: LiteralString = "month") -> Clause:
        """The period as a condition on a column of first days of months."""
        return _between(column, self.start and self.start.replace(day=1), self.end)

    @property
    def _phase(self) -> Clause:
        return moving.in_phase(self.phase) if self.phase else Clause()

    @property
    def _came_to(self) -> Clause:
        if self.came_to is None:
            return Clause()
        before = joined(("NOT", moving.was_in(self.came_to, self.start)))
        return both(moving.in_phase(self.came_to), before)

    @property
    def _left(self) -> Clause:
        if self.left is None:
            return Clause()
        now = joined(("NOT", moving.in_phase(self.left)))
        return both(moving.was_in(self.left, self.start), now)

    @property
    def _known(self) -> Clause:
        return self.during("known_day") if self.known else Clause()

    @property
    def _won(self) -> Clause:
        first = Clause("cohort IS NOT NULL")
        return both(first, self.during_months("cohort")) if self.won else Clause()

    @property
    def _bought(self) -> Clause:
        return self._in_months() if self.bought else Clause()

    @property
    def _costed(self) -> Clause:
        return self._in_months(Clause("NOT isnan(margin)")) if self.costed else Clause()

    @property
    def _compared(self) -> Clause:
        return Clause("customer IN (SELECT customer FROM compared)") if self.compared else Clause()

    @property
    def _stayed(self) -> Clause:
        if self.stayed is None:
            return Clause()
        return self._in_months(Clause("date_diff('month', cohort, month) > ?", (self.stayed,)))

    @property
    def _followed(self) -> Clause:
        return Clause() if self.followed is None else leaving.followed(self.followed)

    @property
    def _gone(self) -> Clause:
        if self.gone is None and self.gone_after is None:
            return Clause()
        return leaving.gone(self.gone_after, self.gone)

    @property
    def _again(self) -> Clause:
        return buying.again(self.during("day")) if self.again else Clause()

    def _in_months(self, *conditions: Clause) -> Clause:
        during = where(*conditions, self.during_months())
        return joined(("customer IN (SELECT customer FROM months", during, ")"))

    @property
    def _moved(self) -> Clause:
        if self.moved_from is None and self.moved_to is None:
            return Clause()
        during = self.during("day")
        return moving.moved(self.moved_from, self.moved_to, during, and_on=self.moved_on)

    @property
    def _reached(self) -> Clause:
        return Clause() if self.reached is None else moving.reached(self.reached)

    @property
    def _sold(self) -> Clause:
        if not self.asks_sold:
            return Clause()
        sold = (
            Clause(sql, (getattr(self, name),))
            for name, sql in _SOLD.items()
            if getattr(self, name) is not None
        )
        until = Clause("day <= (SELECT max(as_of) FROM scores)")
        whole = self.end and last_day_of(month_of(self.end))
        during = _between("day", self.start and self.start.replace(day=1), whole)
        kept = where(*sold, until, during, Clause("NOT is_given_back"))
        return joined(("customer IN (SELECT DISTINCT customer FROM lines", kept, ")"))

    @property
    def _often(self) -> Clause:
        if self.times is None:
            return Clause()
        return buying.often(self.times, self.times_most, until=self.end or date.max)


_PLAIN: dict[str, LiteralString] = {
    "segment": "segment = ?",
    "team": "team = ?",
    "owner": "owner = ?",
    "stage": "stage = ?",
    "cohort": "cohort = ?",
    "recency_score": "recency_score = ?",
    "frequency_score": "frequency_score = ?",
    "monetary_score": "monetary_score = ?",
    "rfm_group": "rfm_group = ?",
    "value_decile": "value_decile = ?",
    "worth_from": "lifetime_value >= ?",
    "worth_below": "lifetime_value < ?",
    "kind": "kind = ?",
    "country": "country = ?",
    "source": "origin = ?",
    "campaign": "acquired_by = ?",
}
_SCORED: dict[str, Clause] = {
    "unscored": Clause("(recency_score IS NULL OR frequency_score IS NULL)"),
    "ungrouped": Clause("segment IS NULL AND purchases > 0"),
}
_SOLD: dict[str, LiteralString] = {
    "product": "product = ?",
    "category": "product IN (SELECT product FROM products WHERE category_path = ?)",
    "channel": "channel = (SELECT code FROM channels WHERE word = ?)",
    "store": "store = (SELECT code FROM stores WHERE word = ?)",
    "seller": "seller = ?",
}
_DAYS = frozenset({"start", "end", "cohort"})
_FLAGS = frozenset(
    {"again", "bought", "compared", "costed", "known", "moved_on", "ungrouped", "unscored", "won"}
)
_TEXTS = frozenset(
    {"rfm_group", "kind", "country", "source", "campaign", "category", "channel", "store"}
)
_PHASES = frozenset({"phase", "came_to", "left"})
_BEYOND = 2**62
_AMOUNTS = frozenset({"worth_from", "worth_below"})


def count(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> int:
    """How many customers there are behind a number."""
    return int(row(connection, "SELECT count(*) FROM scores", chosen.customers)[0])


def customers(
    connection: duckdb.DuckDBPyConnection, chosen: Filter, *, limit: int | None = None
) -> list[int]:
    """The customers behind a number, by id: to be shown, or saved as a list."""
    most = Clause("LIMIT ?", (limit,)) if limit is not None else Clause()
    found = rows(
        connection, "SELECT customer FROM scores", chosen.customers, "ORDER BY customer", most
    )
    return [int(one) for (one,) in found]


def ids(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> Ids:
    """All of them, in no order: there can be a million."""
    found = columns(connection, "SELECT customer FROM scores", chosen.customers)
    return np.asarray(found["customer"], np.int64)


def as_of(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day the marts tell of; None while there is nobody."""
    found: date | None = row(connection, "SELECT max(as_of) FROM scores")[0]
    return found


def _between(column: LiteralString, start: date | None, end: date | None) -> Clause:
    if start and end:
        return Clause(column + " BETWEEN ? AND ?", (start, end))
    if start:
        return Clause(column + " >= ?", (start,))
    return Clause(column + " <= ?", (end,)) if end else Clause()


@cache
def _names() -> tuple[str, ...]:
    return tuple(one.name for one in fields(Filter))


def _read(name: str, text: str | None) -> Any:
    if text is None or (not text and name not in _TEXTS):
        return None
    try:
        if name in _DAYS:
            return date.fromisoformat(text)
        if name in _PHASES:
            return Phase(text)
        if name in _FLAGS:
            return text == "1" or None
        return text if name in _TEXTS else _number(text, float if name in _AMOUNTS else int)
    except ValueError:
        return None


def _number(text: str, kind: Callable[[str], float]) -> float:
    """Raises ValueError for what no number of ours is: the engine knows none so long."""
    number = kind(text)
    if not abs(number) < _BEYOND:
        raise ValueError(text)
    return number
