"""Value: who is still a customer, how much they will buy in a year, and what it leaves."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from trato.analytics import calendar, gammagamma, holdout, mbgnbd, paretonbd
from trato.analytics.counting import Counting
from trato.analytics.lifetime import LifetimeValue, Terms
from trato.analytics.purchases import Purchases
from trato.analytics.runs import Column
from trato.insight.refresh import futures

HORIZON, DISCOUNT = 365.0, 0.1
# Until so many have bought twice, customers of a usual company fill their places in the fit: the
# likelihood of a handful is best served by a certainty (all have left, nobody ever does).
_ENOUGH = 30
# Repeat purchases, days to the last and days since the first: drawn once from an MBG/NBD with r .9,
# alpha 40, a .9, b 4.
# fmt: off
_USUAL = (
    (1, 31, 57), (1, 83, 91), (1, 2, 126), (0, 0, 160),
    (1, 98, 195), (0, 0, 229), (6, 258, 264), (1, 153, 298),
    (21, 293, 333), (0, 0, 367), (0, 0, 402), (1, 26, 436),
    (6, 298, 471), (2, 20, 505), (0, 0, 540), (1, 513, 574),
    (0, 0, 609), (4, 643, 643), (1, 334, 678), (3, 181, 712),
)
# fmt: on
# A customer's own margin rate counts as much as the company's after so many purchases.
_PRETENDED = 3.0
# The models are tried on the last days, of so many customers at most.
_HELD_BACK, _TRIED = 180, 50_000
_FEWEST_TRIED = 30
COLUMNS = (
    "p_alive",
    "expected_purchases",
    "lifetime_value",
    "lifetime_value_low",
    "lifetime_value_high",
    "lifetime_value_spread",
    "expected_purchases_spread",
)


@dataclass(frozen=True)
class Valued:
    """``table``: customer and `COLUMNS`; ``fits``: the models; ``figures``: how good they are."""

    table: pa.Table
    fits: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)


def value(bought: Purchases) -> Valued:
    """Everybody who bought. Money is margin where costs are known, else turnover, and says so."""
    if not bought.table.num_rows:
        return Valued(_table(bought.table["customer"], *[np.empty(0)] * len(COLUMNS)))
    history = _history(bought.table)
    filled, pretended = _filled(*history)
    models = {name: module.fit(*filled) for name, module in _MODELS.items()}
    chosen = max(models, key=lambda name: models[name].log_likelihood)
    counting = models[chosen]
    customers = float(history[0].size)
    fits = {name: told(model) | {"customers": customers} for name, model in models.items()}
    money = _money(bought.table)
    alive, expected = counting.p_alive(*history), counting.expected_purchases(HORIZON, *history)
    rate, basis = _margin_rate(bought.table)
    worth, totals = _worth(counting, money, _Likely(bought.table, rate, alive, expected))
    return Valued(
        _table(bought.table["customer"], alive, expected, *worth),
        {**fits, "counting": chosen, "gammagamma": money and _told_of_money(money)},
        {
            "value_basis": basis,
            "backtest": _backtest(bought, chosen),
            "totals": totals,
            "pretended_customers": pretended,
        },
    )


@dataclass(frozen=True, eq=False)
class _Likely:
    table: pa.Table
    earned: Column
    alive: Column
    purchases: Column


def _history(table: pa.Table) -> tuple[Column, Column, Column]:
    frequency, recency, age = (table[name].to_numpy() for name in ("frequency", "recency", "age"))
    return frequency, recency, age


def _filled(
    frequency: Column, recency: Column, age: Column
) -> tuple[tuple[Column, Column, Column, Column | None], int]:
    """With customers of a usual company, how many customers each row stands for, and how many of
    all there are not."""
    missing = _ENOUGH - int(np.count_nonzero(frequency))
    if missing <= 0:
        return (frequency, recency, age, None), 0
    own, usual = np.stack([frequency, recency, age]), np.array(_USUAL).T
    filled = np.concatenate([own, usual], axis=1)
    weights = np.full(len(_USUAL), missing / len(_USUAL))
    weights = np.concatenate([np.ones(frequency.size), weights])
    return (filled[0], filled[1], filled[2], weights), missing


def _table(customer: pa.ChunkedArray, *values: Column) -> pa.Table:
    return pa.table({"customer": customer, **dict(zip(COLUMNS, values, strict=True))})


def _margin_rate(table: pa.Table) -> tuple[Column, str]:
    """What is earned of each customer's money, drawn towards the company's own rate."""
    margin, amount = table["margin"].to_numpy(), table["amount"].to_numpy()
    known = ~np.isnan(margin)
    if not known.any() or amount[known].sum() <= 0:
        return np.ones(amount.size), "turnover"
    company = margin[known].sum() / amount[known].sum()
    usual = _PRETENDED * amount.sum() / table["purchases"].to_numpy().sum()
    own = np.where(known, margin, 0), np.where(known, np.maximum(amount, 0), 0)
    rate: Column = (own[0] + usual * company) / (own[1] + usual)
    return rate, "margin"


def _money(table: pa.Table) -> gammagamma.GammaGamma | None:
    """Nothing while nobody has bought twice: what a purchase is worth is not known then."""
    try:
        return gammagamma.fit(table["frequency"].to_numpy(), _spent(table))
    except ValueError:
        return None


def _spent(table: pa.Table) -> Column:
    """The mean of the repeat purchases; what was all given back is worth nothing."""
    spent: Column = np.maximum(np.nan_to_num(table["monetary"].to_numpy()), 0.0)
    return spent


def _worth(
    counting: Counting, money: gammagamma.GammaGamma | None, likely: _Likely
) -> tuple[tuple[Column, ...], dict[str, dict[str, float]] | None]:
    """Value, its ends and spread, and the spread of the purchases; and the same of all."""
    if money is None or not math.isfinite(money.mean):
        return (np.full(likely.earned.size, np.nan),) * 5, None
    model = LifetimeValue(counting, money, Terms(horizon=HORIZON, discount=DISCOUNT))
    history, spent = _history(likely.table), _spent(likely.table)
    value = model.expected(*history, spent)
    known = futures.Known(*history, spent, likely.earned, likely.alive, likely.purchases, value)
    drawn = futures.futures(model, known)
    columns = (
        value * likely.earned,
        drawn.low,
        drawn.high,
        drawn.value_spread,
        drawn.purchases_spread,
    )
    return columns, futures.told_of_all(known, drawn)


def _backtest(bought: Purchases, chosen: str) -> dict[str, Any] | None:
    """The last days forecast from those before; nothing while there are too few of either."""
    customer, day = bought.days["customer"].to_numpy(), bought.days["day"].to_numpy()
    first, end = int(day.min()), calendar.number(bought.as_of)
    held = min(_HELD_BACK, (end - first) // 3)
    if held < _FEWEST_TRIED:
        return None
    people = np.unique(customer)
    if people.size > _TRIED:
        keep = np.isin(customer, people[:: math.ceil(people.size / _TRIED)])
        customer, day = customer[keep], day[keep]
    if (day <= end - held).sum() < _FEWEST_TRIED:
        return None
    history = holdout.split(customer, day, end - held, end)
    fitted = _MODELS[chosen].fit(history.frequency, history.recency, history.age)
    found = asdict(holdout.backtest(fitted, history))
    classes = found.pop("classes")
    return {
        "days": held,
        "from": calendar.day(end - held + 1).isoformat(),
        **{name: float(number) for name, number in found.items()},
        "classes": list(classes),
        "weeks": _weeks(holdout.tracking(fitted, customer, day, end)),
    }


def _weeks(tracked: holdout.Tracking) -> list[dict[str, Any]]:
    """Repeat purchases until the end of each week, of the customers of the back-test."""
    rows = zip(tracked.day, tracked.expected, tracked.actual, strict=True)
    return [
        {
            "day": calendar.day(int(day)).isoformat(),
            "expected": round(float(expected), 1),
            "actual": int(actual),
        }
        for day, expected, actual in rows
    ]


_MODELS = {"mbgnbd": mbgnbd, "paretonbd": paretonbd}


def told(model: Counting) -> dict[str, Any]:
    return {
        **{name: float(getattr(model, name)) for name in model.parameters},
        "log_likelihood": float(model.log_likelihood),
        "customers": float(model.customers),
        "errors": {name: float(error) for name, error in model.standard_errors.items()},
        "limit": model.limit and model.limit.value,
    }


def _told_of_money(money: gammagamma.GammaGamma) -> dict[str, Any]:
    return {
        **{name: float(getattr(money, name)) for name in ("p", "q", "v")},
        "log_likelihood": float(money.log_likelihood),
        "mean": float(money.mean),
        "is_degenerate": money.is_degenerate,
    }
