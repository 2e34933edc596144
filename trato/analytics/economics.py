"""Whether loyalty pays, on the company's own data: five claims of F. Reichheld & W. E. Sasser.

*Zero defections: quality comes to services* (Harvard Business Review, 1990) says that acquiring
costs more than keeping, that old customers spend more, that satisfied ones refer, that the orders
of new ones cost more to process and that old ones pay higher prices. W. Reinartz & V. Kumar, *The
mismanagement of customer loyalty* (2002) found several of them untrue. Who is old today is who did
not leave: comparing old with new customers compares the kind that stays with everybody. So, where
it can be, a customer is compared with themself, and elsewhere like with like; where that is not
possible yet, the answer is that there are not enough data, and what is missing.

Every estimate is a ratio: 1.2 means a fifth more, 1 no difference. The claim is supported or
refuted when the whole interval is on one side of 1.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa

from trato.analytics import cohorts, prices, runs
from trato.analytics.grouping import Column, Floats, Integers
from trato.analytics.ratios import LEVEL, Ratio, paired, stratified

# Below, intervals of spending as uneven as that of customers hold less than they promise (95 % hold
# 90 % at 200; `bench/loyalty_coverage.py`).
FEWEST_CUSTOMERS = 500
FEWEST_REFERRALS = 20
FEWEST_MONTHS = 12
YEAR = 12
# A contact belongs to the purchase it is nearest to, so many days before or after it.
BEFORE, AFTER = 7, 14


class Name(StrEnum):
    ACQUIRING_COSTS_MORE = "acquiring_costs_more"
    OLD_SPEND_MORE = "old_spend_more"
    SATISFIED_REFER = "satisfied_refer"
    NEW_ORDERS_COST_MORE = "new_orders_cost_more"
    OLD_PAY_MORE = "old_pay_more"


class Verdict(StrEnum):
    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    NOT_ENOUGH_DATA = "not_enough_data"


class Missing(StrEnum):
    ACQUISITION_COSTS = "acquisition_costs"
    RETENTION_COSTS = "retention_costs"
    CUSTOMERS = "customers"
    HISTORY = "history"
    SATISFACTION = "satisfaction"
    REFERRALS = "referrals"
    CONTACTS = "contacts"
    PRICES = "prices"


@dataclass(frozen=True, slots=True)
class Claim:
    """``n`` customers were compared (months, for what acquiring costs).

    Without enough data there are no figures, and ``missing`` says what there is too little of.
    ``who`` are those who were compared, where no rule but the comparison itself tells them.
    """

    name: Name
    verdict: Verdict
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    missing: tuple[Missing, ...] = ()
    who: Integers | None = field(default=None, compare=False, repr=False)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Claim":
        """From what `as_dict` gave."""
        missing = tuple(Missing(one) for one in told["missing"])
        given = {**told, "name": Name(told["name"]), "verdict": Verdict(told["verdict"])}
        return cls(**{**given, "missing": missing})

    def as_dict(self) -> dict[str, Any]:
        told = asdict(replace(self, who=None))
        del told["who"]
        return {**told, "missing": list(self.missing)}


def acquiring_costs_more(costs: pa.Table | None, customers: pa.Table) -> Claim:
    """The cost of one customer won against the cost of keeping one for a year.

    ``costs``: month (date), purpose (``acquire`` or ``keep``), cost; None or without a purpose
    where they are not known. ``customers``: month, acquired (won in the month), kept (customers of
    the month who were won before). A month is one observation. Only months whose costs of both
    kinds are known count.
    """
    name = Name.ACQUIRING_COSTS_MORE
    spent = {} if costs is None else _spent(costs)
    missing = tuple(
        code
        for purpose, code in (
            ("acquire", Missing.ACQUISITION_COSTS),
            ("keep", Missing.RETENTION_COSTS),
        )
        if not spent.get(purpose)
    )
    if missing:
        return _unknown(name, *missing)
    rows = zip(
        cohorts.month_numbers(customers["month"]).tolist(),
        _floats(customers, "acquired").tolist(),
        _floats(customers, "kept").tolist(),
        strict=True,
    )
    told = np.array(
        [
            (spent["acquire"][month], won, spent["keep"][month], kept)
            for month, won, kept in rows
            if month in spent["acquire"] and month in spent["keep"]
        ]
    ).reshape(-1, 4)
    if len(told) < FEWEST_MONTHS or (told.sum(axis=0) <= 0).any():
        return _unknown(name, Missing.HISTORY, n=len(told))
    return _judged(name, _of_months(told))


def _spent(costs: pa.Table) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    months = cohorts.month_numbers(costs["month"]).tolist()
    for month, purpose, cost in zip(
        months, costs["purpose"].to_pylist(), costs["cost"].to_pylist(), strict=True
    ):
        if cost is not None:
            of_purpose = found.setdefault(purpose, {})
            of_purpose[month] = of_purpose.get(month, 0.0) + float(cost)
    return found


def _of_months(told: Floats) -> Ratio | None:
    """(cost of winning / won) / (cost of keeping / kept, a year): each month's part in both."""
    won, kept = told[:, 0] / told[:, 1].sum(), told[:, 2] / told[:, 3].sum() * YEAR
    means = told.mean(axis=0)
    # As `paired`, of the two ratios: what a month adds to each of the four sums.
    top = won + won.mean() * (1 - told[:, 1] / means[1])
    bottom = kept + kept.mean() * (1 - told[:, 3] / means[3])
    return paired(top, bottom)


def old_spend_more(
    months: pa.Table, as_of: date, *, index: prices.Index | None = None, level: float = LEVEL
) -> Claim:
    """What customers spend in their second year against their first.

    ``months``: customer, cohort (month of the first purchase), month, amount. Only customers who
    still bought after both years are compared, each with themself, and the month of the first
    purchase, which everybody has, counts in neither year: so nobody is in it for having bought in
    one of the years, and nobody drops out in between. Whole years leave no room for the season, and
    ``index`` takes the rise of the company's own prices off.
    """
    customer = np.asarray(months["customer"].to_numpy(), np.int64)
    month = cohorts.month_numbers(months["month"])
    tenure = month - cohorts.month_numbers(months["cohort"])
    amount = _floats(months, "amount")
    if index is not None:
        amount = amount / index.at(month)
    until = cohorts.complete_until(as_of)
    told = (month <= until) & (tenure > 0)
    people, who = np.unique(customer[told], return_inverse=True)
    tenure, amount = tenure[told], amount[told]

    def spent(chosen: Column) -> Floats:
        return np.bincount(who[chosen], amount[chosen], people.size)

    stayed = np.bincount(who[tenure > 2 * YEAR], minlength=people.size) > 0
    first = spent(tenure <= YEAR)[stayed]
    second = spent((tenure > YEAR) & (tenure <= 2 * YEAR))[stayed]
    return spending(paired(second, first, level), int(stayed.sum()))


def spending(found: Ratio | None, customers: int) -> Claim:
    """The verdict of `old_spend_more` on a ratio that was worked out elsewhere."""
    if not customers:
        return _unknown(Name.OLD_SPEND_MORE, Missing.HISTORY)
    return _judged(Name.OLD_SPEND_MORE, found, n=customers)


def satisfied_refer(customers: pa.Table | None, level: float = LEVEL) -> Claim:
    """How many new customers satisfied ones bring against those who are not.

    ``customers``: satisfied (bool, null unknown), referrals (how many customers came through them),
    stratum (customers of one stratum are alike: say, came in the same year and buy as often). None
    where neither is recorded. Within strata, because who has been here for longer had more time for
    both.
    """
    name = Name.SATISFIED_REFER
    if customers is None:
        return _unknown(name, Missing.SATISFACTION, Missing.REFERRALS)
    known = customers.filter(customers["satisfied"].is_valid())
    satisfied = np.asarray(known["satisfied"].to_numpy(), bool)
    referrals, stratum = _floats(known, "referrals"), _floats(known, "stratum")
    missing = []
    if min(satisfied.sum(), (~satisfied).sum()) < FEWEST_CUSTOMERS:
        missing.append(Missing.SATISFACTION)
    if referrals.sum() < FEWEST_REFERRALS:
        missing.append(Missing.REFERRALS)
    if missing:
        return _unknown(name, *missing, n=int(satisfied.size))
    found = stratified(
        referrals[satisfied], referrals[~satisfied], stratum[satisfied], stratum[~satisfied], level
    )
    return _judged(name, found, n=int(satisfied.size), missing=Missing.REFERRALS)


def new_orders_cost_more(orders: pa.Table | None, level: float = LEVEL) -> Claim:
    """What a first order costs against the later ones of the same customer.

    ``orders``, a row a purchase: customer, number (0 the first), effort: what handling it cost, or
    how many contacts it took (`handling`). None where nothing of it is recorded.
    """
    name = Name.NEW_ORDERS_COST_MORE
    if orders is None or not orders.num_rows:
        return _unknown(name, Missing.CONTACTS)
    number, effort = _floats(orders, "number"), _floats(orders, "effort")
    people, who = np.unique(
        np.asarray(orders["customer"].to_numpy(), np.int64), return_inverse=True
    )
    later = number > 0
    many = np.bincount(who[later], minlength=people.size)
    both = (many > 0) & (np.bincount(who[~later], minlength=people.size) > 0)
    first = np.bincount(who[~later], effort[~later], people.size)[both]
    after = np.bincount(who[later], effort[later], people.size)[both] / many[both]
    return _judged(name, paired(first, after, level), n=int(both.sum()), missing=Missing.CONTACTS)


def handling(days: pa.Table, signals: pa.Table, as_of: int) -> pa.Table:
    """The contacts that purchases took: customer, number, effort; a row a purchase.

    ``days``: customer, day, sorted; ``signals``: customer, day, sorted, only those that cost
    somebody's time (calls, visits, service requests ...). A contact belongs to the nearest purchase
    of the customer, seven days before to fourteen after it. Purchases less than fourteen days old
    are left out.
    """
    customer = np.asarray(days["customer"].to_numpy(), np.int64)
    day = np.asarray(days["day"].to_numpy(), np.int64)
    begins = runs.starts(customer)
    number = runs.within(begins, customer.size)
    place = _nearest(customer, day, signals)
    effort = np.bincount(place, minlength=customer.size)[: customer.size]
    told = day <= as_of - AFTER
    return pa.table(
        {
            "customer": customer[told],
            "number": number[told].astype(np.int32),
            "effort": effort[told].astype(np.float64),
        }
    )


def _nearest(customer: Integers, day: Integers, signals: pa.Table) -> Integers:
    """The rows of the purchases that signals belong to; none for those too far from any."""
    who = np.asarray(signals["customer"].to_numpy(), np.int64)
    when = np.asarray(signals["day"].to_numpy(), np.int64)
    if not customer.size or not who.size:
        return np.empty(0, np.int64)
    low = min(int(day.min()), int(when.min())) - BEFORE
    wide = max(int(day.max()), int(when.max())) + AFTER + 1 - low
    at = np.searchsorted(customer * wide + day - low, who * wide + when - low, side="right")
    far = BEFORE + AFTER + 1
    before, after = np.maximum(at - 1, 0), np.minimum(at, customer.size - 1)
    since = np.where((at > 0) & (customer[before] == who), when - day[before], far)
    until = np.where((at < customer.size) & (customer[after] == who), day[after] - when, far)
    since, until = np.where(since > AFTER, far, since), np.where(until > BEFORE, far, until)
    place = np.where(since <= until, before, after)
    return np.asarray(place[np.minimum(since, until) < far], np.int64)


def old_pay_more(bought: pa.Table | None, level: float = LEVEL) -> Claim:
    """What customers pay for the same product in the same month once they are old.

    ``bought``: customer, product, month (date), cohort (month of the first purchase), quantity,
    amount; rows of any grain, returns left out. Old is who first bought a year ago or longer
    (`trato.analytics.prices.compared`).
    """
    name = Name.OLD_PAY_MORE
    if bought is None or not bought.num_rows:
        return _unknown(name, Missing.PRICES)
    customer, product = (
        np.asarray(bought[one].to_numpy(), np.int64) for one in ("customer", "product")
    )
    month = cohorts.month_numbers(bought["month"])
    late = month - cohorts.month_numbers(bought["cohort"]) >= YEAR
    if not late.any():
        return _unknown(name, Missing.HISTORY)
    thing = product * (int(month.max()) + 1) + month
    quantity, amount = _floats(bought, "quantity"), _floats(bought, "amount")
    price = np.where(
        (quantity > 0) & (amount > 0), amount / np.where(quantity > 0, quantity, 1), np.nan
    )
    found = prices.compared(customer, thing, price, late, level)
    if found is None:
        return _judged(name, None)
    return replace(_judged(name, found.ratio), who=found.customers)


def _judged(
    name: Name, found: Ratio | None, n: int | None = None, missing: Missing = Missing.CUSTOMERS
) -> Claim:
    customers = found.n if found and n is None else n or 0
    if name != Name.ACQUIRING_COSTS_MORE and customers < FEWEST_CUSTOMERS:
        return _unknown(name, Missing.CUSTOMERS, n=customers)
    if found is None:
        return _unknown(name, missing, n=customers)
    verdict = Verdict.UNDECIDED
    if found.low > 1:
        verdict = Verdict.SUPPORTED
    elif found.high < 1:
        verdict = Verdict.REFUTED
    return Claim(name, verdict, found.estimate, found.low, found.high, customers)


def _unknown(name: Name, *missing: Missing, n: int = 0) -> Claim:
    return Claim(name, Verdict.NOT_ENOUGH_DATA, n=n, missing=missing)


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table[name].to_numpy(), np.float64)


def claims(
    *,
    as_of: date,
    months: pa.Table,
    index: prices.Index | None = None,
    bought: pa.Table | None = None,
    orders: pa.Table | None = None,
    asked: pa.Table | None = None,
    costs: pa.Table | None = None,
) -> tuple[Claim, ...]:
    """All five, each on its evidence (see its function); what is None was never recorded."""
    return (
        acquiring_costs_more(costs, monthly_customers(months)),
        old_spend_more(months, as_of, index=index),
        satisfied_refer(asked),
        new_orders_cost_more(orders),
        old_pay_more(bought),
    )


def monthly_customers(months: pa.Table) -> pa.Table:
    """Who bought, from ``months`` (customer, cohort, month): month, acquired, kept."""
    at = cohorts.month_numbers(months["month"])
    is_new = at == cohorts.month_numbers(months["cohort"])
    told, place = np.unique(at, return_inverse=True)
    return pa.table(
        {
            "month": pa.array(told.astype("datetime64[M]").astype("datetime64[D]"), pa.date32()),
            "acquired": np.bincount(place[is_new], minlength=told.size),
            "kept": np.bincount(place[~is_new], minlength=told.size),
        }
    )
