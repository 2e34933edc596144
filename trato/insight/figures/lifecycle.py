"""Where customers are on their way, how they got there and how long they stay."""

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.analytics.cohorts import months_between
from trato.insight.behind import list_url
from trato.insight.figures import backtest
from trato.insight.figures.reading import Content, Reading, Tile, by_number
from trato.insight.queries import lifecycle
from trato.ui import figures, formats
from trato.ui.figures import Bar, Cell, Chart, Flow, HeatRow, Line, Node, Series
from trato.ui.stages import STAGES
from trato.ui.table import Column

# The stages whose entries are told month by month: those of who has bought.
FOLLOWED = (4, 5, 6, 7)
SEVEN = range(1, 8)


def stage_name(number: int) -> str:
    return str(STAGES[number][0]) if number in STAGES else _("New")


def page(reading: Reading) -> Content:
    overview = reading.ask(lifecycle.overview)
    tiles = tuple(
        Tile(
            str(row.phase.label),
            formats.number(row.customers),
            _worth(reading, row),
            list_url(row.behind),
        )
        for row in overview.phases
    )
    moved = reading.ask(lifecycle.flows)
    charts = (_now(reading, overview), _funnel(reading), _flows(moved), _matrix(moved))
    told = (*charts, _times(reading), _entries(reading))
    return Content(told, tiles, notices=backtest.notices(reading))


def _worth(reading: Reading, row: lifecycle.PhaseRow) -> str:
    share = formats.percent(row.share)
    if not row.lifetime_value:
        return share
    words = {"share": share, "value": reading.money(row.lifetime_value)}
    return _("%(share)s · %(value)s next year") % words


def _now(reading: Reading, overview: lifecycle.Overview) -> Chart:
    bars = [
        Bar(
            stage_name(row.stage),
            row.customers,
            formats.number(row.customers),
            f"stage-{row.stage}",
            list_url(row.behind),
            stage=row.stage,
            hint=formats.percent(row.share, 1),
        )
        for row in overview.stages
    ]
    lines = tuple(
        Line(
            (
                stage_name(row.stage),
                row.customers,
                row.share,
                row.median_days,
                row.amount,
                row.lifetime_value,
            ),
            list_url(row.behind),
        )
        for row in overview.stages
    )
    return Chart(
        "stages",
        _("Where are your customers now?"),
        figures.Bars(tuple(bars), _("customers")),
        (
            Column("stage", _("Stage")),
            by_number(_("Customers")),
            Column("share", _("Share"), "percent"),
            Column("days", _("Median days in it"), "number"),
            reading.money_column("amount", _("Bought so far")),
            reading.money_column("value", _("Value of the next year")),
        ),
        lines,
        _("Each customer is in one of seven stages, worked out from what they do."),
        _(
            "Known, interested or asking for prices before the first purchase (1 to 3); bought (4);"
            " the next purchase is due by their own rhythm (5); buys again and again (6); silent"
            " for much longer than their rhythm (7). Nobody types it in; with a reason, it can be"
            " overridden on the customer's page."
        ),
    )


def _funnel(reading: Reading) -> Chart:
    steps = reading.ask(lifecycle.funnel)
    bars = [
        Bar(
            stage_name(step.stage),
            step.customers,
            formats.number(step.customers),
            f"stage-{step.stage}",
            list_url(step.behind) if step.customers else "",
            stage=step.stage,
            hint=""
            if at == 0 or not steps[at - 1].customers
            else _("%(share)s of the step before") % {"share": formats.percent(step.of_previous)},
        )
        for at, step in enumerate(steps)
    ]
    lines = tuple(
        Line(
            (stage_name(step.stage), step.customers, step.of_previous, step.of_first),
            list_url(step.behind) if step.customers else "",
        )
        for step in steps
    )
    return Chart(
        "funnel",
        _("Of those you got to know, how far did they get?"),
        figures.Bars(tuple(bars), _("customers")),
        (
            Column("stage", _("Stage")),
            by_number(_("Customers")),
            Column("previous", _("Of the step before"), "percent"),
            Column("first", _("Of all"), "percent"),
        ),
        lines,
        _("Only those who became known within the period. Whoever skipped a step has reached it."),
        _(
            "Each is counted in the furthest stage they ever came to until today, and in all those"
            " before it: 1, 2, 3, 4 and 6. Reconsideration (5) and abandonment (7) are no steps"
            " forward."
        ),
    )


def _flows(found: tuple[lifecycle.Flow, ...]) -> Chart:
    nodes = [
        Node(
            f"{side}{number}",
            f"{number} {stage_name(number)}" if number else stage_name(0),
            depth,
            f"stage-{number}" if number else "neutral",
        )
        for depth, side in enumerate(("from", "to"))
        for number in range(8)
    ]
    flows = [
        Flow(
            f"from{one.from_stage}",
            f"to{one.to_stage}",
            one.moves,
            _moves(one.moves),
            list_url(one.behind),
        )
        for one in found
    ]
    lines = tuple(
        Line(
            (stage_name(one.from_stage), stage_name(one.to_stage), one.moves), list_url(one.behind)
        )
        for one in found
    )
    return Chart(
        "flows",
        _("Who moved from which stage to which?"),
        figures.sankey(nodes, flows),
        (
            Column("from", _("From")),
            Column("to", _("To")),
            by_number(_("Moves"), "moves"),
        ),
        lines,
        _("Every change of stage within the period; one customer can move several times."),
        _(
            "What customers did is replayed day by day, and each change of stage is a move. Several"
            " on one day are one: the last counts. “New” on the left: nobody knew them before."
        ),
        is_wide=True,
    )


def _matrix(found: tuple[lifecycle.Flow, ...]) -> Chart:
    """From each stage to each; who was new before has no row."""
    moved = {(one.from_stage, one.to_stage): one for one in found if one.from_stage}
    out = lifecycle.departures(moved.values())
    totals = {start: out[start].moves if start in out else 0 for start in SEVEN}
    rows = tuple(
        HeatRow(
            stage_name(start),
            tuple(_moved(moved.get((start, end)), total) for end in SEVEN),
            _href(out.get(start)),
            hint=formats.number(total),
        )
        for start, total in totals.items()
    )
    lines = tuple(
        Line(
            (stage_name(start), total, *(_share(moved.get((start, end)), total) for end in SEVEN)),
            href := _href(out.get(start)),
            (href, href, *(_href(moved.get((start, end))) for end in SEVEN)),
        )
        for start, total in totals.items()
    )
    names = tuple(stage_name(number) for number in SEVEN)
    return Chart(
        "matrix",
        _("From each stage, which one comes next?"),
        figures.Heat(_("From (moves)"), names, rows, _("To")),
        (
            Column("from", _("From")),
            by_number(_("Moves"), "moves"),
            *(Column(f"s{number}", stage_name(number), "percent") for number in SEVEN),
        ),
        lines if moved else (),
        _(
            "Each row: of every 100 moves out of a stage, how many led to each other one. Press a"
            " square to see who moved so, or a name to see who moved out of the stage; one customer"
            " can have moved several times and is listed once."
        ),
        _(
            "The moves from one stage to the other within the period, divided by all moves out of"
            " the first. Who stayed where they were made no move and does not count."
        ),
        is_wide=True,
    )


def _moved(flow: lifecycle.Flow | None, total: int) -> Cell:
    share = _share(flow, total)
    if flow is None or share is None:
        return Cell("")
    return Cell(formats.percent(share), share, list_url(flow.behind), title=_moves(flow.moves))


def _share(flow: lifecycle.Flow | None, total: int) -> float | None:
    return flow.moves / total if flow else None


def _href(told: lifecycle.Flow | lifecycle.Departures | None) -> str:
    return list_url(told.behind) if told else ""


def _moves(count: int) -> str:
    text = ngettext("%(count)s move", "%(count)s moves", count)
    return text % {"count": formats.number(count)}


def _times(reading: Reading) -> Chart:
    found = reading.ask(lifecycle.times)
    bars = [
        Bar(
            stage_name(one.stage),
            one.median,
            "" if one.median is None else _days(one.median),
            f"stage-{one.stage}",
            list_url(one.behind),
            low=one.quarter if one.three_quarters is not None else None,
            high=one.three_quarters if one.quarter is not None else None,
            stage=one.stage,
            hint=_still_there(one),
        )
        for one in found
    ]
    lines = tuple(
        Line(
            (
                stage_name(one.stage),
                one.stays,
                one.ended,
                one.quarter,
                one.median,
                one.three_quarters,
            ),
            list_url(one.behind),
            (
                list_url(one.behind),
                "",
                list_url(one.ended_behind) if one.ended else "",
                *[""] * 3,
            ),
        )
        for one in found
    )
    return Chart(
        "times",
        _("How long do they stay in a stage?"),
        figures.Bars(tuple(bars)),
        (
            Column("stage", _("Stage")),
            by_number(_("Times somebody came"), "stays"),
            by_number(_("Times they moved on"), "ended"),
            by_number(_("A quarter left by (days)"), "quarter"),
            by_number(_("Half left by (days)"), "median"),
            by_number(_("Three quarters left by (days)"), "three_quarters"),
        ),
        lines,
        _(
            "The bar is the time by which half had moved on; the line runs from a quarter to three."
            " Who came twice counts twice."
        ),
        _(
            "Kaplan-Meier: who is still in the stage has stayed at least that long, and counts as"
            " such."
        ),
    )


def _days(days: float) -> str:
    count = round(days)
    text = ngettext("%(count)s day", "%(count)s days", count)
    return text % {"count": formats.number(count)}


def _still_there(one: lifecycle.StageTime) -> str:
    if one.median is not None:
        return ""
    return _("most are still there") if one.ended else _("nobody has moved on yet")


def _entries(reading: Reading) -> Chart:
    found = reading.ask(lifecycle.entries)
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    links: dict[tuple[date, int], str] = {}
    # Those who are only known have been so for years before anybody bought.
    begun = [one.month for one in found if one.stage in FOLLOWED]
    months = months_between(min(begun), found[-1].month) if begun else []
    for one in found:
        counts[one.stage][one.month.isoformat()] = one.moves
        links[one.month, one.stage] = list_url(one.behind)
    stages = [stage for stage in FOLLOWED if stage in counts]
    series = [
        Series(
            stage_name(stage),
            tuple(counts[stage].get(month.isoformat(), 0) for month in months),
            f"stage-{stage}",
        )
        for stage in stages
    ]
    titles = [formats.month(month) for month in months]
    return Chart(
        "entries",
        _("How often did customers come to each stage, month by month?"),
        figures.lines(titles, series),
        (
            Column("month", _("Month")),
            *(by_number(one.name, one.tone) for one in series),
        ),
        tuple(
            Line(
                (title, *(one.values[at] for one in series)),
                hrefs=("", *(links.get((months[at], stage), "") for stage in stages)),
            )
            for at, title in enumerate(titles)
        )
        if series
        else (),
        _(
            "Purchase, reconsideration, repurchase and abandonment: what your customers did. The"
            " table leads to who they are; who came twice in a month counts twice."
        ),
        _(
            "Each change of stage, on its day, that led to one of these four, added up by month."
            " The first and the last month of the period may be incomplete."
        ),
    )
