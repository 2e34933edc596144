"""Planted groups are found; where none are planted none are named."""

from functools import cache

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from trato.analytics.features import Features
from trato.analytics.likeness import changes, matched
from trato.analytics.segments import Known, Segments, discover

NAMES = ("rhythm", "money", "regularity", "share:coffee")
CENTRES = np.array([[0, 0, 0, 0], [4, 0, 2, 0], [0, 4, 0, 2], [4, 4, -2, -2]], np.float32)


def features(rows: np.ndarray, *, purchases: int = 6) -> Features:
    return Features(
        customers=np.arange(len(rows)),
        names=NAMES,
        values=rows.astype(np.float32),
        weights=np.ones(len(NAMES)),
        purchases=np.full(len(rows), purchases),
    )


@cache
def planted(count: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    truth = random.choice(4, count, p=[0.4, 0.3, 0.2, 0.1])
    return CENTRES[truth] + random.normal(0, 0.8, (count, len(NAMES))), truth


@cache
def found() -> Segments:
    return discover(features(planted(3000)[0]))


def known(before: Segments) -> Known:
    return Known(before.customers, before.keys, {one.key: one.centre for one in before.groups})


def test_planted_groups_are_found_and_as_many() -> None:
    assert len(found().groups) == 4
    assert adjusted_rand_score(planted(3000)[1], found().keys) > 0.95
    assert found().trials[2].stability > 0.95


def test_a_group_is_told_by_what_sets_it_apart() -> None:
    smallest = found().groups[-1]
    assert smallest.share == pytest.approx(0.1, abs=0.02)
    assert {(one.feature, one.direction) for one in smallest.traits} == {
        ("rhythm", "high"),
        ("money", "high"),
        ("regularity", "low"),
        ("share:coffee", "low"),
    }


def test_a_cloud_without_groups_has_none_worth_naming() -> None:
    random = np.random.default_rng(6)
    cloud = random.normal(0, [3, 2, 1, 1], (3000, 4))
    none = discover(features(cloud))
    assert (none.reason, none.groups, none.keys.size) == ("no_structure", (), 0)
    assert all(not trial.passes for trial in none.trials)


def test_few_customers_are_not_grouped() -> None:
    assert discover(features(planted(3000)[0][:100])).reason == "few_customers"


def test_the_same_people_keep_their_key_when_a_hundredth_is_added() -> None:
    random = np.random.default_rng(7)
    rows = planted(3000)[0]
    more = CENTRES[random.integers(0, 4, 30)] + random.normal(0, 0.8, (30, 4))
    again = discover(
        features(np.vstack([rows + random.normal(0, 0.05, rows.shape), more])), known(found())
    )
    assert [one.what for one in again.changes] == ["kept"] * 4
    assert np.mean(again.keys[:3000] == found().keys) > 0.99


def test_a_group_that_is_gone_is_said_and_its_key_never_given_again() -> None:
    rows, truth = planted(3000)
    key = int(found().keys[truth == 3][0])
    stayed = np.flatnonzero(truth != 3)
    gone = features(rows[stayed])
    gone = Features(stayed, gone.names, gone.values, gone.weights, gone.purchases)
    again = discover(gone, known(found()))
    assert key not in {one.key for one in again.groups}
    assert {one.what for one in again.changes if one.key != key} == {"kept"}
    back = discover(
        features(rows), Known(again.customers, again.keys, known(again).centres, highest_key=key)
    )
    assert [one.what for one in back.changes].count("new") == 1
    assert max(one.key for one in back.groups) > key


def test_who_bought_once_shapes_no_group() -> None:
    rows = np.vstack([planted(3000)[0], np.full((3000, 4), 20.0)])
    bought = np.repeat([6, 1], 3000)
    crowd = features(rows)
    mixed = Features(crowd.customers, NAMES, crowd.values, crowd.weights, bought)
    assert adjusted_rand_score(planted(3000)[1], discover(mixed).keys[:3000]) > 0.95


def test_the_same_customers_give_the_same_groups() -> None:
    again = discover(features(planted(3000)[0]))
    assert (again.keys == found().keys).all()


def test_a_split_and_a_merger_are_told() -> None:
    before = np.repeat([1, 2, 3], [100, 60, 40])
    labels = np.repeat([0, 1, 2], [60, 40, 100])
    keys = matched(before, labels, 3, highest=9)
    assert keys.tolist() == [1, 10, 2]
    told = {one.key: (one.what, one.other) for one in changes(before, keys[labels])}
    assert told == {1: ("kept", 1), 2: ("kept", 2), 3: ("merged", 2), 10: ("split", 1)}


def test_a_group_of_people_from_everywhere_is_new() -> None:
    before = np.repeat([1, 2, 3], 50)
    after = np.where(np.arange(150) % 50 < 20, 4, before)
    told = {one.key: one.what for one in changes(before, after)}
    assert told == {1: "kept", 2: "kept", 3: "kept", 4: "new"}
