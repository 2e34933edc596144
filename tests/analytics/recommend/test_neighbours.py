"""Item neighbours by hand, and in blocks as in one piece."""

import numpy as np
import pytest
from scipy import sparse

from trato.analytics.recommend import neighbours
from trato.analytics.recommend.baselines import Cosine
from trato.analytics.recommend.data import pairs, purchases


def test_two_customers_by_hand() -> None:
    # Rows of length 1: (1, 0, 0) and (0, 1, 1)/√2. Items 1 and 2 are alike wholly, 0 to neither.
    rows = sparse.csr_array(np.array([[1, 0, 0], [0, 1, 1]], np.float32))
    weights = neighbours.fit(rows, shrink=0).weights.toarray()
    assert weights == pytest.approx(np.array([[0, 0, 0], [0, 0, 1], [0, 1, 0]]))


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    rows = sparse.csr_array((random.random((80, 30)) < 0.2).astype(np.float32))
    whole = neighbours.fit(rows).weights.toarray()
    monkeypatch.setattr(neighbours, "_PAIRS_A_BLOCK", 40)
    assert neighbours.fit(rows).weights.toarray() == pytest.approx(whole)


def test_only_the_nearest_are_kept() -> None:
    random = np.random.default_rng(5)
    rows = sparse.csr_array((random.random((200, 30)) < 0.3).astype(np.float32))
    kept = neighbours.fit(rows, keep=4).weights.toarray()
    whole = neighbours.fit(rows, keep=30).weights.toarray()
    assert ((kept > 0).sum(axis=0) == 4).all()
    assert kept.max(axis=0) == pytest.approx(whole.max(axis=0))


def test_of_many_equal_ones_the_nearer_ones_are_kept() -> None:
    values = np.array([0.5, 0.5, 0.5, 0.5, 0.9, 0.95], np.float32)
    row = sparse.csr_array(np.append(0, values)[None])
    at, starts = neighbours.strongest(row, row.data.copy(), np.array([0]), 4)
    assert values[at].tolist() == pytest.approx([0.5, 0.5, 0.9, 0.95])
    assert starts.tolist() == [0, 4]


def test_no_items_have_no_neighbours() -> None:
    assert neighbours.fit(sparse.csr_array((3, 0), dtype=np.float32)).weights.shape == (0, 0)


def test_the_plain_cosine_beside_ours_by_hand() -> None:
    # Items 0 and 1, of three buyers each, share two: 2 / (3 + 10). Item 2, of one buyer, is alike
    # to both by: 1 / (√3 + 10), which is less. Item 3 has nothing in common with any.
    customer, item = [0, 0, 1, 1, 1, 2, 3, 4], [0, 1, 0, 1, 2, 0, 1, 3]
    lines = purchases(np.array(customer), np.array(item), np.zeros(8, int), customers=6)
    chosen = Cosine(pairs(lines, 1))(np.array([2, 3, 4, 5]), 2)
    assert chosen.tolist() == [[1, 2], [0, 2], [-1, -1], [-1, -1]]


def test_of_nothing_bought_the_plain_cosine_names_nothing() -> None:
    none = np.empty(0, int)
    lines = purchases(none, none, none, customers=0, items=0)
    assert Cosine(pairs(lines, 1))(none, 2).shape == (0, 2)
