"""The lists of offers: what must never be in them, and what they say."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from trato.analytics.recommend import evaluation, recommender
from trato.analytics.recommend.calibration import fit as calibrate
from trato.analytics.recommend.calibration import isotonic
from trato.analytics.recommend.data import Items, Purchases, items, purchases
from trato.analytics.recommend.offers import (
    BASES,
    CROSS_SELL,
    KINDS,
    REPURCHASE,
    UP_SELL,
    Offers,
    joined,
)
from trato.analytics.recommend.ranking import best
from trato.analytics.recommend.recommender import Recommender

CUSTOMERS, ITEMS, AS_OF = 400, 26, 400


@pytest.fixture(scope="module")
def lines() -> Purchases:
    """Two tastes of twelve items each; some lines are given back. Of a hundred who
    buy one thing more, forty leave it for a better one, with which somebody else began."""
    random = np.random.default_rng(8)
    size = 12_000
    customer = random.integers(0, CUSTOMERS - 1, size)
    item = (customer % 2) * 12 + np.minimum(random.geometric(0.15, size) - 1, 11)
    quantity = np.where(random.random(size) < 0.03, -1.0, 1.0)
    day = random.integers(0, AS_OF, size)
    moving = np.arange(0, 200, 2)
    customer = np.concatenate([customer, moving, moving[:40], [1]])
    item = np.concatenate([item, np.full(100, 24), np.full(41, 25)])
    day = np.concatenate(
        [day, np.full(40, 60), np.linspace(60, 390, 60), np.linspace(80, 300, 40), [1]]
    ).astype(int)
    quantity = np.append(quantity, np.ones(141))
    return purchases(
        customer,
        item,
        day,
        quantity=quantity,
        amount=quantity * 10,
        customers=CUSTOMERS,
        items=ITEMS,
    )


@pytest.fixture(scope="module")
def described() -> Items:
    active = np.ones(ITEMS, bool)
    active[[3, 15]] = False
    price = 10.0 + np.arange(ITEMS) % 6 * 4
    cost = np.where(np.arange(ITEMS) % 2, 6.0, np.nan)
    return items(ITEMS, category=np.arange(ITEMS) // 6, price=price, cost=cost, active=active)


@pytest.fixture(scope="module")
def model(lines: Purchases, described: Items) -> Recommender:
    return recommender.fit(lines, described, AS_OF)


@pytest.fixture(scope="module")
def offers(model: Recommender) -> Offers:
    return model.offers(5)


def _pairs(customer: np.ndarray, item: np.ndarray) -> set[tuple[int, int]]:
    return {*zip(customer.tolist(), item.tolist(), strict=True)}


def test_there_are_offers_of_every_kind(offers: Offers) -> None:
    assert {KINDS[kind] for kind in np.unique(offers.kind)} == set(KINDS)


def test_nothing_given_back_or_inactive_is_offered(lines: Purchases, offers: Offers) -> None:
    latest: dict[tuple[int, int], tuple[int, bool]] = {}
    rows = (lines.customer, lines.item, lines.day, lines.is_return)
    for who, item, day, back in zip(*(one.tolist() for one in rows), strict=True):
        latest[who, item] = max(latest.get((who, item), (0, False)), (day, back))
    returned = {pair for pair, (_day, back) in latest.items() if back}
    assert len(returned) > 50
    assert not _pairs(offers.customer, offers.item) & returned
    assert not np.isin(offers.item, [3, 15]).any()


@pytest.mark.parametrize("kind", [CROSS_SELL, UP_SELL])
def test_nothing_bought_before_is_sold_across_or_up(
    lines: Purchases, offers: Offers, kind: str
) -> None:
    of = offers.kind == KINDS.index(kind)
    owned = _pairs(lines.customer, lines.item)
    assert not _pairs(offers.customer[of], offers.item[of]) & owned


def test_only_what_was_bought_is_offered_for_repurchase(lines: Purchases, offers: Offers) -> None:
    of = offers.kind == KINDS.index(REPURCHASE)
    assert _pairs(offers.customer[of], offers.item[of]) <= _pairs(lines.customer, lines.item)


def test_consent_and_what_is_forbidden_are_kept(model: Recommender, offers: Offers) -> None:
    allowed = np.arange(CUSTOMERS) % 2 == 0
    assert (model.offers(5, allowed=allowed).customer % 2 == 0).all()
    shape = (CUSTOMERS, ITEMS)
    places = offers.customer[:50], offers.item[:50]
    forbidden = sparse.csr_array((np.ones(50, np.float32), places), shape=shape)
    made = model.offers(5, forbidden=forbidden)
    assert not _pairs(made.customer, made.item) & _pairs(*places)


@pytest.mark.parametrize("largest", [1, 20_000])
def test_the_runs_of_customers_change_no_offer(
    lines: Purchases, described: Items, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    """Also by neighbours, whose scores are few and whose runs are long."""
    monkeypatch.setattr("trato.analytics.recommend.cross_sell.LARGEST_CATALOGUE", largest)
    fitted = recommender.fit(lines, described, AS_OF)
    whole = fitted.offers(5)
    monkeypatch.setattr(recommender, "_CELLS", 100)
    runs = list(fitted.blocks(5))
    assert len(runs) > 50
    apart = joined(runs)
    assert apart.item.tolist() == whole.item.tolist()
    assert apart.customer.tolist() == whole.customer.tolist()
    assert apart.score == pytest.approx(whole.score, rel=1e-5)


def test_what_a_sample_chooses_is_for_the_model_of_all(
    lines: Purchases, described: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EASE could be solved for the sample, but not for all: its scores are of another scale."""

    def never(*_given: object) -> None:
        raise AssertionError("EASE was asked")

    monkeypatch.setattr("trato.analytics.recommend.cross_sell.LARGEST_CATALOGUE", ITEMS - 1)
    monkeypatch.setattr(recommender, "_SAMPLE", ITEMS - 2)
    monkeypatch.setattr("trato.analytics.recommend.ease.fit", never)
    fitted = recommender.fit(lines, described, AS_OF)
    tuned = fitted.lessons.tuned
    assert tuned.settings.neighbours
    assert {trial.settings.regularisation for trial in tuned.trials} <= {500.0}


def test_lessons_of_an_earlier_day_make_the_lists_of_some_as_among_all(
    lines: Purchases, described: Items, model: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is chosen or calibrated again, and no scores but theirs are worked out."""
    some = np.array([7, 30, 31, 200])
    first = np.append(some, np.setdiff1d(np.arange(CUSTOMERS), some))
    monkeypatch.setattr(recommender, "learn", None)
    monkeypatch.setattr(recommender, "_CELLS", 1)
    again = recommender.fit(lines.renumbered(first), described, AS_OF, model.lessons)
    blocks = list(again.blocks(5, allowed=np.arange(CUSTOMERS) < some.size))
    assert len(blocks) == some.size
    made, among = joined(blocks), model.offers(5)
    among = among.take(np.flatnonzero(np.isin(among.customer, some)))
    assert some[made.customer].tolist() == among.customer.tolist()
    assert made.item.tolist() == among.item.tolist()
    for name in ("score", "probability", "expected_value"):
        assert getattr(made, name) == pytest.approx(getattr(among, name), rel=1e-5, nan_ok=True)
    assert made.reasons.also.tolist() == among.reasons.also.tolist()


@pytest.mark.parametrize("held", [0, 1_000_000])
def test_reasons_counted_when_items_are_offered_are_those_of_the_whole_table(
    lines: Purchases,
    described: Items,
    model: Recommender,
    monkeypatch: pytest.MonkeyPatch,
    held: int,
) -> None:
    """As in a large catalogue, of which few items are ever offered; also where no more is held
    than a run of customers needs."""
    whole = model.offers(5).reasons
    monkeypatch.setattr("trato.analytics.recommend.together._MOST_HELD", held)
    monkeypatch.setattr("trato.analytics.recommend.together._SMALL_CATALOGUE", 0)
    fitted = recommender.fit(lines, described, AS_OF, model.lessons)
    monkeypatch.setattr(recommender, "_CELLS", 100)
    counted = fitted.offers(5).reasons
    for name in ("kind", "because", "also", "of", "since"):
        assert getattr(counted, name).tolist() == getattr(whole, name).tolist()


def test_lists_of_nobody_are_empty(model: Recommender) -> None:
    assert len(model.offers(5, allowed=np.zeros(CUSTOMERS, bool))) == 0


def test_the_best_of_sparse_scores_are_those_of_dense_ones() -> None:
    random = np.random.default_rng(3)
    dense = np.round(random.normal(size=(60, 90)), 1).astype(np.float32)
    dense[random.random(dense.shape) < 0.6] = 0
    dense[7] = 0
    for scores in (dense, np.concatenate([dense, np.zeros((900, 90), np.float32)])):
        for count in (1, 5, 40):
            items_found, ranked = best(sparse.csr_array(scores), count)
            items_wanted, wanted = best(scores, count)
            assert items_found.tolist() == items_wanted.tolist()
            assert ranked.tolist() == wanted.tolist()


def test_ranks_follow_scores_and_count_from_one(offers: Offers) -> None:
    one = offers.of(4, REPURCHASE)
    assert one.rank.tolist() == list(range(1, len(one) + 1))
    assert (np.diff(one.score) <= 0).all()


def test_value_is_probability_times_margin_or_price_and_says_which(
    offers: Offers, described: Items
) -> None:
    worth = np.where(np.isnan(described.margin), described.price, described.margin)
    assert offers.expected_value == pytest.approx(offers.probability * worth[offers.item], rel=1e-5)
    by_price = np.isnan(described.margin)[offers.item]
    assert (offers.basis[by_price] == BASES.index("price")).all()
    assert (offers.basis[~by_price] == BASES.index("margin")).all()


def test_a_reason_counts_what_is_in_the_data(lines: Purchases, offers: Offers) -> None:
    at = int(np.flatnonzero(offers.kind == KINDS.index(CROSS_SELL))[0])
    reason = offers.reasons[at]
    kept = lines.bought
    with_because = set(kept.customer[kept.item == reason.because].tolist())
    with_item = set(kept.customer[kept.item == offers.item[at]].tolist())
    assert reason.kind == "bought_together"
    assert reason.of == len(with_because)
    assert reason.also == len(with_because & with_item)
    own = (kept.customer == offers.customer[at]) & (kept.item == reason.because)
    assert reason.since == kept.day[own].min()


def test_a_customer_with_nothing_gets_nothing_made_up(offers: Offers) -> None:
    assert CUSTOMERS - 1 not in offers.customer


@pytest.mark.parametrize(("customers", "count"), [(0, 0), (1, 0), (1, 1), (1, 2)])
def test_hardly_any_data_is_no_error(customers: int, count: int) -> None:
    several = np.arange(count)
    tiny = purchases(several * 0, several * 0, several, customers=customers, items=1)
    made = recommender.fit(tiny, items(1), 10).offers()
    assert len(made) == min(count, 1)


def test_attributes_must_fit_the_lines(lines: Purchases) -> None:
    with pytest.raises(ValueError, match="differ"):
        recommender.fit(lines, items(3), AS_OF)


def test_isotonic_regression_by_hand() -> None:
    assert isotonic(np.array([1.0, 3, 2, 4]), np.ones(4)).tolist() == [1, 2.5, 2.5, 4]


def test_calibrated_probabilities_rise_and_keep_the_rate() -> None:
    random = np.random.default_rng(0)
    score = random.random(5000)
    hit = random.random(5000) < score * 0.2
    found = calibrate(score, hit)
    assert found.method == "isotonic"
    chance = found.probability(np.sort(score))
    assert (np.diff(chance) >= 0).all()
    assert chance.mean() == pytest.approx(hit.mean(), rel=0.02)


def test_few_hits_give_the_rate_and_none_is_said_to_be_unknown() -> None:
    assert calibrate(np.ones(10), np.arange(10) < 2).probability(np.ones(1)) == pytest.approx(0.2)
    assert np.isnan(calibrate(np.empty(0), np.empty(0, bool)).probability(np.ones(1)))


def test_the_harness_tells_tasks_apart_and_fits_into_json(lines: Purchases) -> None:
    found = evaluation.evaluate(lines, 300, 350, 400)
    assert {score.task for score in found.scores} == {"new", "repurchase", "next_basket"}
    best = {score.model: score for score in found.scores if score.task == "repurchase"}
    assert best["Trato"].recall >= best["popularity"].recall
    assert json.loads(json.dumps(found.as_dict()))["items"] == found.items
    assert "Trato" in found.table()


def test_what_lasts_is_reminded_of_last_and_a_rhythm_is_the_customers_own() -> None:
    """Coffee (0) is bought on two days, twelve days apart; a machine (1) once, by hardly anybody
    twice; a book (2) by nobody twice."""
    random = np.random.default_rng(3)
    rows = [(who, 1, int(random.integers(360, 399))) for who in range(200)]
    rows += [(who, 1, 100) for who in range(5)] + [(who, 2, 390) for who in range(200)]
    for who in range(200):
        last = int(random.integers(100, 399))
        rows += [(who, 0, last - 12), (who, 0, last)]
    customer, item, day = map(np.array, zip(*rows, strict=True))
    lines = purchases(customer, item, day, amount=np.ones(len(rows)))
    made = recommender.fit(lines, items(3), 400).offers(5)
    for who in range(5, 200):
        mine = made.of(who, REPURCHASE)
        first, second = (mine.reasons[at] for at in range(len(mine)))
        assert (first.kind, first.also, first.rhythm_days) == ("due", 2, 12)
        assert (second.kind, second.also, second.of) == ("bought_again", 5, 200)


def _habitual(*, back: bool) -> Purchases:
    """Everybody buys item 0 on each fifth day and item 1 on each twentieth; item 2 is bought by
    nobody but a few. ``back``: everybody gave a piece of item 0 back, the last before day 343."""
    days = np.arange(0, 400, 5)
    often = [(who, 0, day, 1.0, 10.0) for who in range(60) for day in days]
    seldom = [(who, 1, day, 1.0, 1.0) for who in range(60) for day in days[::4]]
    few = [(who, 2, 7 * who, 1.0, 1.0) for who in range(10)]
    returned = [(who, 0, 341, -1.0, -10.0) for who in range(60)] if back else []
    returned += [(who, 0, 301, -1.0, -10.0) for who in range(60)]
    customer, item, day, quantity, amount = map(
        np.array, zip(*often, *seldom, *few, *returned, strict=True)
    )
    return purchases(customer, item, day, quantity=quantity, amount=amount)


def test_the_harness_does_not_name_what_was_given_back_either() -> None:
    for back, captured in ((False, 1.0), (True, 0.0)):
        found = evaluation.evaluate(_habitual(back=back), 250, 343, 400, count=1)
        rows = {one.model: one for one in found.scores if one.task == "repurchase"}
        # The next basket of each, on day 345, has item 0 only.
        assert rows["personal frequency"].revenue == 1.0
        assert rows["Trato"].revenue == captured


def test_what_came_later_changes_nothing_that_is_chosen(lines: Purchases) -> None:
    """The weeks that are asked about may be any others."""
    random = np.random.default_rng(1)
    after = lines.day >= 350
    item = np.where(after, random.integers(0, ITEMS, len(lines)), lines.item).astype(np.int32)
    found, other = (
        evaluation.evaluate(one, 300, 350, 400) for one in (lines, replace(lines, item=item))
    )
    assert found.settings == other.settings
    assert found.items == other.items
    assert found.scores != other.scores


def test_the_harness_asks_als_where_it_is_installed_and_says_where_not(
    lines: Purchases, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evaluation.evaluate(lines, 300, 350, 400)
    new = {score.model: score for score in found.scores if score.task == "new"}
    assert 0 < new["implicit ALS"].recall <= 1
    assert found.missing == ()
    monkeypatch.setattr(evaluation, "HAS_IMPLICIT", False)
    found = evaluation.evaluate(lines, 300, 350, 400)
    assert found.missing == ("implicit ALS",)
    assert "implicit ALS: not installed" in found.table()


def test_the_harness_wants_its_days_in_order(lines: Purchases) -> None:
    with pytest.raises(ValueError, match="follow"):
        evaluation.evaluate(lines, 300, 300, 400)
