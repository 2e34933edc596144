"""What is earned, with whom and with what."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from trato.catalog.models import Product
from trato.customers.models import Channel, Customer, MicroSegment
from trato.identity.models import Team, User
from trato.insight.behind import list_url
from trato.insight.figures.lifecycle import stage_name
from trato.insight.figures.reading import FEW, Choice, Content, Reading, Tile, by_number
from trato.insight.queries import profitability
from trato.insight.queries.profitability import Dimension, Profit, ProfitRow, Sort
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart, Line, Series
from trato.ui.table import Column

# Bars of a chart; rows of its table on the page: of customers, of anything else; of its file.
SHOWN, CUSTOMERS, LISTED, MOST = 15, 50, 200, 10_000


def page(reading: Reading) -> Content:
    dimension, sort = _dimension(reading), _sort(reading)
    found = reading.ask(
        profitability.by_dimension, dimension, sort=sort, limit=MOST if reading.is_whole else LISTED
    )
    profit = found.total
    known = replace(reading.chosen, costed=True)
    costed = list_url(known) if profit.margin is not None else ""
    tiles = (
        Tile(
            _("Sold"),
            reading.money(profit.amount),
            href=list_url(replace(reading.chosen, bought=True)),
        ),
        Tile(
            _("Margin"),
            reading.money(profit.margin) or "—",
            _("of what has a known cost: %(share)s of the sales")
            % {"share": formats.percent(profit.known_share)}
            if profit.known_share is not None
            else "",
            costed,
        ),
        Tile(
            _("Margin on sales"),
            formats.percent(profit.rate, 1) or "—",
            _("of %(amount)s without taxes") % {"amount": reading.money(profit.known_net)}
            if profit.rate is not None
            else "",
            costed,
        ),
    )
    choices = (
        Choice("by", _("By"), tuple(_dimensions().items()), dimension.value),
        Choice("sort", _("Ordered by"), tuple(_sorts().items()), sort.value),
    )
    charts = (_by(reading, found, dimension, sort), _customers(reading, sort), _months(reading))
    return Content(charts, tiles, choices)


def _dimension(reading: Reading) -> Dimension:
    asked = reading.asked.get("by", "")
    return Dimension(asked) if asked in set(Dimension) else Dimension.PRODUCT


def _sort(reading: Reading) -> Sort:
    asked = reading.asked.get("sort", "")
    return Sort(asked) if asked in set(Sort) else Sort.AMOUNT


def _dimensions() -> dict[str, str]:
    return {
        Dimension.PRODUCT.value: _("product"),
        Dimension.CATEGORY.value: _("category"),
        Dimension.CHANNEL.value: _("channel"),
        Dimension.STORE.value: _("shop"),
        Dimension.SELLER.value: _("seller"),
        Dimension.TEAM.value: _("team"),
        Dimension.SEGMENT.value: _("micro-segment"),
        Dimension.STAGE.value: _("stage"),
    }


def _sorts() -> dict[str, str]:
    return {
        Sort.AMOUNT.value: _("sales"),
        Sort.MARGIN.value: _("margin"),
        Sort.RATE.value: _("margin on sales"),
    }


def _ranked(profit: Profit, sort: Sort) -> float | None:
    return {Sort.AMOUNT: profit.amount, Sort.MARGIN: profit.margin, Sort.RATE: profit.rate}[sort]


def _shown(reading: Reading, profit: Profit, sort: Sort) -> str:
    if sort is Sort.RATE:
        return formats.percent(profit.rate, 1)
    return reading.money(profit.amount if sort is Sort.AMOUNT else profit.margin)


def _money_columns(reading: Reading) -> tuple[Column, ...]:
    return (
        reading.money_column("amount", _("Sales")),
        reading.money_column("margin", _("Margin")),
        Column("rate", _("Margin on sales"), "percent"),
        Column("known", _("Sales with a known cost"), "percent"),
        reading.money_column("net", _("Without taxes, of known cost")),
    )


def _money_values(profit: Profit) -> tuple[float | None, ...]:
    net = None if profit.margin is None else profit.known_net
    return (profit.amount, profit.margin, profit.rate, profit.known_share, net)


def _by(
    reading: Reading,
    found: profitability.ProfitTable,
    dimension: Dimension,
    sort: Sort,
) -> Chart:
    names = _names(reading, dimension, found.rows)
    bars = [
        Bar(
            names[row.value],
            _ranked(row.profit, sort),
            _shown(reading, row.profit, sort),
            "azafran" if sort is Sort.AMOUNT else "pino",
            _href(row),
            hint=_hint(row.profit, sort),
            stage=int(row.value) if dimension is Dimension.STAGE and int(row.value) > 0 else None,
        )
        for row in found.rows[:SHOWN]
    ]
    lines = tuple(
        Line(
            (names[row.value], row.orders, row.quantity, *_money_values(row.profit)),
            _href(row),
        )
        for row in found.rows
    )
    sold, earned = _("What do you sell by %(dimension)s?"), _("What do you earn by %(dimension)s?")
    asked = sold if sort is Sort.AMOUNT else earned
    return Chart(
        "profit",
        asked % {"dimension": _dimensions()[dimension.value]},
        figures.Bars(tuple(bars), _sorts()[sort.value]),
        (
            Column("name", _dimensions()[dimension.value].capitalize()),
            by_number(_("Orders"), "orders"),
            by_number(_("Quantity"), "quantity"),
            *_money_columns(reading),
        ),
        lines,
        _limits(reading, len(bars), len(lines), found.count),
        _(
            "Sales less returns and discounts, with their taxes, in the company's currency. Margin:"
            " without taxes and less the cost of the products whose cost is known; what has none is"
            " not in it. Margin on sales: margin / sales without taxes, of what has a known cost."
            " An order counts once in every row that it is in; what was only given back is no"
            " order."
        ),
        count=found.count,
    )


def _limits(reading: Reading, shown: int, listed: int, count: int) -> str:
    """What of all that there is the chart, its table and its file have."""
    if count <= shown:
        return ""
    words = {
        "shown": formats.number(shown),
        "listed": formats.number(listed),
        "count": formats.number(count),
        "most": formats.number(MOST),
    }
    if count <= listed:
        return _("The first %(shown)s of %(count)s; the table has all of them.") % words
    if not reading.may_export:
        return _("The first %(shown)s of %(count)s; the table has %(listed)s.") % words
    if count <= MOST:
        said = _("The first %(shown)s of %(count)s; the table has %(listed)s, the download all.")
        return said % words
    said = _("The first %(shown)s of %(count)s; the table has %(listed)s, the download %(most)s.")
    return said % words


def _hint(profit: Profit, sort: Sort) -> str:
    if sort is Sort.RATE or profit.rate is None:
        return ""
    return _("margin %(rate)s") % {"rate": formats.percent(profit.rate, 1)}


def _href(row: ProfitRow) -> str:
    return list_url(row.behind) if row.behind is not None else ""


def _names(
    reading: Reading, dimension: Dimension, rows: tuple[ProfitRow, ...]
) -> dict[str | int, str]:
    values = [row.value for row in rows]
    known: dict[object, str] = {}
    if dimension is Dimension.PRODUCT:
        known = dict(Product.objects.filter(pk__in=values).values_list("pk", "name"))
    elif dimension is Dimension.SELLER:
        known = dict(User.objects.filter(pk__in=values).values_list("pk", "name"))
    elif dimension is Dimension.TEAM:
        known = dict(Team.objects.filter(pk__in=values).values_list("pk", "name"))
    elif dimension is Dimension.SEGMENT:
        known = {one.pk: str(one) for one in MicroSegment.objects.filter(pk__in=values)}
    elif dimension is Dimension.STAGE:
        known = {number: stage_name(number) for number in range(1, 8)}
    elif dimension is Dimension.CHANNEL:
        known = {word: str(label) for word, label in Channel.choices}
    nobody = _("none")
    return {
        value: known.get(value) or (str(value) if isinstance(value, str) and value else nobody)
        for value in values
    }


def _customers(reading: Reading, sort: Sort) -> Chart:
    found = reading.ask(
        profitability.by_customer, sort=sort, limit=MOST if reading.is_whole else CUSTOMERS
    )
    ids = [row.customer for row in found.rows]
    visible = Customer.objects.visible_to(reading.user).filter(pk__in=ids)
    names = dict(visible.values_list("pk", "name"))
    told = [row for row in found.rows if row.customer in names]
    bars = [
        Bar(
            names[row.customer],
            _ranked(row.profit, sort),
            _shown(reading, row.profit, sort),
            "azafran" if sort is Sort.AMOUNT else "pino",
            reverse("web:customer", args=[row.customer]),
            hint=_hint(row.profit, sort),
        )
        for row in told[:SHOWN]
    ]
    lines = tuple(
        Line(
            (names[row.customer], row.orders, *_money_values(row.profit)),
            reverse("web:customer", args=[row.customer]),
        )
        for row in told
    )
    sold, earned = (
        _("To which customers do you sell most?"),
        _("With which customers do you earn most?"),
    )
    return Chart(
        "customers",
        sold if sort is Sort.AMOUNT else earned,
        figures.Bars(tuple(bars), _sorts()[sort.value]),
        (
            Column("name", _("Customer")),
            by_number(_("Purchases"), "purchases"),
            *_money_columns(reading),
        ),
        lines,
        _limits(reading, len(bars), len(lines), found.count),
        _(
            "What each bought within the period, with taxes and less discounts. What comes back"
            " later is taken off the purchase before it, and not off the month in which it comes"
            " back: so the sum can differ a little from the sales above. Purchases: days on which"
            " they bought. Margin: without taxes and less the cost of the products whose cost is"
            " known. Margin on sales: margin / sales without taxes, of what has a known cost. The"
            " best fifth is of all customers, also of those not shown."
        ),
        answer=_best_fifth(found),
        count=found.count,
    )


def _best_fifth(found: profitability.CustomerTable) -> str:
    if found.concentration is None or found.count < FEW:
        return ""
    has_margin = found.total.margin is not None
    said = (
        _("The best fifth brings %(share)s of the margin.")
        if has_margin
        else _("The best fifth brings %(share)s of the sales.")
    )
    return said % {"share": formats.percent(found.concentration.of_best(0.2))}


def _months(reading: Reading) -> Chart:
    found = reading.ask(profitability.by_month)
    titles = [formats.month(one.month) for one in found]
    series = [Series(_("Sales"), tuple(one.profit.amount for one in found), "azafran")]
    if any(one.profit.margin is not None for one in found):
        margin = tuple(one.profit.margin for one in found)
        series.append(Series(_("Margin"), margin, "pino"))
    links = [list_url(one.behind) for one in found]
    return Chart(
        "months",
        _("How did sales and margin go, month by month?"),
        figures.lines(titles, series, format=figures.money_format(reading.currency), links=links),
        (
            Column("month", _("Month")),
            by_number(_("Purchases"), "purchases"),
            *_money_columns(reading),
        ),
        tuple(
            Line((title, one.orders, *_money_values(one.profit)), href)
            for title, one, href in zip(titles, found, links, strict=True)
        ),
        _(
            "Sales to known customers; the last month has not ended. Press one to see who bought"
            " in it."
        )
        if found and reading.is_running(found[-1].month)
        else _("Sales to known customers. Press a month to see who bought in it."),
        _(
            "What was sold in the month, with taxes and less discounts; what comes back later is"
            " taken off the month of the purchase before it. Purchases: days on which a customer"
            " bought. Margin: without taxes and less the cost of the products whose cost is known."
            " Margin on sales: margin / sales without taxes, of what has a known cost."
        ),
        is_wide=True,
    )
