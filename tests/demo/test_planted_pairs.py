"""The complements that the demo company was made with are found by what the refresh does."""

from typing import Any, cast

import numpy as np
import pyarrow as pa
import pytest

from trato.demo.goods import GOODS
from trato.demo.truth import COMPLEMENTS
from trato.demo.world import World
from trato.insight.refresh import pairing
from trato.insight.warehouse.lake import Lake

CODES = list(GOODS)


class WorldAsLake:
    """The orders of the company in memory, as the lake keeps them."""

    def __init__(self, world: World) -> None:
        people = {number: place for place, number in enumerate(sorted(world.buyers))}
        rows = [
            (people[bought.who], number, CODES.index(line.product_code), float(line.quantity))
            for number, bought in enumerate(world.purchases)
            if bought.who
            for line in bought.draft.lines
        ]
        customer, order, product, quantity = (
            np.array(column) for column in zip(*rows, strict=True)
        )
        unknown = np.zeros(len(rows))
        self.customers = pa.table({"customer": np.arange(len(people))})
        self.products = pa.table(
            {"product": np.arange(len(CODES)), "active": np.ones(len(CODES), bool)}
        )
        self.lines = pa.table(
            {
                "customer": customer,
                "day": unknown.astype(np.int32),
                "order": order,
                "product": product,
                "quantity": quantity,
                "amount": unknown,
                "margin": unknown,
                "is_return": quantity < 0,
            }
        )

    def people(self, columns: list[str]) -> pa.Table:
        return self.customers.select(columns)

    def of(self, _noun: str, whom: Any, columns: list[str]) -> pa.Table:
        is_theirs = np.isin(self.lines["customer"].to_numpy(), whom)
        return self.lines.select([*columns, "customer"]).filter(pa.array(is_theirs))


@pytest.fixture(scope="module")
def found(world: World) -> set[frozenset[str]]:
    table = pairing.pair(cast("Lake", WorldAsLake(world)), as_of=1).table
    kept = table.filter(pa.compute.equal(table["kind"], "complement"))
    pairs = zip(kept["product_id"].to_pylist(), kept["other_id"].to_pylist(), strict=True)
    return {frozenset((CODES[one], CODES[other])) for one, other in pairs}


def test_what_was_planted_strongly_is_found(found: set[frozenset[str]]) -> None:
    """Of machines that were sold often enough to tell."""
    strong = {
        frozenset((pair.anchor, pair.follower))
        for pair in COMPLEMENTS
        if pair.anchor in {"GOT-100", "GOT-110", "GOT-200", "ESP-100", "AUT-100"}
        and pair.now >= 0.35
    }
    assert len(strong) == 5
    assert strong <= found


def test_hardly_anything_else_is_found(found: set[frozenset[str]]) -> None:
    """Cafés buy most of what they need at once, whatever was planted: they are left aside."""
    planted = {frozenset((pair.anchor, pair.follower)) for pair in COMPLEMENTS}
    others = [pair for pair in found - planted if not any(one.startswith("GRA-9") for one in pair)]
    assert len(found & planted) >= 9
    assert len(others) <= len(found) / 3
