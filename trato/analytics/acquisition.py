"""The three indicators of winning customers: how many, at what cost each, and what they are worth.

By source, campaign and month. A cost that is not known is unknown, never nothing: a group has a
cost only where every month with new customers has one, and a total says which share of the
customers it knows the cost of. What customers are worth is what they have brought so far (margin)
and what is expected of them (lifetime value, from the counting models); the payback is the first
month after the first purchase in which the margin brought by a customer so far covers the cost of
winning one.

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
) -> tuple[Indicators, ...]:
    """The indicators by some of `DIMENSIONS`, most customers first.

    ``acquired``, rows of any grain: source, campaign, month (of the first purchase), customers,
    margin (so far), lifetime_value (expected, NaN unknown), valued (customers with a forecast).
    ``brought``, rows of any grain: source, campaign, cohort, month, margin (NaN unknown).
    ``costs``: source, campaign ('' for the whole source), month, cost; None where nothing is known.
    Raises ``ValueError`` for an unknown dimension.
    """
    if unknown := set(by) - set(DIMENSIONS):
        raise ValueError(f"there is no dimension {sorted(unknown)[0]}")
    won = _Won.of(acquired, _costs(costs))
    earned = _Earned.of(brought, complete_until(as_of))
    groups: dict[tuple[object, ...], list[int]] = {}
    for row in range(won.month.size):
        groups.setdefault(won.key(row, by), []).append(row)
    found = [_indicators(won, np.array(rows), earned, by) for rows in groups.values()]
    return tuple(sorted(found, key=_order))


def _order(one: Indicators) -> tuple[int, str, str, date]:
    return -one.customers, one.source or "", one.campaign or "", one.month or date.min


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
    def of(cls, table: pa.Table, costs: dict[tuple[str, str, int], float]) -> "_Won":
        source, campaign = _texts(table, SOURCE), _texts(table, CAMPAIGN)
        month = month_numbers(table[MONTH])
        names = list(zip(source, campaign, month.tolist(), strict=True))
        customers = _floats(table, "customers")
        return cls(
            source,
            campaign,
            month,
            customers,
            _floats(table, "margin"),
            np.nan_to_num(_floats(table, "lifetime_value")),
            _floats(table, "valued"),
            _shared(names, customers, costs),
        )

    def key(self, row: int, by: Iterable[str]) -> tuple[object, ...]:
        values = {SOURCE: self.source[row], CAMPAIGN: self.campaign[row], MONTH: self.month[row]}
        return tuple(values[one] for one in by)


def _shared(
    names: list[tuple[str, str, int]], customers: Floats, costs: dict[tuple[str, str, int], float]
) -> Floats:
    """The cost of each row: the campaign's, and a part of what was spent on the whole source.

    What is told of a source alone is shared by its rows of that month, by customers.
    """
    rows: dict[tuple[str, str, int], float] = {}
    everybody: dict[tuple[str, int], float] = {}
    for name, many in zip(names, customers.tolist(), strict=True):
        rows[name] = rows.get(name, 0.0) + many
        everybody[name[0], name[2]] = everybody.get((name[0], name[2]), 0.0) + many
    found = []
    for name, many in zip(names, customers.tolist(), strict=True):
        own = costs.get(name) if name[1] else None
        whole = costs.get((name[0], "", name[2]))
        parts = [own * many / rows[name]] if own is not None else []
        parts += [whole * many / everybody[name[0], name[2]]] if whole is not None else []
        found.append(sum(parts) if parts else np.nan)
    return np.array(found, np.float64)


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
    cost = float(won.cost[told].sum()) if told.size and people else None
    each = cost / people if cost is not None else None
    cohorts: dict[tuple[str, str, int], float] = {}
    for row in (told if told.size else rows).tolist():
        name = won.source[row], won.campaign[row], int(won.month[row])
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


def _costs(costs: pa.Table | None) -> dict[tuple[str, str, int], float]:
    found: dict[tuple[str, str, int], float] = {}
    if costs is None:
        return found
    names = zip(
        _texts(costs, SOURCE),
        _texts(costs, CAMPAIGN),
        month_numbers(costs[MONTH]).tolist(),
        strict=True,
    )
    for name, cost in zip(names, costs["cost"].to_pylist(), strict=True):
        if cost is not None:
            found[name] = found.get(name, 0.0) + float(cost)
    return found


def _texts(table: pa.Table, name: str) -> list[str]:
    return [text or "" for text in table[name].to_pylist()]


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table[name].to_numpy(), np.float64)
