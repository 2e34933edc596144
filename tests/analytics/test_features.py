from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from trato.analytics.features import measure

NAN = float("nan")


def statistics(**columns: Any) -> pa.Table:
    size = len(columns["purchases"])
    given = {
        "customer": list(range(1, size + 1)),
        "frequency": [one - 1 for one in columns["purchases"]],
        "recency": [0] * size,
        "amount": [100.0] * size,
        "regularity": [NAN] * size,
        "usual_channel": [0] * size,
        "channel_share": [1.0] * size,
    }
    return pa.table({**given, **columns})


def column(table: pa.Table, name: str, **more: Any) -> np.ndarray:
    found = measure(table, **more)
    return found.values[:, found.names.index(name)]


def test_who_buys_more_often_has_a_shorter_rhythm() -> None:
    rhythm = column(statistics(purchases=[13, 4, 1], recency=[360, 360, 0]), "rhythm")
    assert rhythm[0] < rhythm[1]
    assert np.isfinite(rhythm).all()


def test_money_is_that_of_a_purchase() -> None:
    money = column(statistics(purchases=[2, 4], amount=[100.0, 200.0]), "money")
    assert money.tolist() == pytest.approx([np.log(50)] * 2)


def test_regularity_of_few_gaps_is_drawn_to_the_usual_one() -> None:
    table = statistics(purchases=[30, 4, 1], regularity=[0.9, 0.5, NAN])
    regular, chance, unknown = column(table, "regularity").tolist()
    assert 0.85 < regular < 0.9
    assert 0.5 < chance < 0.65
    assert unknown == pytest.approx(0.7)


def spending(*rows: tuple[int, str, float]) -> pa.Table:
    customer, category, amount = zip(*rows, strict=True)
    return pa.table({"customer": customer, "category": category, "amount": amount})


def test_what_was_never_bought_has_a_share_above_nothing() -> None:
    spent = spending((1, "tea", 90.0), (2, "coffee", 90.0), (2, "tea", 10.0))
    tea = column(statistics(purchases=[9, 9]), "share:tea", spending=spent)
    coffee = column(statistics(purchases=[9, 9]), "share:coffee", spending=spent)
    assert np.isfinite(tea).all()
    assert tea[0] > tea[1]
    assert tea + coffee == pytest.approx(0, abs=1e-6)


def test_shares_of_a_single_purchase_are_drawn_to_the_company() -> None:
    spent = spending((1, "tea", 10.0), (2, "tea", 100.0), (3, "coffee", 100.0))
    tea = column(statistics(purchases=[1, 10, 10]), "share:tea", spending=spent)
    assert tea[2] < tea[0] < tea[1]


def test_the_usual_channel_counts_by_its_share() -> None:
    table = statistics(
        purchases=[10, 10, 10], usual_channel=[0, 0, -1], channel_share=[1.0, 0.6, NAN]
    )
    web = column(table, "channel:web", channels=["web", "shop"])
    assert web[0] > web[1]
    assert np.isfinite(web).all()


def test_an_unknown_discount_is_the_usual_one() -> None:
    table = statistics(purchases=[2, 2, 2], discount=[0.1, 0.3, NAN])
    assert column(table, "discount").tolist() == pytest.approx([0.1, 0.3, 0.2])


def test_nobody_has_no_features() -> None:
    with pytest.raises(ValueError, match="nobody bought"):
        measure(statistics(purchases=[]))
