"""EASE against its definition, by either side."""

import numpy as np
import pytest
from scipy import sparse

from trato.analytics.recommend import ease


def _owned(customers: int, items: int) -> sparse.csr_array:
    random = np.random.default_rng(1)
    return sparse.csr_array((random.random((customers, items)) < 0.3).astype(np.float32))


def _by_definition(rows: sparse.csr_array, regularisation: float) -> np.ndarray:
    dense = rows.toarray().astype(float)
    inverse = np.linalg.inv(dense.T @ dense + regularisation * np.eye(dense.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return np.asarray(dense @ weights)


def test_two_items_by_hand() -> None:
    # X'X + I = [[3, 1], [1, 2]]; the inverse is [[2, -1], [-1, 3]] / 5; B01 = 1/3, B10 = 1/2.
    rows = sparse.csr_array(np.array([[1, 0], [1, 1]], np.float32))
    model = ease.fit(rows, 1.0)
    assert isinstance(model, ease.EaseByItems)
    assert model.weights == pytest.approx(np.array([[0, 1 / 3], [1 / 2, 0]]))


@pytest.mark.parametrize("shape", [(40, 12), (12, 40), (700, 600), (1, 5), (5, 1), (1, 1)])
def test_either_side_gives_the_model_of_the_definition(shape: tuple[int, int]) -> None:
    rows = _owned(*shape)
    assert ease.fit(rows, 10.0).scores(slice(None)) == pytest.approx(
        _by_definition(rows, 10.0), abs=1e-4
    )


def test_few_customers_are_solved_on_their_own_side() -> None:
    assert isinstance(ease.fit(_owned(5, 30)), ease.EaseByCustomers)


def test_a_customer_with_nothing_scores_nothing() -> None:
    for shape in ((40, 12), (12, 40)):
        nothing = sparse.csr_array((1, shape[1]), dtype=np.float32)
        rows = sparse.vstack([_owned(*shape), nothing], format="csr")
        assert not ease.fit(rows).scores(slice(shape[0], None)).any()


def test_what_cannot_be_solved_is_refused() -> None:
    with pytest.raises(ValueError, match="regularisation"):
        ease.fit(_owned(3, 3), 0)
    huge = sparse.csr_array((30_000, 30_000), dtype=np.float32)
    with pytest.raises(ValueError, match="neighbours"):
        ease.fit(huge)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (3, 0)])
def test_of_nobody_or_nothing_nothing_is_printed(
    shape: tuple[int, int], capfd: pytest.CaptureFixture[str]
) -> None:
    """What programs read there is the JSON of the refresh."""
    rows = sparse.csr_array(shape, dtype=np.float32)
    assert ease.fit(rows).scores(slice(None)).shape == shape
    assert capfd.readouterr().out == ""
