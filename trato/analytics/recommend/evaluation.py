"""One harness: hide the last weeks, ask every model, count what was bought.

Settings are chosen on the validation days only; the test days are asked about once. Three tasks,
never mixed:

* ``new``: items the customer had never bought, bought within the test days.
* ``repurchase``: of the customer's next basket, the items bought before.
* ``next_basket``: the whole of the next basket, as in the literature on next-basket prediction.

Ours keeps the rule of its lists here, too: what a customer gave back before the test, and had not
bought since, is not named. The others have no such rule. Where items are described, up-selling is
measured, too: see `trato.analytics.recommend.upgrades`.

Recall is the share of the relevant items named, of ``count`` at most; nDCG is 1 when the relevant
ones come first; coverage is the share of the items that are offered to anybody; revenue is the
share of the money spent on relevant items that went to offered ones. Means are over customers with
a relevant item, intervals by paired bootstrap over these customers.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend import cross_sell, repurchase, tuning, upgrades
from trato.analytics.recommend.baselines import (
    HAS_IMPLICIT,
    Als,
    Cosine,
    OurCrossSell,
    OurRepurchase,
    PersonalFrequency,
    Popular,
    Ranker,
)
from trato.analytics.recommend.cross_sell import Settings
from trato.analytics.recommend.data import (
    Codes,
    Floats,
    Items,
    Mask,
    Pairs,
    Purchases,
    given_back,
    pair_keys,
    pairs,
)
from trato.analytics.recommend.upgrades import Upgrade

NEW, REPURCHASE, NEXT_BASKET = "new", "repurchase", "next_basket"
OURS, ALS = "Trato", "implicit ALS"
_RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """A mean and its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Score:
    """One model at one task. ``ahead`` is by how much the nDCG of ours is above its, by customer
    (None for ours); ``cpu`` seconds of fitting and asking."""

    task: str
    model: str
    recall: float
    ndcg: float
    coverage: float
    revenue: float
    ahead: Interval | None
    cpu: float


@dataclass(frozen=True)
class Evaluation:
    """``customers`` asked about, by task; ``settings`` were chosen on the validation days.

    ``missing`` are peers that are not installed here, so that nothing is known of them.
    """

    scores: tuple[Score, ...]
    customers: Mapping[str, int]
    items: int
    settings: Settings
    count: int
    missing: tuple[str, ...] = ()
    upgrades: tuple[Upgrade, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Numbers, texts, lists and dictionaries only: what JSON can hold."""
        return asdict(self)

    def table(self) -> str:
        """For the terminal."""
        head = f"{'task':<13}{'model':<28}{'recall':>8}{'nDCG':>8}{'cover':>8}{'revenue':>9}"
        lines = [head + "   ahead (95 %)", *(_line(score) for score in self.scores)]
        lines += [f"{name}: not installed" for name in self.missing]
        return "\n".join([*lines, *_upgrade_lines(self.upgrades)])


def evaluate(
    lines: Purchases,
    validation: int,
    test: int,
    end: int,
    *,
    count: int = 10,
    fewest: int = 5,
    items: Items | None = None,
) -> Evaluation:
    """Choose on the days ``validation`` to ``test``, report the days ``test`` to ``end``.

    The last day of each is not included. Items with fewer than ``fewest`` buyers before the test
    are left out everywhere, and so are customers who bought nothing else before it. ``items``, one
    value an item of the lines, tell what is better: without them up-selling is not measured.
    Raises ``ValueError`` unless ``validation`` < ``test`` < ``end``.
    """
    if not validation < test < end:
        raise ValueError("validation, test and end must follow each other")
    lines, kept = _usable(lines, test, fewest)
    never = given_back(lines.where(lines.day < test))
    found, after = pairs(lines, test), lines.between(test, end).bought
    settings = tuning.choose(lines, test, test - validation, count=count).settings
    upcoming = _next_baskets(after)
    wanted = {
        NEW: tuning.newly_bought(found, after),
        REPURCHASE: _money(upcoming.where(_known(found, upcoming))),
        NEXT_BASKET: _money(upcoming),
    }
    again = repurchase.fit(lines, test)
    scores: list[Score] = []
    for task, table in wanted.items():
        models = _fresh(found, settings, never) if task == NEW else _again(found, again, never)
        scores += _compare(task, models, table, count)
    customers = {task: int((np.diff(table.indptr) > 0).sum()) for task, table in wanted.items()}
    return Evaluation(
        scores=tuple(scores),
        customers=customers,
        items=found.items,
        settings=settings,
        count=count,
        missing=() if HAS_IMPLICIT else (ALS,),
        upgrades=_upgrades(found, after, settings, items and items.of(kept)),
    )


def _upgrades(
    found: Pairs, after: Purchases, settings: Settings, items: Items | None
) -> tuple[Upgrade, ...]:
    if items is None or not len(found):
        return ()
    return upgrades.evaluate(found, after, items, cross_sell.fit(found, settings))


def _fresh(found: Pairs, settings: Settings, never: sparse.csr_array) -> dict[str, Ranker]:
    models: dict[str, Ranker] = {
        OURS: _Fitted(found, settings, never),
        "popularity": Popular(found, fresh=True),
        "item cosine": Cosine(found),
        "EASE": _Fitted(found, Settings()),
    }
    if HAS_IMPLICIT:
        models[ALS] = Als(found, fresh=True)
    return models


def _again(
    found: Pairs, model: repurchase.Repurchase, never: sparse.csr_array
) -> dict[str, Ranker]:
    return {
        OURS: OurRepurchase(found, model, never),
        "popularity": Popular(found, fresh=False),
        "personal frequency": PersonalFrequency(found),
        "personal frequency, fading": PersonalFrequency(found, 120.0),
    }


@dataclass(frozen=True)
class _Fitted:
    """Fitted when asked, so that fitting is counted."""

    found: Pairs
    settings: Settings
    never: sparse.csr_array | None = None

    def __call__(self, customers: NDArray[np.integer], count: int) -> Codes:
        model = cross_sell.fit(self.found, self.settings)
        return OurCrossSell(model, self.never)(customers, count)


@dataclass(frozen=True)
class _Answer:
    recall: Floats
    ndcg: Floats
    coverage: float
    revenue: float
    cpu: float = field(default=0.0)


def _compare(
    task: str, models: Mapping[str, Ranker], wanted: sparse.csr_array, count: int
) -> list[Score]:
    customers = np.flatnonzero(np.diff(wanted.indptr) > 0)
    answers: dict[str, _Answer] = {}
    for name, model in models.items():
        begun = time.process_time()
        chosen = model(customers, count)
        spent = time.process_time() - begun
        answers[name] = replace(_measure(wanted, customers, chosen), cpu=spent)
    ours = answers[OURS]
    return [
        Score(
            task=task,
            model=name,
            recall=_mean(answer.recall),
            ndcg=_mean(answer.ndcg),
            coverage=answer.coverage,
            revenue=answer.revenue,
            ahead=None if name == OURS else bootstrap(ours.ndcg - answer.ndcg),
            cpu=answer.cpu,
        )
        for name, answer in answers.items()
    ]


def _measure(wanted: sparse.csr_array, customers: NDArray[np.int64], chosen: Codes) -> _Answer:
    count = chosen.shape[1]
    money = tuning.money(wanted, customers, chosen)
    most = np.minimum(np.diff(wanted.indptr)[customers], count)
    discount = 1 / np.log2(np.arange(count) + 2)
    ideal = np.cumsum(discount)[most - 1]
    return _Answer(
        recall=(money > 0).sum(axis=1) / most,
        ndcg=((money > 0) * discount).sum(axis=1) / ideal,
        coverage=len(np.unique(chosen[chosen >= 0])) / max(wanted.shape[1], 1),
        revenue=float(money.sum() / max(wanted.data.sum(), 1e-12)),
    )


def bootstrap(values: Floats, *, seed: int = 0) -> Interval:
    """Mean of the values, resampled with replacement a thousand times."""
    if not len(values):
        return Interval(float("nan"), float("nan"), float("nan"))
    random = np.random.default_rng(seed)
    means = [
        values[random.integers(0, len(values), len(values))].mean() for _time in range(_RESAMPLES)
    ]
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(_mean(values), float(low), float(high))


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _usable(lines: Purchases, test: int, fewest: int) -> tuple[Purchases, Mask]:
    """Items with buyers enough and customers who bought one of them before the test, renumbered;
    and which items these are."""
    buyers = pairs(lines, test).buyers
    kept = lines.where(buyers[lines.item] >= fewest)
    known = np.zeros(lines.customers, bool)
    known[kept.bought.customer[kept.bought.day < test]] = True
    kept = kept.where(known[kept.customer])
    item, customer = np.cumsum(buyers >= fewest) - 1, np.cumsum(known) - 1
    usable = replace(
        kept,
        item=item[kept.item].astype(np.int32),
        customer=customer[kept.customer].astype(np.int32),
        items=int((buyers >= fewest).sum()),
        customers=int(known.sum()),
    )
    return usable, buyers >= fewest


def _next_baskets(after: Purchases) -> Purchases:
    """The lines of each customer's first basket."""
    order = np.lexsort((after.basket, after.day, after.customer))
    customers, first = np.unique(after.customer[order], return_index=True)
    basket = np.zeros(after.customers, np.int64)
    basket[customers] = after.basket[order][first]
    return after.where(after.basket == basket[after.customer])


def _known(found: Pairs, lines: Purchases) -> Mask:
    keys = pair_keys(found.customer, found.item, found.items)
    return np.isin(pair_keys(lines.customer, lines.item, lines.items), keys)


def _money(lines: Purchases) -> sparse.csr_array:
    """Customers × items: money of the lines; free things count as bought, too."""
    spent = np.maximum(np.nan_to_num(lines.amount), 1e-6)
    table = sparse.csr_array(
        (spent, (lines.customer, lines.item)), shape=(lines.customers, lines.items)
    )
    table.sum_duplicates()
    return table


def _line(score: Score) -> str:
    ahead = score.ahead
    tail = f"{ahead.mean:+.4f} ({ahead.low:+.4f} to {ahead.high:+.4f})" if ahead else ""
    return (
        f"{score.task:<13}{score.model:<28}{score.recall:>8.4f}{score.ndcg:>8.4f}"
        f"{score.coverage:>8.3f}{score.revenue:>9.4f}   {tail}"
    )


def _upgrade_lines(found: tuple[Upgrade, ...]) -> list[str]:
    if not found:
        return []
    head = f"{'up-selling':<13}{'model':<28}{'hit@1':>8}{'hit@3':>8}{'':>8}{'revenue':>9}"
    return [
        f"{head}   {found[0].asked:,} moved up",
        *(
            f"{'':<13}{one.model:<28}{one.hit_1:>8.4f}{one.hit_3:>8.4f}{'':>8}{one.revenue:>9.4f}"
            for one in found
        ),
    ]
