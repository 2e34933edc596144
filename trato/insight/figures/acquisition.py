"""The three indicators of winning customers: how many, at what cost, what they are worth."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.analytics.acquisition import CAMPAIGN, MONTH, SOURCE, Indicators
from trato.insight.behind import list_url
from trato.insight.figures.reading import Choice, Content, Reading, Tile, by_number, customers_words
from trato.insight.queries import acquisition
from trato.insight.queries.acquisition import Acquisition
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart, Line
from trato.ui.table import Column

SHOWN = 15


def page(reading: Reading) -> Content:
    asked = reading.asked.get("by", "")
    by = asked if asked in _dimensions() else SOURCE
    found = reading.ask(acquisition.acquisition, by=(by,))
    months = reading.ask(acquisition.acquisition, by=(MONTH,))
    choice = Choice("by", _("By"), tuple(_dimensions().items()), by)
    notices = () if found.has_costs or found.total is None else (_no_costs(),)
    charts = (_won(reading, found, by), _worth(reading, found, by), _months(reading, months))
    return Content(charts, _tiles(reading, found), (choice,), notices)


def _no_costs() -> str:
    return _(
        "What it cost to win them is not known yet, so there is no cost per customer and no"
        " payback. How many came and what they are worth is."
    )


def _dimensions() -> dict[str, str]:
    return {SOURCE: _("source"), CAMPAIGN: _("campaign")}


def _tiles(reading: Reading, found: Acquisition) -> tuple[Tile, ...]:
    if found.total is None:
        return ()
    total = found.total.indicators
    told = (
        (_("Customers won"), formats.number(total.customers)),
        (_("Cost per customer"), reading.money(total.cost_per_customer)),
        (_("Value per customer"), reading.money(total.value_per_customer)),
        (_("Paid back in"), _months_words(total.payback_months)),
    )
    # Each is of all of them: what is not known leads nowhere.
    href = list_url(found.total.behind)
    return tuple(Tile(label, said or "—", href=href if said else "") for label, said in told)


def _months_words(months: int | None) -> str:
    if months is None:
        return ""
    return ngettext("%(months)s month", "%(months)s months", months) % {"months": months}


def _name(one: Indicators, by: str) -> str:
    if by == CAMPAIGN:
        return one.campaign or _("no campaign")
    return one.source or _("unknown")


def _columns(reading: Reading, first: str, *, has_costs: bool) -> tuple[Column, ...]:
    costs = (
        reading.money_column("cost", _("Cost")),
        reading.money_column("each", _("Cost per customer")),
        by_number(_("Value for each unit of cost"), "ratio"),
        by_number(_("Paid back in (months)"), "payback"),
    )
    return (
        Column("name", first),
        by_number(_("Customers won")),
        reading.money_column("margin", _("Margin so far")),
        reading.money_column("value", _("Value of the next year")),
        reading.money_column("worth", _("Value per customer")),
        *(costs if has_costs else ()),
    )


def _values(name: str, one: Indicators, *, has_costs: bool) -> tuple[str | float | None, ...]:
    costs = (one.cost, one.cost_per_customer, one.ratio, one.payback_months)
    return (
        name,
        one.customers,
        one.margin,
        one.lifetime_value,
        one.value_per_customer,
        *(costs if has_costs else ()),
    )


def _won(reading: Reading, found: Acquisition, by: str) -> Chart:
    bars = [
        Bar(
            _name(row.indicators, by),
            row.indicators.customers,
            formats.number(row.indicators.customers),
            "cielo",
            list_url(row.behind),
            hint=_cost(reading, row.indicators),
        )
        for row in found.rows[:SHOWN]
    ]
    return Chart(
        "won",
        _("Where do your new customers come from?"),
        figures.Bars(tuple(bars)),
        _columns(reading, _dimensions()[by].capitalize(), has_costs=found.has_costs),
        tuple(
            Line(
                _values(_name(row.indicators, by), row.indicators, has_costs=found.has_costs),
                list_url(row.behind),
            )
            for row in found.rows
        ),
        _("Those whose first purchase is within the period."),
    )


def _cost(reading: Reading, one: Indicators) -> str:
    if one.cost_per_customer is None:
        return ""
    return _("%(cost)s each") % {"cost": reading.money(one.cost_per_customer)}


def _worth(reading: Reading, found: Acquisition, by: str) -> Chart:
    known = [row for row in found.rows if row.indicators.value_per_customer is not None]
    ranked = sorted(known, key=lambda row: -(row.indicators.value_per_customer or 0))[:SHOWN]
    bars = [
        Bar(
            _name(row.indicators, by),
            row.indicators.value_per_customer,
            reading.money(row.indicators.value_per_customer),
            "azafran",
            list_url(row.behind),
            hint=customers_words(row.indicators.customers),
        )
        for row in ranked
    ]
    return figures.bar_chart(
        "worth",
        _("Which of them bring the most valuable customers?"),
        bars,
        headings=(
            Column("name", _dimensions()[by].capitalize()),
            reading.money_column("worth", _("Value per customer")),
        ),
        note=_("Margin so far and expected in a year, of one customer."),
        formula=_("(margin so far + value of the next year) / customers won."),
    )


def _months(reading: Reading, found: Acquisition) -> Chart:
    known = [row for row in found.rows if row.indicators.month]
    rows = sorted(known, key=lambda row: str(row.indicators.month))
    titles = [formats.month(row.indicators.month) for row in rows if row.indicators.month]
    counts = [row.indicators.customers for row in rows]
    links = [list_url(row.behind) for row in rows]
    return Chart(
        "months",
        _("How many new customers came, month by month?"),
        figures.columns(
            titles,
            counts,
            shown=[customers_words(count) for count in counts],
            tone="cielo",
            links=links,
        ),
        _columns(reading, _("Month"), has_costs=found.has_costs),
        tuple(
            Line(_values(title, row.indicators, has_costs=found.has_costs), href)
            for title, row, href in zip(titles, rows, links, strict=True)
        ),
        _("Press a month to see who they are. The last one has not ended."),
        is_wide=True,
    )
