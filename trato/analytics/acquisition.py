"""The three indicators of winning customers: how many, at what cost each, and what they are worth.

By source, campaign and month. What was spent in a month is shared, by head, by the customers whom
it was spent on and who were won in it; where nobody came, it was spent all the same. A cost that is
not known is unknown, never nothing, but between the first and the last month of a source's costs a
month without one has cost nothing: a fair of February wins customers in April. Figures of costs are
of the customers whose cost is known, with the share that they are of all. What customers are worth
is what they have brought so far (margin) and what is expected of them (lifetime value, from the
counting models); the payback is the first month after the first purchase in which the margin
brought by a customer so far covers the cost of winning one.

Sources: J. C. Blattberg, G. Getz & J. Thomas, *Customer Equity* (2001); S. Gupta & D. Lehmann,
*Managing Customers as Investments* (2005).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from trato.analytics.cohorts import complete_until, day_of, month_numbers, payback
from trato.analytics.grouping import Floats, Integers

SOURCE, CAMPAIGN, MONTH = "source", "campaign", "month"
DIMENSIONS = (SOURCE, CAMPAIGN, MONTH)


@dataclass(frozen=True, slots=True)
class Indicators:
    """Of the customers won through one ``source`` and ``campaign`` in one ``month``.

    A dimension that was not asked for is None. ``cost`` is None where it is not known;
    ``known_cost_share`` is the share of the customers whose cost is, and the figures that need
    costs are of those alone. ``payback_months`` is None while the cost has not come back;
    ``watched_months`` says for how long anybody of them could be watched.
    """

    source: str | None
    campaign: str | None
    month: date | None
    customers: int
    margin: float | None
    lifetime_value: float
    valued: int
    cost: float | None
    cost_per_customer: float | None
    known_cost_share: float
    ratio: float | None
    payback_months: int | None
    watched_months: int

    @property
    def value_per_customer(self) -> float | None:
        """Margin so far and expected, of a customer with a forecast."""
        if not self.valued or self.margin is None:
            return None
        return (self.margin + self.lifetime_value) / self.customers


def indicators(
    acquired: pa.Table,
    brought: pa.Table,
    as_of: date,
    *,
    by: Sequence[str] = (SOURCE,),
    costs: pa.Table | None = None,
    told: pa.Table | None = None,
    everybody: pa.Table | None = None,
) -> tuple[Indicators, ...]:
    """The indicators by some of `DIMENSIONS`, most customers first.

    ``acquired``, rows of any grain: source, campaign, month (of the first purchase), customers,
    margin (so far), lifetime_value (expected, NaN unknown), valued (customers with a forecast).
    ``brought``, rows of any grain: source, campaign, cohort, month, margin (NaN unknown).
    ``costs``: source, campaign, month, cost; '' is whichever source or campaign, None in place of
    the table that nothing is known. ``told``: the same of all the time, where ``costs`` are of a
    period; between which months a source is known to have cost nothing does not depend on which of
    them somebody looks at. ``everybody``: source, campaign, month, customers of all who
    were won, where ``acquired`` is only some of them: costs are shared by all of them, and what was
    spent in vain is nobody's. Raises ``ValueError`` for an unknown dimension.
    """
    if unknown := set(by) - set(DIMENSIONS):
        raise ValueError(f"there is no dimension {sorted(unknown)[0]}")
    spent = _spent(costs)
    spans = _spans(spent if told is None else _spent(told))
    won = _Won.of(acquired, spent, spans, everybody)
    earned = _Earned.of(brought, complete_until(as_of))
    groups: dict[tuple[object, ...], list[int]] = {}
    for row in range(won.month.size):
        groups.setdefault(won.key(row, by), []).append(row)
    found = [_indicators(won, np.array(rows), earned, by) for rows in groups.values()]
    return tuple(sorted(found, key=_order))


def _order(one: Indicators) -> tuple[int, str, str, date]:
    return -one.customers, one.source or "", one.campaign or "", one.month or date.min


@dataclass(frozen=True, slots=True)
class _Spent:
    """On the customers of a source and campaign who were won in a month; '' is whichever."""

    source: str
    campaign: str
    month: int
    cost: float

    def is_on(self, source: str, campaign: str) -> bool:
        return self.source in ("", source) and self.campaign in ("", campaign)


def _spent(costs: pa.Table | None) -> list[_Spent]:
    if costs is None:
        return []
    told = zip(
        _texts(costs, SOURCE),
        _texts(costs, CAMPAIGN),
        month_numbers(costs[MONTH]).tolist(),
        costs["cost"].to_pylist(),
        strict=True,
    )
    return [
        _Spent(source, campaign, month, float(cost))
        for source, campaign, month, cost in told
        if cost is not None
    ]


# The first and the last month with a known cost of each source and campaign.
type _Spans = dict[tuple[str, str], tuple[int, int]]


def _spans(spent: list[_Spent]) -> _Spans:
    spans: _Spans = {}
    for one in spent:
        first, last = spans.get((one.source, one.campaign), (one.month, one.month))
        spans[one.source, one.campaign] = min(first, one.month), max(last, one.month)
    return spans


@dataclass(frozen=True, eq=False)
class _Won:
    """A row a source, campaign and month; ``cost`` NaN unknown."""

    source: Sequence[str]
    campaign: Sequence[str]
    month: Integers
    customers: Floats
    margin: Floats
    value: Floats
    valued: Floats
    cost: Floats

    @classmethod
    def of(
        cls, table: pa.Table, spent: list[_Spent], spans: _Spans, everybody: pa.Table | None
    ) -> "_Won":
        won = cls(
            _texts(table, SOURCE),
            _texts(table, CAMPAIGN),
            month_numbers(table[MONTH]),
            _floats(table, "customers"),
            _floats(table, "margin"),
            np.nan_to_num(_floats(table, "lifetime_value")),
            _floats(table, "valued"),
            np.full(table.num_rows, np.nan),
        )
        heads = _Heads(table if everybody is None else everybody)
        in_vain = won.charge(spent, heads)
        won.fill(spans)
        return won if everybody is not None else won.beside(in_vain)

    def charge(self, spent: list[_Spent], heads: "_Heads") -> list[_Spent]:
        """Give each row its part of the costs; returns those spent in vain."""
        rows = _Heads.by_month(self.month)
        in_vain = []
        for one in spent:
            each = heads.cost_of_each(one)
            if each is None:
                in_vain += [one] if one.cost else []
                continue
            for row in rows.get(one.month, ()):
                if one.is_on(self.source[row], self.campaign[row]):
                    before = np.nan_to_num(self.cost[row])
                    self.cost[row] = before + each * self.customers[row]
        return in_vain

    def fill(self, spans: _Spans) -> None:
        """Nothing was spent in the months between those that are told."""
        for (source, campaign), (first, last) in spans.items():
            whom = _Spent(source, campaign, first, 0.0)
            for row in np.flatnonzero((self.month >= first) & (self.month <= last)).tolist():
                if whom.is_on(self.source[row], self.campaign[row]):
                    self.cost[row] = np.nan_to_num(self.cost[row])

    def beside(self, in_vain: list[_Spent]) -> "_Won":
        """With a row for each cost that won nobody."""
        none, unknown = np.zeros(len(in_vain)), np.full(len(in_vain), np.nan)
        return _Won(
            [*self.source, *(one.source for one in in_vain)],
            [*self.campaign, *(one.campaign for one in in_vain)],
            np.append(self.month, np.array([one.month for one in in_vain], np.int64)),
            np.append(self.customers, none),
            np.append(self.margin, unknown),
            np.append(self.value, none),
            np.append(self.valued, none),
            np.append(self.cost, [one.cost for one in in_vain]),
        )

    def key(self, row: int, by: Iterable[str]) -> tuple[object, ...]:
        """What was spent in vain on no source in particular is not of those of an unknown one."""
        values = {SOURCE: self.source[row], CAMPAIGN: self.campaign[row], MONTH: self.month[row]}
        told = tuple(values[one] for one in by)
        return *told, not self.customers[row] and "" in told


class _Heads:
    """By whom costs are shared: customers won, by source, campaign and month."""

    def __init__(self, table: pa.Table) -> None:
        self._source, self._campaign = _texts(table, SOURCE), _texts(table, CAMPAIGN)
        self._customers = _floats(table, "customers").tolist()
        self._rows = self.by_month(month_numbers(table[MONTH]))

    @staticmethod
    def by_month(months: Integers) -> dict[int, list[int]]:
        rows: dict[int, list[int]] = {}
        for row, month in enumerate(months.tolist()):
            rows.setdefault(month, []).append(row)
        return rows

    def cost_of_each(self, spent: _Spent) -> float | None:
        """None where it won nobody."""
        heads = sum(
            self._customers[row]
            for row in self._rows.get(spent.month, ())
            if spent.is_on(self._source[row], self._campaign[row])
        )
        return spent.cost / heads if heads else None


@dataclass(frozen=True, eq=False)
class _Earned:
    """Margins by tenure, a row a source, campaign, cohort and month that has ended."""

    source: Sequence[str]
    campaign: Sequence[str]
    cohort: Integers
    tenure: Integers
    margin: Floats
    until: int

    @classmethod
    def of(cls, table: pa.Table, until: int) -> "_Earned":
        month, cohort = month_numbers(table[MONTH]), month_numbers(table["cohort"])
        kept = np.flatnonzero((month <= until) & (month >= cohort))
        source, campaign = _texts(table, SOURCE), _texts(table, CAMPAIGN)
        return cls(
            [source[at] for at in kept],
            [campaign[at] for at in kept],
            cohort[kept],
            (month - cohort)[kept],
            np.nan_to_num(_floats(table, "margin")[kept]),
            until,
        )

    def cumulative(self, cohorts: dict[tuple[str, str, int], float]) -> Floats:
        """What one customer has brought up to each tenure, from cohorts that have reached it."""
        watched = [self.until - cohort for _, _, cohort in cohorts if cohort <= self.until]
        if not watched:
            return np.empty(0)
        margin, people = np.zeros(max(watched) + 1), np.zeros(max(watched) + 1)
        for (_, _, cohort), many in cohorts.items():
            people[: max(0, self.until - cohort + 1)] += many
        rows = zip(self.source, self.campaign, self.cohort.tolist(), strict=True)
        inside = np.array([one in cohorts for one in rows], bool)
        margin += np.bincount(self.tenure[inside], self.margin[inside], margin.size)
        return np.cumsum(margin / people)


def _indicators(won: _Won, rows: Integers, earned: _Earned, by: Sequence[str]) -> Indicators:
    customers, known = won.customers[rows], np.isfinite(won.cost[rows])
    told = rows[known]
    people = float(customers[known].sum())
    cost = float(won.cost[told].sum()) if told.size else None
    each = cost / people if cost is not None and people else None
    cohorts: dict[tuple[str, str, int], float] = {}
    for row in (told if told.size else rows).tolist():
        name = won.source[row], won.campaign[row], int(won.month[row])
        if won.customers[row]:
            cohorts[name] = cohorts.get(name, 0.0) + float(won.customers[row])
    cumulative = earned.cumulative(cohorts)
    margin = won.margin[rows][np.isfinite(won.margin[rows])]
    worth = float(np.nansum(won.margin[told]) + won.value[told].sum())
    first = int(rows[0])
    return Indicators(
        source=won.source[first] if SOURCE in by else None,
        campaign=won.campaign[first] if CAMPAIGN in by else None,
        month=day_of(int(won.month[first])) if MONTH in by else None,
        customers=int(customers.sum()),
        margin=float(margin.sum()) if margin.size else None,
        lifetime_value=float(won.value[rows].sum()),
        valued=int(won.valued[rows].sum()),
        cost=cost,
        cost_per_customer=each,
        known_cost_share=people / float(customers.sum()) if customers.sum() else 0.0,
        ratio=worth / cost if cost and margin.size else None,
        payback_months=payback(cumulative, each) if each is not None and margin.size else None,
        watched_months=cumulative.size,
    )


def _texts(table: pa.Table, name: str) -> list[str]:
    return [text or "" for text in table[name].to_pylist()]


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table[name].to_numpy(), np.float64)
