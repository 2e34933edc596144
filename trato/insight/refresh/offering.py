"""What to offer to whom, written where sellers and campaigns read it."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection
from scipy import sparse

from trato.analytics.recommend import data, recommender
from trato.analytics.recommend.data import UNKNOWN
from trato.analytics.recommend.offers import KINDS, Offers
from trato.analytics.recommend.reasons import KINDS as REASONS
from trato.analytics.recommend.recommender import Lessons
from trato.analytics.runs import Column
from trato.insight.refresh.aligning import in_sorted
from trato.insight.warehouse import merging
from trato.insight.warehouse.lake import Lake
from trato.kit.bulk import swap_in, write_table
from trato.sales.models import Recommendation, SuggestionAnswer

TABLE = Recommendation._meta.db_table
_POINTS = {
    "customer_id": "customers_customer",
    "product_id": "catalog_product",
    "because_id": "catalog_product",
}
# Of each kind; fewer when there are very many customers.
_MOST, _LEAST, _ALL_TOGETHER = 5, 2, 2_500_000
# Who teaches what goes with what when only some customers changed.
_SAMPLE = 50_000
_LINES = ["day", "order", "product", "quantity", "amount", "margin", "is_return"]


@dataclass(frozen=True)
class Offered:
    """``table``: the rows of `sales.Recommendation`; ``lessons`` are those it was made by, unless
    nobody has bought anything, and name the products by their places among ``goods``."""

    table: pa.Table
    lessons: Lessons | None
    goods: Column

    @property
    def figures(self) -> dict[str, Any]:
        """How the settings were chosen."""
        if not self.lessons:
            return {}
        settings = asdict(self.lessons.tuned.settings)
        return {"horizon": self.lessons.horizon, "settings": settings}


def offer(lake: Lake, *, as_of: int) -> Offered:
    """The lists of everybody who bought and did not say no to it."""
    return _offered(lake, as_of)


def offer_some(
    lake: Lake, changed: list[int], *, as_of: int, lessons: Lessons | None, goods: Column
) -> Offered:
    """Only the lists of who changed, by the lessons and products of an earlier day. The models are
    fitted to them and a sample of the others."""
    if lessons and lessons.up_sell:
        now = lake.products["product"].to_numpy()
        code = np.where(in_sorted(goods, now), np.searchsorted(now, goods), UNKNOWN)
        lessons = replace(lessons, up_sell=lessons.up_sell.renumbered(code, now.size))
    ids = lake.people(["customer"])["customer"].to_numpy()
    is_few = np.isin(ids, changed)
    others = (np.arange(ids.size) % max(ids.size // _SAMPLE, 1) == 0) & ~is_few
    # Lists are made of the first ones.
    learners = np.append(np.flatnonzero(is_few), np.flatnonzero(others))
    return _offered(lake, as_of, learners, number=int(is_few.sum()), lessons=lessons)


def _offered(
    lake: Lake,
    as_of: int,
    learners: Column | None = None,
    *,
    number: int | None = None,
    lessons: Lessons | None = None,
) -> Offered:
    """The first ``number`` of the learners, all without it, get lists."""
    customers, products = lake.people(["customer", "may_profile"]), lake.products
    ids, goods = customers["customer"].to_numpy(), products["product"].to_numpy()
    lines = lines_of(lake, as_of, whose=learners)
    if not len(lines):
        return Offered(_nothing(), lessons, goods)
    fitted = recommender.fit(lines, items_of(products), as_of + 1, lessons)
    who = np.arange(ids.size) if learners is None else learners
    allowed = np.bincount(lines.customer, minlength=who.size) > 0
    allowed &= customers["may_profile"].to_numpy(zero_copy_only=False)[who]
    if number is not None:
        allowed[number:] = False
    count = min(max(_ALL_TOGETHER // (len(KINDS) * ids.size), _LEAST), _MOST)
    blocks = fitted.blocks(count, allowed=allowed, forbidden=_declined(ids[who], goods))
    rows = pa.concat_tables([_rows(block, ids[who], goods) for block in blocks])
    return Offered(rows, fitted.lessons, goods)


def lines_of(lake: Lake, as_of: int, *, whose: Column | None = None) -> data.Purchases:
    """The lines of products in the catalogue, of everybody or of some, who are places in the lake's
    list of customers. The codes of products are places in the lake's list; those of customers are,
    too, or else their places in ``whose``."""
    ids = lake.people(["customer"])["customer"].to_numpy()
    goods = lake.products["product"].to_numpy()
    if whose is None:
        batches = lake.batches("lines", _LINES)
    else:
        batches = iter(merging.batches(lake.of("lines", np.sort(ids[whose]), _LINES)))
    table = pa.Table.from_batches(batch.filter(_wanted(batch, goods, as_of)) for batch in batches)
    customer = np.searchsorted(ids, table["customer"].to_numpy()).astype(np.int32)
    column = {name: table[name].to_numpy() for name in _LINES}
    lines = data.purchases(
        customer,
        np.searchsorted(goods, column["product"]).astype(np.int32),
        column["day"],
        basket=column["order"],
        quantity=column["quantity"],
        amount=column["amount"],
        margin=column["margin"],
        returned=column["is_return"],
        customers=ids.size,
        items=goods.size,
    )
    return lines if whose is None else lines.renumbered(whose)


def _wanted(batch: pa.RecordBatch, goods: Column, as_of: int) -> pa.Array:
    product, day = batch.column("product").to_numpy(), batch.column("day").to_numpy()
    place = np.searchsorted(goods, product).clip(max=max(goods.size - 1, 0))
    is_known = goods[place] == product if goods.size else np.zeros(product.size, bool)
    return pa.array(is_known & (day <= as_of))


def items_of(products: pa.Table) -> data.Items:
    """What the catalogue says of the products, by their places in the lake's list."""
    price, cost = (products[name].to_numpy(zero_copy_only=False) for name in ("price", "cost"))
    return data.items(
        products.num_rows,
        category=products["category"].to_numpy(),
        price=price,
        cost=cost,
        tier=products["tier"].to_numpy(),
        active=products["active"].to_numpy(zero_copy_only=False),
    )


def _declined(ids: Column, goods: Column) -> sparse.csr_array:
    """1 where a customer, of ``ids`` in any order, said that they do not want the product."""
    answers = SuggestionAnswer.objects.filter(answer=SuggestionAnswer.Answer.DECLINED)
    pairs = np.array(list(answers.values_list("customer_id", "product_id")), np.int64)
    rows, columns = pairs.reshape(-1, 2).T
    known = np.isin(rows, ids) & np.isin(columns, goods)
    order = np.argsort(ids)
    row = order[np.searchsorted(ids, rows[known], sorter=order)]
    ones = np.ones(known.sum(), np.float32)
    places = row, np.searchsorted(goods, columns[known])
    return sparse.csr_array((ones, places), shape=(ids.size, goods.size))


def _rows(offers: Offers, ids: Column, goods: Column) -> pa.Table:
    why = offers.reasons
    return pa.table(
        {
            "customer_id": ids[offers.customer],
            "product_id": goods[offers.item],
            "kind": _words(offers.kind, KINDS),
            "rank": offers.rank.astype(np.int16),
            "score": _known(offers.score),
            "probability": _known(offers.probability),
            "expected_value": _known(np.round(offers.expected_value.astype(np.float64), 4)),
            "reason": _words(why.kind, REASONS),
            "because_id": pa.array(goods[why.because], mask=why.because < 0),
            "also": pa.array(why.also, mask=why.also < 0),
            "among": pa.array(why.of, mask=why.of < 0),
            "since": pa.array(why.since, mask=why.since < 0).cast(pa.date32()),
            "days": _known(why.rhythm_days),
        }
    )


def _words(codes: Column, words: tuple[str, ...]) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(codes))


def _known(numbers: Column) -> pa.Array:
    wide = numbers.astype(np.float64)
    return pa.array(wide, mask=~np.isfinite(wide))


def _nothing() -> pa.Table:
    return pa.table({"customer_id": pa.array([], pa.int64())})


def write(offered: Offered, changed: list[int] | None = None) -> int:
    """All rows anew, or those of the customers who changed."""
    if changed is None:
        return swap_in(TABLE, offered.table, points_at=_POINTS)
    with connection.cursor() as sql:
        sql.execute(f"DELETE FROM {TABLE} WHERE customer_id = ANY(%s)", [changed])  # noqa: S608 - our name
    return write_table(TABLE, offered.table)
