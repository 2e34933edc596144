"""What the lines of an order may say, by whichever door somebody writes it.

Files are history: what they tell was so, odd or not. ``save_orders`` and ``save_incoming``, which
take them in, ask nothing of this; pages and programs go through ``write_orders``, which does.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from trato.catalog.queries import Rates
from trato.identity.queries import company
from trato.kit.money import as_paid
from trato.sales.actions.incoming import BEYOND
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import OrderLine

# The tenth of what the columns hold is enough for what is written.
LARGEST = BEYOND / 10
NOTHING = Decimal(0)

# A line as it is kept: its code, quantity, unit price, discount and tax.
type Kept = tuple[str, Decimal, Decimal, Decimal, Decimal]


class Wrong(StrEnum):
    """A line is of something; a discount takes off what it adds, and no more; its tax has its sign;
    what adds up must have room."""

    QUANTITY_ZERO = "quantity_zero"
    DISCOUNT_TOO_LARGE = "discount_too_large"
    DISCOUNT_NEGATIVE = "discount_negative"
    DISCOUNT_POSITIVE = "discount_positive"
    TAX_NEGATIVE = "tax_negative"
    TAX_POSITIVE = "tax_positive"
    TOTAL_TOO_LARGE = "total_too_large"


@dataclass(frozen=True, slots=True)
class LineProblem:
    """``line`` and ``order`` count from 0; None are all lines of the order together."""

    code: Wrong
    line: int | None
    order: int = 0


class LinesRefused(Exception):
    """Lines that nobody may write so."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__(", ".join(one.code for one in problems))
        self.problems = problems


def weigh(drafts: Sequence[OrderDraft]) -> None:
    """Raises LinesRefused. What an order has already, and the draft leaves alone, may stay."""
    main = company().currency
    found = [
        LineProblem(code, line, order)
        for order, draft in enumerate(drafts)
        for line, code in _wrong(draft, draft.currency or main)
    ]
    found = [*_not_there_before(drafts, found), *_beyond_our_money(drafts, main)]
    if found:
        raise LinesRefused(sorted(found, key=lambda one: one.order))


def _wrong(draft: OrderDraft, currency: str) -> Iterator[tuple[int | None, Wrong]]:
    """What is wrong in an order, by itself."""
    columns = zip(*map(_amounts, draft.lines), strict=True)
    is_too_large = any(_is_too_large(sum(column, NOTHING)) for column in columns)
    if is_too_large:
        yield None, Wrong.TOTAL_TOO_LARGE
    for place, line in enumerate(draft.lines):
        # Of an order that is too large it need not be said of its lines.
        if not is_too_large and any(map(_is_too_large, _amounts(line))):
            yield place, Wrong.TOTAL_TOO_LARGE
        elif not line.quantity:
            yield place, Wrong.QUANTITY_ZERO
        elif code := _wrong_discount(line, currency) or _wrong_tax(line):
            yield place, code


def _amounts(line: LineDraft) -> tuple[Decimal, Decimal, Decimal]:
    return line.total, line.discount, line.tax


def _is_too_large(amount: Decimal) -> bool:
    return abs(amount) >= LARGEST


def _wrong_discount(line: LineDraft, currency: str) -> Wrong | None:
    gross, discount = line.gross, line.discount
    if not discount:
        return None
    # Who gives 0.333 kg away takes off whole cents.
    if abs(discount) > max(abs(gross), as_paid(abs(gross), currency)):
        return Wrong.DISCOUNT_TOO_LARGE
    if (discount < 0) == (gross < 0):
        return None
    return Wrong.DISCOUNT_POSITIVE if gross < 0 else Wrong.DISCOUNT_NEGATIVE


def _wrong_tax(line: LineDraft) -> Wrong | None:
    """It has the sign of what is left to pay; where that is nothing, of the goods."""
    taxed, tax = line.gross - line.discount or line.gross or line.quantity, line.tax
    if not tax or (tax < 0) == (taxed < 0):
        return None
    return Wrong.TAX_POSITIVE if taxed < 0 else Wrong.TAX_NEGATIVE


def _not_there_before(
    drafts: Sequence[OrderDraft], found: Sequence[LineProblem]
) -> Iterator[LineProblem]:
    """Without those of lines that stay as they are; few drafts have any."""
    kept = _lines_of({drafts[one.order].number for one in found}) if found else {}
    for order, problems in groupby(found, lambda one: one.order):
        draft = drafts[order]
        before = kept.get(draft.number, Counter())
        untouched = _untouched(draft.lines, before)
        is_whole = len(untouched) == len(draft.lines) == before.total()
        for one in problems:
            if not (is_whole if one.line is None else one.line in untouched):
                yield one


def _untouched(lines: Sequence[LineDraft], before: Counter[Kept]) -> set[int]:
    """Which lines the order has already; of lines alike as many as it has."""
    left, found = before.copy(), set()
    for place, line in enumerate(lines):
        kept = (line.product_code, line.quantity, line.unit_price, line.discount, line.tax)
        if left[kept]:
            left[kept] -= 1
            found.add(place)
    return found


def _lines_of(numbers: set[str]) -> dict[str, Counter[Kept]]:
    found: dict[str, Counter[Kept]] = {}
    names = ("product__code", "quantity", "unit_price", "discount", "tax")
    rows = OrderLine.objects.filter(order__number__in=numbers).order_by()
    for number, *line in rows.values_list("order__number", *names):
        found.setdefault(number, Counter())[tuple(line)] += 1
    return found


def _beyond_our_money(drafts: Sequence[OrderDraft], main: str) -> Iterator[LineProblem]:
    """Orders whose total has no room in the company's currency only."""
    foreign = [(i, one) for i, one in enumerate(drafts) if one.currency not in {"", main}]
    if not foreign:
        return
    rates = Rates(main)
    for order, draft in foreign:
        total = sum((line.total for line in draft.lines), NOTHING)
        if _is_too_large(total):
            continue
        ours = rates.convert(total, draft.currency, draft.ordered_at.date())
        if ours is not None and abs(ours) >= BEYOND:
            yield LineProblem(Wrong.TOTAL_TOO_LARGE, None, order)
