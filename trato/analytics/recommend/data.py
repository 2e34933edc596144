"""The arrays that recommenders read: lines of orders, and what is known of each item."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

type Floats = NDArray[np.float64]
type Codes = NDArray[np.int32]
type Mask = NDArray[np.bool_]
# Some customers, by their codes.
type Chosen = slice | NDArray[np.integer]
# Scores of a block of customers: rows are customers, columns are items.
type Scores = NDArray[np.float32]

UNKNOWN = -1
# An item lasts if fewer of its buyers than this bought it again.
_AGAIN = 0.1


@dataclass(frozen=True)
class Purchases:
    """Lines of orders as parallel arrays of one length.

    ``customer`` and ``item`` are codes below ``customers`` and ``items``; ``day`` counts from
    1970-01-01; ``amount`` and ``margin`` are net money of the line (margin NaN: unknown).
    A line is a return when it was marked as ``returned`` or its quantity is below nothing.
    """

    customer: Codes
    item: Codes
    day: Codes
    basket: NDArray[np.int64]
    quantity: Floats
    amount: Floats
    margin: Floats
    returned: Mask
    customers: int
    items: int

    def __len__(self) -> int:
        return len(self.customer)

    def where(self, mask: Mask) -> "Purchases":
        """The lines for which ``mask`` is true; the codes stay what they are."""
        return replace(
            self,
            customer=self.customer[mask],
            item=self.item[mask],
            day=self.day[mask],
            basket=self.basket[mask],
            quantity=self.quantity[mask],
            amount=self.amount[mask],
            margin=self.margin[mask],
            returned=self.returned[mask],
        )

    def of(self, chosen: Mask) -> "Purchases":
        """The lines of the customers for whom ``chosen`` is true."""
        return self.where(chosen[self.customer])

    def renumbered(self, chosen: NDArray[np.integer]) -> "Purchases":
        """The lines of the customers with the codes ``chosen``, whose places there are their new
        codes."""
        code = np.full(self.customers, UNKNOWN, np.int32)
        code[chosen] = np.arange(chosen.size, dtype=np.int32)
        kept = self.of(code != UNKNOWN)
        return replace(kept, customer=code[kept.customer], customers=chosen.size)

    def between(self, first: int, last: int) -> "Purchases":
        """The lines of the days ``first`` to ``last``, the last one not included."""
        return self.where((self.day >= first) & (self.day < last))

    @cached_property
    def bought(self) -> "Purchases":
        """The lines that are no returns."""
        kept = ~self.is_return
        return self if kept.all() else self.where(kept)

    @cached_property
    def is_return(self) -> Mask:
        mask: Mask = self.returned | (self.quantity < 0)
        return mask


def purchases(  # noqa: PLR0913 - one argument an array
    customer: NDArray[np.integer],
    item: NDArray[np.integer],
    day: NDArray[np.integer],
    *,
    basket: NDArray[np.integer] | None = None,
    quantity: NDArray[np.floating] | None = None,
    amount: NDArray[np.floating] | None = None,
    margin: NDArray[np.floating] | None = None,
    returned: Mask | None = None,
    customers: int | None = None,
    items: int | None = None,
) -> Purchases:
    """Lines with what is missing filled in: a customer's day is a basket, a line is one piece.

    Raises ``ValueError`` when the arrays differ in length or a code is out of its range.
    """
    size = len(customer)
    given = (item, day, basket, quantity, amount, margin, returned)
    if any(array is not None and len(array) != size for array in given):
        raise ValueError("the arrays of the lines differ in length")
    if basket is None:
        _days, basket = np.unique(pair_keys(customer, day), return_inverse=True)
    return Purchases(
        customer=_codes(customer, customers, "customer"),
        item=_codes(item, items, "item"),
        day=np.asarray(day, np.int32),
        basket=np.asarray(basket, np.int64),
        quantity=_numbers(quantity, size, 1.0),
        amount=_numbers(amount, size, np.nan),
        margin=_numbers(margin, size, np.nan),
        returned=np.zeros(size, bool) if returned is None else np.asarray(returned, bool),
        customers=_count(customer, customers),
        items=_count(item, items),
    )


@dataclass(frozen=True)
class Items:
    """What is known of each item: arrays over the item codes.

    ``category`` and ``tier`` (quality, higher is better) are -1 and ``price`` and ``cost`` are NaN
    where unknown. An item that is not ``active`` (or out of range) is never recommended.
    """

    category: Codes
    price: Floats
    cost: Floats
    tier: Codes
    active: Mask

    def __len__(self) -> int:
        return len(self.active)

    def of(self, kept: Mask) -> "Items":
        """Those that are kept, renumbered."""
        return Items(
            self.category[kept],
            self.price[kept],
            self.cost[kept],
            self.tier[kept],
            self.active[kept],
        )

    @cached_property
    def margin(self) -> Floats:
        """Price less cost; NaN where one of the two is unknown."""
        return self.price - self.cost


def items(
    count: int,
    *,
    category: NDArray[np.integer] | None = None,
    price: NDArray[np.floating] | None = None,
    cost: NDArray[np.floating] | None = None,
    tier: NDArray[np.integer] | None = None,
    active: Mask | None = None,
) -> Items:
    """Attributes of ``count`` items, unknown where not given; all are active unless told."""
    given = (category, price, cost, tier, active)
    if any(array is not None and len(array) != count for array in given):
        raise ValueError("an attribute must have one value an item")
    unknown = np.full(count, UNKNOWN, np.int32)
    return Items(
        category=unknown if category is None else np.asarray(category, np.int32),
        price=_numbers(price, count, np.nan),
        cost=_numbers(cost, count, np.nan),
        tier=unknown if tier is None else np.asarray(tier, np.int32),
        active=np.ones(count, bool) if active is None else np.asarray(active, bool),
    )


def rows_of(table: sparse.csr_array) -> NDArray[np.int64]:
    """The row of each entry."""
    return np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))


def matrix(
    rows: NDArray[np.integer],
    columns: NDArray[np.integer],
    shape: tuple[int, int],
    weights: NDArray[np.floating] | None = None,
) -> sparse.csr_array:
    """Sum of the weights (or 1) of each pair, as float32."""
    data = np.ones(len(rows), np.float32) if weights is None else weights.astype(np.float32)
    summed = sparse.csr_array((data, (rows, columns)), shape=shape)
    summed.sum_duplicates()
    return summed


def given_back(lines: Purchases) -> sparse.csr_array:
    """Customers × items: not 0 where the customer gave the item back and has not bought it since.

    Who buys coffee every week and once gave a torn bag back is still to be reminded of coffee.
    """
    back = lines.is_return
    # Of the others no purchase needs to be looked at.
    returners, returned = np.zeros(lines.customers, bool), np.zeros(lines.items, bool)
    returners[lines.customer[back]], returned[lines.item[back]] = True, True
    kept = lines.where(~back & returners[lines.customer] & returned[lines.item])
    keys = pair_keys(lines.customer[back], lines.item[back], lines.items)
    bought = pair_keys(kept.customer, kept.item, lines.items)
    whose, at = np.unique(keys, return_inverse=True)
    given, since = np.full((2, len(whose)), np.iinfo(np.int32).min)
    np.maximum.at(given, at, lines.day[back])
    of_those = np.isin(bought, whose)
    np.maximum.at(since, np.searchsorted(whose, bought[of_those]), kept.day[of_those])
    customer, item = np.divmod(whose[given >= since], max(lines.items, 1))
    return matrix(customer, item, (lines.customers, lines.items))


@dataclass(frozen=True)
class Pairs:
    """Who bought what on which days before ``as_of``, each day once; returns are left out.

    Sorted by customer and item. ``customer`` and ``item`` have one value a pair; the days of pair p
    are ``day[start[p]:start[p + 1]]``, in order.
    """

    customer: Codes
    item: Codes
    day: Codes
    start: NDArray[np.int64]
    customers: int
    items: int
    as_of: int

    def __len__(self) -> int:
        return len(self.customer)

    @cached_property
    def count(self) -> NDArray[np.int64]:
        """Days on which the customer bought the item."""
        return np.diff(self.start)

    @cached_property
    def first(self) -> Codes:
        return self.day[self.start[:-1]]

    @cached_property
    def last(self) -> Codes:
        return self.day[self.start[1:] - 1]

    @cached_property
    def people(self) -> int:
        """Customers who bought anything."""
        return int(np.count_nonzero(np.diff(self.of_customer)))

    @cached_property
    def buyers(self) -> NDArray[np.int64]:
        """Customers of each item."""
        return np.bincount(self.item, minlength=self.items)

    @cached_property
    def repeaters(self) -> NDArray[np.int64]:
        """Customers of each item who bought it on more than one day."""
        return np.bincount(self.item[self.count > 1], minlength=self.items)

    @cached_property
    def lasts(self) -> Mask:
        """Whether hardly anybody buys an item again: fewer than a tenth of its customers."""
        mask: Mask = self.repeaters < _AGAIN * self.buyers
        return mask

    @cached_property
    def of_customer(self) -> NDArray[np.int64]:
        """Where each customer's pairs begin, with the number of pairs as last entry."""
        counts = np.bincount(self.customer, minlength=self.customers)
        return np.append(0, np.cumsum(counts))

    def table(self, weights: Floats | None = None) -> sparse.csr_array:
        """Customers × items, float32: the weight (or 1) of each pair; entry p is pair p."""
        data = np.ones(len(self), np.float32) if weights is None else weights.astype(np.float32)
        wide = np.int32 if len(self) <= np.iinfo(np.int32).max else np.int64
        places = self.item.astype(wide, copy=False), self.of_customer.astype(wide)
        return sparse.csr_array((data, *places), shape=(self.customers, self.items))


def pairs(lines: Purchases, as_of: int) -> Pairs:
    """One sort of packed keys: (customer × items + item) × days + day."""
    known = (lines.day < as_of) & ~lines.is_return
    day = lines.day[known]
    begin = int(day.min(initial=as_of))
    span = max(as_of - begin, 1)
    packed = pair_keys(lines.customer[known], lines.item[known], lines.items)
    packed *= span
    packed += day - begin
    packed.sort()
    packed = packed[_changes(packed)]
    key, day = packed // span, (packed % span + begin).astype(np.int32)
    fresh = np.flatnonzero(_changes(key))
    key, start = key[fresh], np.append(fresh, len(day))
    customer, item = (key // lines.items).astype(np.int32), (key % lines.items).astype(np.int32)
    return Pairs(customer, item, day, start, lines.customers, lines.items, as_of)


def _changes(ordered: NDArray[np.int64]) -> Mask:
    """True where a value differs from the one before it."""
    fresh = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return fresh


def pair_keys(
    first: NDArray[np.integer], second: NDArray[np.integer], base: int | None = None
) -> NDArray[np.int64]:
    if base is None:
        base = int(second.max(initial=0)) + 1
    return first.astype(np.int64) * base + second


def _count(codes: NDArray[np.integer], count: int | None) -> int:
    return int(codes.max(initial=-1)) + 1 if count is None else count


def _codes(codes: NDArray[np.integer], count: int | None, name: str) -> Codes:
    if len(codes) and (codes.min() < 0 or codes.max() >= _count(codes, count)):
        raise ValueError(f"a {name} code is out of range")
    return np.asarray(codes, np.int32)


def _numbers(array: NDArray[np.floating] | None, size: int, missing: float) -> Floats:
    return np.full(size, missing) if array is None else np.asarray(array, np.float64)
