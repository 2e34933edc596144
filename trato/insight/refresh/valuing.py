"""Value: who is still a customer, how much they will buy in a year, and what it leaves."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
# So are those of a young company that has seen nobody leave: of no customer it is certain that they
# will come back for ever.
_DOUBT = 0.05
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


@dataclass(frozen=True, eq=False)
class Margin:
    """The company's share of its turnover that is earned, and how much turnover of a customer's own
    weighs as much as that; without known costs turnover is all that can be told."""

    rate: float
    weight: float
    basis: str

    def of(self, table: pa.Table) -> Column:
        """What is earned of each customer's money, drawn towards the company's own rate."""
        margin, known = table["margin"].to_numpy(), table["known"].to_numpy()
        if self.basis == "turnover":
            return np.ones(margin.size)
        own = np.nan_to_num(margin), np.maximum(known, 0)
        rate: Column = (own[0] + self.weight * self.rate) / (own[1] + self.weight)
        return rate


@dataclass(frozen=True, eq=False)
class Worth:
    """What was learnt of all customers, to value any of them with. Nothing is drawn where nobody
    is known to spend anything."""

    counting: Counting
    money: gammagamma.GammaGamma | None
    margin: Margin
    drawn: futures.Drawn | None

    def of(self, table: pa.Table) -> pa.Table:
        """customer and `COLUMNS` of the customers of `Purchases.table`."""
        known = self._known(table)
        if self.drawn is None:
            unknown = (np.full(table.num_rows, np.nan),) * 5
            return _table(table["customer"], known.alive, known.purchases, *unknown)
        found = self.drawn.of(known)
        return _table(
            table["customer"],
            known.alive,
            known.purchases,
            known.value * known.earned,
            found.low,
            found.high,
            found.value_spread,
            found.purchases_spread,
        )

    def with_futures(self, table: pa.Table) -> "Worth":
        """With what may become of the customers, drawn for some of them."""
        model = self._model
        if model is None:
            return self
        some = table.take(pa.array(futures.sample(table.num_rows)))
        return replace(self, drawn=futures.draw(model, self._known(some)))

    def totals(self, table: pa.Table) -> dict[str, dict[str, float]] | None:
        """What all rows of a table with `COLUMNS` come to."""
        return futures.told_of_all(table, self.drawn) if self.drawn else None

    @property
    def _model(self) -> LifetimeValue | None:
        if self.money is None or not math.isfinite(self.money.mean):
            return None
        return LifetimeValue(self.counting, self.money, Terms(horizon=HORIZON, discount=DISCOUNT))

    def _known(self, table: pa.Table) -> futures.Known:
        history, spent, model = _history(table), _spent(table), self._model
        return futures.Known(
            *history,
            spent,
            self.margin.of(table),
            self.counting.p_alive(*history),
            self.counting.expected_purchases(HORIZON, *history),
            model.expected(*history, spent) if model else np.full(spent.size, np.nan),
        )


@dataclass(frozen=True)
class Taught:
    """``worth`` is nothing while nobody has bought; ``fits`` tells the models; ``figures`` how good
    they are."""

    worth: Worth | None = None
    fits: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Valued(Taught):
    """``table``: customer and `COLUMNS`."""

    table: pa.Table = field(kw_only=True)


def value(bought: Purchases) -> Valued:
    """Everybody who bought, by what they teach together."""
    taught = learn(bought)
    table = values(taught.worth, bought.table)
    totals = {"totals": taught.worth.totals(table)} if taught.worth else {}
    return Valued(taught.worth, taught.fits, taught.figures | totals, table=table)


def values(worth: Worth | None, table: pa.Table) -> pa.Table:
    """customer and `COLUMNS`; without a worth there is nobody to value."""
    return worth.of(table) if worth else _table(table["customer"], *[np.empty(0)] * len(COLUMNS))


def learn(bought: Purchases) -> Taught:
    """From all who bought. Money is margin where costs are known, else turnover, and says so."""
    if not bought.table.num_rows:
        return Taught()
    models, chosen, pretended = _fitted(*_history(bought.table), list(_MODULES))
    customers = float(bought.table.num_rows)
    fits = {name: told(model) | {"customers": customers} for name, model in models.items()}
    money, margin = _money(bought.table), _margin(bought.table)
    worth = Worth(models[chosen], money, margin, None).with_futures(bought.table)
    return Taught(
        worth,
        {**fits, "counting": chosen, "gammagamma": money and _told_of_money(money)},
        {
            "value_basis": margin.basis,
            "backtest": _backtest(bought, chosen),
            "pretended_customers": pretended,
        },
    )


type _Rows = tuple[Column, Column, Column, Column | None]


def _history(table: pa.Table) -> tuple[Column, Column, Column]:
    frequency, recency, age = (table[name].to_numpy() for name in ("frequency", "recency", "age"))
    return frequency, recency, age


def _is_certain(model: Counting) -> bool:
    """Whether it says that nobody ever leaves; its `limit` may tell of something else, too."""
    return model.is_degenerate and bool(np.isinf(model.point).any())


def _fitted(
    frequency: Column, recency: Column, age: Column, names: Sequence[str]
) -> tuple[dict[str, Counting], str, int]:
    """The models of these names, which of them makes the purchases likeliest, and how many of the
    customers that they were fitted to there are not."""
    for doubted in (0.0, _DOUBT):
        rows, pretended = _filled(frequency, recency, age, doubted=doubted)
        models = {name: _MODULES[name].fit(*rows) for name in names}
        chosen = max(models, key=lambda name: models[name].log_likelihood)
        if not _is_certain(models[chosen]):
            break
    return models, chosen, pretended


def _filled(
    frequency: Column, recency: Column, age: Column, *, doubted: float
) -> tuple[_Rows, int]:
    """With customers of a usual company, how many customers each row stands for, and how many of
    all there are not: at least the share ``doubted`` of those there are."""
    missing = _ENOUGH - int(np.count_nonzero(frequency))
    missing = max(missing, math.ceil(doubted * frequency.size))
    if missing <= 0:
        return (frequency, recency, age, None), 0
    own, usual = np.stack([frequency, recency, age]), np.array(_USUAL).T
    filled = np.concatenate([own, usual], axis=1)
    weights = np.full(len(_USUAL), missing / len(_USUAL))
    weights = np.concatenate([np.ones(frequency.size), weights])
    return (filled[0], filled[1], filled[2], weights), missing


def _table(customer: pa.ChunkedArray, *values: Column) -> pa.Table:
    return pa.table({"customer": customer, **dict(zip(COLUMNS, values, strict=True))})


def _margin(table: pa.Table) -> Margin:
    margin, known = table["margin"].to_numpy(), float(table["known"].to_numpy().sum())
    if np.isnan(margin).all() or known <= 0:
        return Margin(1.0, 0.0, "turnover")
    usual = _PRETENDED * table["amount"].to_numpy().sum() / table["purchases"].to_numpy().sum()
    return Margin(float(np.nansum(margin) / known), float(usual), "margin")


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


def _backtest(bought: Purchases, chosen: str) -> dict[str, Any] | None:
    """The last days forecast from those before; nothing while there are too few of either."""
    first, end = pc.min(bought.days["day"]).as_py(), calendar.number(bought.as_of)
    held = min(_HELD_BACK, (end - first) // 3)
    if held < _FEWEST_TRIED:
        return None
    days, people = bought.days, bought.table["customer"].to_numpy()
    if people.size > _TRIED:
        some = pa.array(people[:: math.ceil(people.size / _TRIED)])
        days = days.filter(pc.is_in(days["customer"], some))
    customer, day = days["customer"].to_numpy(), days["day"].to_numpy()
    if (day <= end - held).sum() < _FEWEST_TRIED:
        return None
    history = holdout.split(customer, day, end - held, end)
    fitted = _fitted(*history.histories, [chosen])[0][chosen]
    return {
        "days": held,
        "from": calendar.day(end - held + 1).isoformat(),
        **_compared(holdout.backtest(fitted, history)),
        "weeks": _weeks(holdout.tracking(fitted, customer, day, end)),
        "money": _backtest_of_money(fitted, history, days),
    }


def _compared(found: holdout.Backtest) -> dict[str, Any]:
    told = asdict(found)
    classes = list(told.pop("classes"))
    return {**{name: float(number) for name, number in told.items()}, "classes": classes}


def _backtest_of_money(
    fitted: Counting, history: holdout.Split, days: pa.Table
) -> dict[str, Any] | None:
    """What the purchases expected were to bring, beside what came, neither discounted.

    Worth of a purchase and margin are those known when the forecast was made, by the same rules as
    the values'; what has no known cost is earned at the rate that was expected. Nothing while
    nobody had bought twice.
    """
    customer, day = days["customer"].to_numpy(), days["day"].to_numpy()
    amount, margin, known = (
        holdout.spent(history, customer, day, np.nan_to_num(days[name].to_numpy()))
        for name in ("amount", "margin", "known")
    )
    again = np.maximum(history.frequency, 1)
    table = pa.table(
        {
            "frequency": history.frequency,
            "purchases": history.frequency + 1,
            "monetary": amount.repeated / again,
            "amount": amount.before,
            "margin": margin.before,
            "known": known.before,
        }
    )
    money = _money(table)
    if money is None or not math.isfinite(money.mean):
        return None
    earning = _margin(table)
    rate = earning.of(table)
    expected = fitted.expected_purchases(history.horizon, *history.histories)
    expected *= money.expected_value(history.frequency, _spent(table)) * rate
    actual = amount.held
    if earning.basis == "margin":
        actual = margin.held + (amount.held - known.held) * rate
    told = _compared(holdout.compared(history, expected, actual))
    if told["expected"] <= 0:
        # Of losses there is no share that came.
        told |= {"factor": None, "factor_error": None}
    return {"basis": earning.basis, **told}


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


_MODULES = {"mbgnbd": mbgnbd, "paretonbd": paretonbd}


def told(model: Counting | gammagamma.GammaGamma) -> dict[str, Any]:
    return {
        **{name: float(getattr(model, name)) for name in model.parameters},
        "log_likelihood": float(model.log_likelihood),
        "customers": float(model.customers),
        "errors": {name: float(error) for name, error in model.standard_errors.items()},
        "limit": model.limit and model.limit.value,
    }


def _told_of_money(money: gammagamma.GammaGamma) -> dict[str, Any]:
    return {**told(money), "mean": float(money.mean)}
