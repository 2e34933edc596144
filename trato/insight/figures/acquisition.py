"""The three indicators of winning customers: how many, at what cost, what they are worth."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.analytics.acquisition import CAMPAIGN, SOURCE, Indicators
from trato.analytics.cohorts import months_between
from trato.insight.behind import list_url
from trato.insight.figures import backtest, spending
from trato.insight.figures.reading import Choice, Content, Reading, Tile, by_number, customers_words
from trato.insight.queries import acquisition
from trato.insight.queries.acquisition import Acquisition, AcquisitionRow
from trato.insight.queries.costs import known_costs
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart, Line
from trato.ui.table import Column

SHOWN = 15
# Of more it need not be said that it is not of all.
ALMOST_ALL = 0.995


def page(reading: Reading) -> Content:
    asked = reading.asked.get("by", "")
    by = asked if asked in _dimensions() else SOURCE
    costs, unrated = known_costs(reading.user, currency=reading.currency)
    found = reading.ask(acquisition.acquisition, by=(by,), costs=costs)
    choice = Choice("by", _("By"), tuple(_dimensions().items()), by)
    notices = list(backtest.notices(reading))
    if found.total is not None and not found.has_costs:
        notices.append(spending.none_known(reading.user))
    if unrated:
        notices.append(spending.unrated(unrated))
    paid = (_paid(reading, found, by), _each_month(reading, found)) if found.has_costs else ()
    charts = (_won(reading, found, by), _worth(reading, found, by), *paid, _months(reading, found))
    ways = spending.ways(reading.user)
    return Content(charts, _tiles(reading, found), (choice,), tuple(notices), ways=ways)


def _dimensions() -> dict[str, str]:
    return {SOURCE: _("source"), CAMPAIGN: _("campaign")}


def _tiles(reading: Reading, found: Acquisition) -> tuple[Tile, ...]:
    if found.total is None:
        return ()
    total = found.total.indicators
    of_known = _share_words(total)
    told = (
        (_("Customers won"), formats.number(total.customers), ""),
        (_("Cost per customer"), reading.money(total.cost_per_customer), of_known),
        (_("Value per customer"), reading.money(total.value_per_customer), _ratio_words(total)),
        (_("Paid back in"), _months_words(total.payback_months), of_known),
    )
    # Each is of all of them: what is not known leads nowhere.
    href = _href(found.total)
    return tuple(
        Tile(label, said or "—", hint, href=href if said else "") for label, said, hint in told
    )


def _href(row: AcquisitionRow) -> str:
    """Nobody was won: there is no list."""
    return list_url(row.behind) if row.indicators.customers else ""


def _share_words(one: Indicators) -> str:
    """Nothing where the cost of all is known, or of none."""
    if one.cost_per_customer is None or one.known_cost_share > ALMOST_ALL:
        return ""
    return _("known of %(share)s of them") % {"share": formats.percent(one.known_cost_share)}


def _ratio_words(one: Indicators) -> str:
    if one.ratio is None:
        return ""
    words = {"ratio": formats.number(one.ratio, 1)}
    if one.known_cost_share > ALMOST_ALL:
        return _("%(ratio)s times what it cost") % words
    return _("%(ratio)s times what it cost, where that is known") % words


def _months_words(months: int | None) -> str:
    if months is None:
        return ""
    if months == 0:
        return _("the same month")
    return ngettext("%(months)s month", "%(months)s months", months) % {"months": months}


def _name(one: Indicators, by: str) -> str:
    if not one.customers and not (one.campaign if by == CAMPAIGN else one.source):
        return _("no campaign told") if by == CAMPAIGN else _("no source told")
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
    costs = (one.cost, one.cost_per_customer, _two_digits(one.ratio), one.payback_months)
    return (
        name,
        one.customers,
        one.margin,
        one.lifetime_value,
        one.value_per_customer,
        *(costs if has_costs else ()),
    )


def _two_digits(ratio: float | None) -> float | None:
    """More would say what nobody knows."""
    return None if ratio is None else float(f"{ratio:.2g}")


def _won(reading: Reading, found: Acquisition, by: str) -> Chart:
    bars = [
        Bar(
            _name(row.indicators, by),
            row.indicators.customers,
            formats.number(row.indicators.customers),
            "cielo",
            _href(row),
            hint=_cost(reading, row.indicators),
        )
        for row in found.rows[:SHOWN]
    ]
    return Chart(
        "won",
        _("Where do your new customers come from?"),
        figures.Bars(tuple(bars), _("customers")),
        _columns(reading, _dimensions()[by].capitalize(), has_costs=found.has_costs),
        tuple(_line(reading, _name(row.indicators, by), row, found) for row in found.rows),
        _("Those whose first purchase is within the period."),
        _won_by(by),
    )


def _won_by(by: str) -> str:
    told = {
        SOURCE: _("Customers by the source that their record names."),
        CAMPAIGN: _(
            "Customers by the campaign they answered last in the ninety days before their first"
            " purchase."
        ),
    }
    sums = _(
        "Margin so far and value of the next year are sums of theirs; value for each unit of cost:"
        " both together / what it cost to win them, of those whose cost is known."
    )
    return f"{told[by]} {sums}"


def _line(reading: Reading, name: str, row: AcquisitionRow, found: Acquisition) -> Line:
    """A cost leads to the costs, everything else to the customers."""
    customers = _href(row)
    values = _values(name, row.indicators, has_costs=found.has_costs)
    if not found.has_costs:
        return Line(values, customers)
    spent = spending.costs_url(reading.user, row.indicators, row.behind)
    return Line(values, customers, (customers, *[""] * 4, spent, *[""] * 3))


def _paid(reading: Reading, found: Acquisition, by: str) -> Chart:
    """What one costs beside what one brings, the dearest first."""
    known = [row for row in found.rows if row.indicators.cost_per_customer is not None]
    ranked = sorted(known, key=lambda row: -(row.indicators.cost_per_customer or 0))[:SHOWN]
    bars = [
        Bar(
            _name(row.indicators, by),
            row.indicators.cost_per_customer,
            reading.money(row.indicators.cost_per_customer),
            "granate" if (row.indicators.ratio or 1) < 1 else "pino",
            list_url(row.behind),
            hint=_paid_words(row.indicators),
        )
        for row in ranked
    ]
    return figures.bar_chart(
        "cost",
        _("What does a new customer cost, and does it come back?"),
        bars,
        headings=(
            Column("name", _dimensions()[by].capitalize()),
            reading.money_column("each", _("Cost per customer")),
        ),
        note=_("Red: they are worth less, a year from now, than it cost to win them."),
        formula=_(
            "Cost of the months / customers won in them, from the first to the last month with a"
            " known cost. What is spent on all sources is shared by all customers of the month;"
            " what won nobody counts. Paid back: the month after the first purchase in which the"
            " margin brought so far covers the cost."
        ),
    )


def _paid_words(one: Indicators) -> str:
    back = _months_words(one.payback_months)
    said = _("back in %(time)s") % {"time": back} if back else _("not back yet")
    return " · ".join(filter(None, [said, _share_words(one)]))


def _each_month(reading: Reading, found: Acquisition) -> Chart:
    known = [row for row in found.months if row.indicators.cost_per_customer is not None]
    rows = sorted(known, key=lambda row: str(row.indicators.month))
    titles = [formats.month(row.indicators.month) for row in rows if row.indicators.month]
    costs = [row.indicators.cost_per_customer or 0.0 for row in rows]
    links = [list_url(row.behind) for row in rows]
    column = reading.money_column("each", _("Cost per customer"))
    return Chart(
        "cost-months",
        _("Does winning a customer get dearer?"),
        figures.columns(
            titles,
            # As the table writes them; what is less than ten would lose too much.
            [round(cost, 0 if cost >= 10 else 1) for cost in costs],
            shown=[reading.money(cost) for cost in costs],
            format=figures.money_format(reading.currency),
            tone="cielo",
            links=links,
        ),
        (Column("month", _("Month")), column),
        tuple(
            Line((title, cost), href)
            for title, cost, href in zip(titles, costs, links, strict=True)
        ),
        _("The cost of the month / the customers of the month whose cost is known."),
        _(
            "What was spent on a source in the month is shared by the customers that came from it;"
            " what names no source, by all who came. What won nobody is a cost of its month too."
        ),
    )


def _cost(reading: Reading, one: Indicators) -> str:
    if one.cost and not one.customers:
        return _("%(cost)s spent, nobody won") % {"cost": reading.money(one.cost)}
    if one.cost_per_customer is None or one.known_cost_share <= ALMOST_ALL:
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
    known = {row.indicators.month: row for row in found.months if row.indicators.month}
    months = months_between(min(known), max(known)) if known else []
    rows = [(formats.month(month), known.get(month)) for month in months]
    counts = [row.indicators.customers if row else 0 for _title, row in rows]
    return Chart(
        "months",
        _("How many new customers came, month by month?"),
        figures.columns(
            [title for title, _row in rows],
            counts,
            shown=[customers_words(count) for count in counts],
            tone="cielo",
            links=[_href(row) if row else "" for _title, row in rows],
        ),
        _columns(reading, _("Month"), has_costs=found.has_costs),
        tuple(_line(reading, title, row, found) for title, row in rows if row),
        _("Press a month to see who they are. The last one has not ended.")
        if months and reading.is_running(months[-1])
        else _("Press a month to see who they are."),
        _(
            "Customers by the month of their first purchase. The value of the next year is what is"
            " expected of them from today on, not from that month on."
        ),
        is_wide=True,
    )
