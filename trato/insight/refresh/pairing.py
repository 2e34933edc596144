"""Which products go together and which replace each other, written where orders are made."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from trato.analytics.recommend import complements
from trato.analytics.recommend.complements import Complements, Ranked
from trato.analytics.runs import Column
from trato.insight.refresh.offering import lines_of
from trato.insight.warehouse.lake import Lake
from trato.kit.bulk import swap_in
from trato.sales.models import ProductPair

TABLE = ProductPair._meta.db_table
_POINTS = {"product_id": "catalog_product", "other_id": "catalog_product"}
# Of each product and kind.
_MOST = 10
# Odds that differ less from those of chance may be true, but nobody would notice.
_LEAST = 1.5
# Customers whose orders tell it; of very many, so many are enough.
_SAMPLE = 60_000
# Orders expected with both, to look at two products; few orders cannot expect many.
_FEWEST, _FEWEST_OF_FEW, _FEW = 10.0, 3.0, 20_000


@dataclass(frozen=True)
class Paired:
    """``table``: the rows of `sales.ProductPair`; ``figures``: what was looked at and believed."""

    table: pa.Table
    figures: dict[str, Any]


def pair(lake: Lake, *, as_of: int) -> Paired:
    """Learnt from the orders of everybody, or of a sample; told of products that are on sale."""
    customers, products = lake.customers, lake.products
    count = customers.num_rows
    learners = np.arange(0, count, max(count // _SAMPLE, 1))
    lines = lines_of(lake, as_of, whose=learners)
    fewest = _FEWEST if learners.size > _FEW else _FEWEST_OF_FEW
    found = complements.fit(lines, fewest=fewest)
    goods = products["product"].to_numpy()
    on_sale = products["active"].to_numpy(zero_copy_only=False)
    tables = []
    for kind in ProductPair.Kind:
        above = kind == ProductPair.Kind.COMPLEMENT
        ranked = found.ranked(_MOST, above=above, offered=on_sale, least=_LEAST)
        tables.append(_rows(found, ranked, goods, kind.value))
    return Paired(pa.concat_tables(tables), {"customers": learners.size} | _figures(found))


def _figures(found: Complements) -> dict[str, Any]:
    return {
        "tested": found.tested,
        "complements": int((found.bound > 1).sum()),
        "substitutes": int((found.bound < 1).sum()),
        "false_rate": found.false_rate,
        "pooled": found.pooled,
    }


def _rows(found: Complements, ranked: Ranked, goods: Column, kind: str) -> pa.Table:
    pair = ranked.pair
    return pa.table(
        {
            "product_id": goods[ranked.item],
            "other_id": goods[ranked.other],
            "kind": pa.array([kind] * len(pair), pa.string()),
            "rank": ranked.rank,
            "together": found.together[pair],
            "orders": found.baskets[ranked.item],
            "expected": found.expected[pair],
            "odds_ratio": found.odds_ratio[pair],
            "bound": found.bound[pair],
            "q_value": found.q_value[pair],
        }
    )


def write(paired: Paired) -> int:
    return swap_in(TABLE, paired.table, points_at=_POINTS)
