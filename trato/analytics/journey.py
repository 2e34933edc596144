"""The journey: seven stages from what customers do, with the day and the cause of each change.

Before the first purchase (`trato.analytics.interest`): *awareness* is being known; *consideration*
begins with a sign of interest; *shortlist* with a sign of intent, or with interest on several days
within the company's own time from interest to purchase; interest that shows no sign for longer than
nearly all who bought had needed is over, and the customer is back at awareness.

From the first purchase on (`trato.analytics.rhythm`): *purchase* until the next one is due by the
customer's own rhythm, then *reconsideration*; *repurchase* from the third purchase on when the last
two gaps were in time, and as long as purchases come in time (by the day on which nine of ten would
have come). It means loyal to the company, not to one product: where most of those who came a third
time had bought several products by then, one product alone does not make it. *Abandonment* begins
on the day from which having left is more likely than not.

Every threshold is fixed on the day of the sign or purchase it follows, so the past never changes:
the journey as of an earlier day is the beginning of the journey as of a later one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

import numpy as np
import pyarrow as pa

from trato.analytics import calendar, columns, habits, interest, rhythm, runs
from trato.analytics.rhythm import Column


class Stage(IntEnum):
    NONE = 0
    AWARENESS = 1
    CONSIDERATION = 2
    SHORTLIST = 3
    PURCHASE = 4
    RECONSIDERATION = 5
    REPURCHASE = 6
    ABANDONMENT = 7


class Cause(StrEnum):
    KNOWN = "known"
    INTEREST = "interest"
    INTENT = "intent"
    INTEREST_FADED = "interest_faded"
    FIRST_PURCHASE = "first_purchase"
    PURCHASE = "purchase"
    LOYAL = "loyal"
    DUE = "due"
    SILENCE = "silence"
    CAME_BACK = "came_back"


CAUSES = tuple(Cause)
CODE = {cause: np.int8(place) for place, cause in enumerate(CAUSES)}
LOYAL_PURCHASES = 3
# Several products are asked for where so many of the company's customers have them.
MOST = 0.5


@dataclass(frozen=True, eq=False)
class Asked:
    """Whether loyalty asks for several products, in each period from ``first`` on."""

    first: int
    several: Column

    def on(self, day: Column) -> Column:
        return np.asarray(self.several[rhythm.period_of(day, self.first, self.several.size)])


@dataclass(frozen=True, eq=False)
class Company:
    """What the company's customers have taught beside their rhythm, as known at any time."""

    lasting: interest.Lasting
    asked: Asked


@dataclass(frozen=True, eq=False)
class Journey:
    """``transitions``: customer, day, from_stage (0 for none), to_stage, cause, sorted by customer
    and day; ``current``: customer, stage, stage_since, stage_cause, one row a customer;
    ``company`` is what they all have taught, or what was given."""

    as_of: date
    transitions: pa.Table
    current: pa.Table
    company: Company


@dataclass(frozen=True, eq=False)
class Moves:
    """That customers are in a stage from a day on, and why, in the order of time."""

    customer: Column
    day: Column
    stage: Column
    cause: Column

    def where(self, rows: Column) -> "Moves":
        return Moves(*(values[rows] for values in self.__dict__.values()))


def joined(parts: list[Moves]) -> Moves:
    fields = zip(*(part.__dict__.values() for part in parts), strict=True)
    return Moves(*(np.concatenate(values) for values in fields))


def trace(
    known: pa.Table,
    days: pa.Table,
    signals: pa.Table,
    as_of: date,
    learnt: rhythm.Company | None = None,
    company: Company | None = None,
) -> Journey:
    """Every customer's stages up to ``as_of``.

    ``known``: customer, known_day; ``days``: purchases (`purchases.DAYS`), sorted by customer and
    day (without ``several`` one product is as good as many); ``signals``: customer, day, kind. Who
    is known only by purchases or signals is known from the first of them on. ``learnt`` is what
    `habits.learn` found in the same ``days`` as of then, ``company`` what an earlier journey
    did (`Journey.company`): with both of all, the journeys of some are the same as among all.
    """
    end = calendar.number(as_of)
    bought = habits.until(days, end)
    signs = interest.signs(signals, end)
    several = _several(days, end)
    if company is None:
        lasting = interest.learn(signs, *_first_of(bought), end)
        company = Company(lasting, _asked(*bought, several, end))
    prospects = interest.episodes(signs, *_first_of(bought), company.lasting, end)
    wide = np.ones(bought[1].size, dtype=bool) if several is None else several
    wide = wide | ~company.asked.on(bought[1])
    moves = joined(
        [
            _known(known, bought, signs, end),
            _before(prospects),
            *_after(bought, wide, learnt or rhythm.learn(*bought, end), end),
        ]
    )
    return _journey(as_of, moves, company)


def _first_of(bought: tuple[Column, Column]) -> tuple[Column, Column]:
    at = runs.starts(bought[0])
    return bought[0][at], bought[1][at]


def _known(
    known: pa.Table, bought: tuple[Column, Column], signs: interest.Signs, end: int
) -> Moves:
    """When each customer became known: by whatever came first."""
    bought_by, bought_on = _first_of(bought)
    signed = runs.starts(signs.customer)
    customer = np.concatenate(
        [known[columns.CUSTOMER].to_numpy(), bought_by, signs.customer[signed]]
    )
    day = np.concatenate([known["known_day"].to_numpy(), bought_on, signs.day[signed]])
    order = np.lexsort((day, customer))
    customer, day = customer[order], day[order]
    first = runs.starts(customer)
    first = first[day[first] <= end]
    return _moves(customer[first], day[first], Stage.AWARENESS, Cause.KNOWN)


def _moves(
    customer: Column, day: Column, stage: Stage = Stage.NONE, cause: Cause = Cause.KNOWN
) -> Moves:
    size = customer.size
    return Moves(
        customer,
        day.astype(np.int32),
        np.full(size, stage, np.int8),
        np.full(size, CODE[cause], np.int8),
    )


def _before(signs: interest.Episodes) -> Moves:
    shown = Moves(
        signs.customer,
        signs.day.astype(np.int32),
        np.where(signs.intent, Stage.SHORTLIST, Stage.CONSIDERATION).astype(np.int8),
        np.where(signs.intent, CODE[Cause.INTENT], CODE[Cause.INTEREST]),
    )
    faded = _moves(
        signs.customer[signs.fades],
        signs.faded_on[signs.fades],
        Stage.AWARENESS,
        Cause.INTEREST_FADED,
    )
    return joined([shown, faded])


def _several(days: pa.Table, end: int) -> Column | None:
    if columns.SEVERAL not in days.column_names:
        return None
    then = days[columns.DAY].to_numpy() <= end
    return np.asarray(days[columns.SEVERAL].to_numpy()[then])


def _asked(customer: Column, day: Column, several: Column | None, end: int) -> Asked:
    """What was bought until each purchase is no loyalty to one product alone, as far as the
    company's customers buy several at all: learnt every four weeks from those before."""
    if several is None or not day.size:
        return Asked(end // rhythm.PERIOD, np.zeros(1, dtype=bool))
    first = int(day.min()) // rhythm.PERIOD
    period = day // rhythm.PERIOD - first
    regular = runs.within(runs.starts(customer), day.size) == LOYAL_PURCHASES - 1
    seen, wide = (
        np.bincount(period[rows], minlength=end // rhythm.PERIOD - first + 1)
        for rows in (regular, regular & several)
    )
    seen, wide = np.cumsum(seen) - seen, np.cumsum(wide) - wide
    return Asked(first, wide > MOST * seen)


def _after(
    bought: tuple[Column, Column], wide: Column, company: rhythm.Company, end: int
) -> Iterator[Moves]:
    if not bought[0].size:
        return
    begin = 0
    for known in rhythm.blocks(*bought):
        size = known.day.size
        yield _changes(_stages(known, wide[begin : begin + size], company, end))
        begin += size


def _stages(known: rhythm.Running, wide: Column, company: rhythm.Company, end: int) -> Moves:
    """Each purchase, and after it the days on which it is due and the customer is taken as left."""
    forecast = company.forecast(known)
    due, late, lapse = habits.dates(company, forecast, known.day)
    due = np.maximum(due, known.day + habits.LEAST_STAY)
    late = np.maximum(late, due)
    again = np.append(known.number[1:] > 0, False)
    following = np.where(again, np.append(known.day[1:], end), end) + ~again
    in_time = _next(again & (following <= late))
    loyal = in_time & (known.number >= LOYAL_PURCHASES - 1)
    loyal[1:] &= in_time[:-1]
    loyal &= wide
    cause = np.where(loyal, CODE[Cause.LOYAL], CODE[Cause.PURCHASE])
    cause[_next(again & (following > lapse))] = CODE[Cause.CAME_BACK]
    cause[known.number == 0] = CODE[Cause.FIRST_PURCHASE]
    wait = np.where(loyal, late, due)
    happens = np.stack([np.ones_like(again), wait < following, lapse < following], axis=1)
    rows = _moves(np.repeat(known.customer, 3), np.stack([known.day, wait, lapse], 1).ravel())
    rows.stage[0::3] = np.where(loyal, Stage.REPURCHASE, Stage.PURCHASE)
    rows.cause[0::3] = cause
    rows.stage[1::3], rows.cause[1::3] = Stage.RECONSIDERATION, CODE[Cause.DUE]
    rows.stage[2::3], rows.cause[2::3] = Stage.ABANDONMENT, CODE[Cause.SILENCE]
    return rows.where(happens.ravel())


def _next(flags: Column) -> Column:
    """What was true of a purchase's follower, told of the follower."""
    return np.concatenate([[False], flags[:-1]])


def _changes(moves: Moves) -> Moves:
    """Without those that lead nowhere else: of one day the last counts."""
    last = np.ones(moves.day.size, dtype=bool)
    last[:-1] = (moves.customer[1:] != moves.customer[:-1]) | (moves.day[1:] != moves.day[:-1])
    moves = moves.where(last)
    return moves.where(moves.stage != _from(moves))


def _from(moves: Moves) -> Column:
    """The stage before each move, 0 for a customer's first."""
    before = np.zeros(moves.stage.size, np.int8)
    same = moves.customer[1:] == moves.customer[:-1]
    before[1:] = np.where(same, moves.stage[:-1], Stage.NONE)
    return before


def _journey(as_of: date, moves: Moves, company: Company) -> Journey:
    order = np.lexsort((moves.stage >= Stage.PURCHASE, moves.day, moves.customer))
    moves = _changes(moves.where(order))
    at = runs.starts(moves.customer)
    last = moves.where(at + runs.lengths(at, moves.day.size) - 1)
    transitions = {
        columns.CUSTOMER: moves.customer,
        columns.DAY: moves.day,
        "from_stage": _from(moves),
        "to_stage": moves.stage,
        "cause": _words(moves.cause),
    }
    current = {
        columns.CUSTOMER: last.customer,
        "stage": last.stage,
        "stage_since": last.day,
        "stage_cause": _words(last.cause),
    }
    return Journey(as_of, pa.table(transitions), pa.table(current), company)


def _words(cause: Column) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(cause), pa.array([str(word) for word in CAUSES]))
