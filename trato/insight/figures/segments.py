"""The micro-segments: who buys alike, and what each group is worth."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.customers.traits import words
from trato.insight.behind import list_url
from trato.insight.figures import backtest
from trato.insight.figures.lifecycle import stage_name
from trato.insight.figures.reading import Content, Notice, Reading, by_number, notice_of
from trato.insight.queries import segments
from trato.insight.queries.segments import SegmentRow, SegmentTable
from trato.ui import figures, formats
from trato.ui.figures import Bar, Cell, Chart, HeatRow, Line
from trato.ui.table import Column


def page(reading: Reading) -> Content:
    found = segments.named(reading.ask(segments.counted), reading.chosen)
    told = reading.run.figures.get("segments") or {}
    stability, is_alike = told.get("stability"), told.get("reason") == "no_structure"
    notices = list(backtest.notices(reading))
    if isinstance(stability, float) and found.rows:
        notices.append(Notice(_stability(stability)))
    if found.without and not is_alike:
        said = ngettext(
            "%(count)s customer has bought but belongs to no group yet.",
            "%(count)s customers have bought but belong to no group yet.",
            found.without,
        )
        count = {"count": formats.number(found.without)}
        notices.append(notice_of(said % count, found.without_behind))
    names = tuple(
        (str(row.segment), reverse("insight:rename", args=[row.segment.pk])) for row in found.rows
    )
    charts = (_groups(reading, found), _stages(found))
    return Content(
        charts,
        notices=tuple(notices),
        names=names,
        nothing=_(
            "No groups: every division of these customers that was tried fell out otherwise among"
            " others of them. It is tried again whenever the analysis learns anew."
        )
        if is_alike
        else "",
    )


def _stability(ratio: float) -> str:
    """Whether the groups are more than an accident of these customers."""
    likeness = {"ratio": formats.number(ratio, 2)}
    if ratio >= 0.75:
        said = _("The groups are stable: among other customers nearly the same ones are found.")
    elif ratio >= 0.5:
        said = _("The groups are fairly stable: among other customers similar ones are found.")
    else:
        said = _("Be careful: among other customers rather different groups are found.")
    scale = _("Likeness: %(ratio)s, where 1 is the same and 0 no more than chance.") % likeness
    return f"{said} {scale}"


def _groups(reading: Reading, found: SegmentTable) -> Chart:
    bars = [
        Bar(
            str(row.segment),
            row.customers,
            formats.number(row.customers),
            "cielo",
            list_url(row.behind),
            hint=" · ".join([*_untold(row), *_worth(reading, row)]),
        )
        for row in found.rows
    ]
    lines = tuple(
        Line(
            (
                bar.label,
                ", ".join(words(row.traits)),
                row.customers,
                row.share,
                row.amount,
                row.amount_share,
                row.margin,
                row.lifetime_value,
                row.mean_purchase,
                None if row.rhythm_days is None else round(row.rhythm_days),
                row.risk,
            ),
            bar.href,
        )
        for bar, row in zip(bars, found.rows, strict=True)
    )
    return Chart(
        "segments",
        _("Which groups of customers buy alike?"),
        figures.Bars(tuple(bars), _("customers")),
        (
            Column("name", _("Group")),
            Column("traits", _("What sets it apart")),
            by_number(_("Customers")),
            Column("share", _("Share"), "percent"),
            reading.money_column("amount", _("Bought so far")),
            Column("amount_share", _("Share of sales"), "percent"),
            reading.money_column("margin", _("Margin")),
            reading.money_column("value", _("Value of the next year")),
            reading.money_column("mean", _("Mean purchase")),
            by_number(_("Days between purchases (median)"), "rhythm"),
            Column("risk", _("Risk of leaving (median)"), "percent"),
        ),
        lines,
        _("Found in what they buy, how often, for how much and where; nobody has defined them."),
        _(
            "k-means over rhythm, mean purchase, regularity and shares of categories and channels"
            " (centred log-ratios); as many groups as stay the same when drawn again from other"
            " customers. A group keeps its name from one refresh to the next. Days between"
            " purchases and risk of leaving are medians, those of the customer in the middle: half"
            " of the group have less, half have more."
        ),
        is_wide=True,
    )


def _untold(row: SegmentRow) -> list[str]:
    """What sets the group apart and its name does not say."""
    name = str(row.segment).casefold()
    return [trait for trait in words(row.traits) if trait.casefold() not in name]


def _worth(reading: Reading, row: SegmentRow) -> list[str]:
    if row.value_per_customer is None:
        return []
    value = reading.money(row.value_per_customer)
    return [_("%(value)s each next year") % {"value": value}]


def _stages(found: SegmentTable) -> Chart:
    numbers = range(4, 8)
    rows = tuple(
        HeatRow(
            str(row.segment),
            tuple(_share(row, number) for number in numbers),
            list_url(row.behind),
        )
        for row in found.rows
    )
    return Chart(
        "stages",
        _("In which stage is each group?"),
        figures.Heat(_("Group"), tuple(stage_name(number) for number in numbers), rows),
        (
            Column("name", _("Group")),
            *(by_number(stage_name(number), f"s{number}") for number in numbers),
        ),
        tuple(
            Line(
                (str(row.segment), *(row.stages.get(number, 0) for number in numbers)),
                list_url(row.behind),
                (list_url(row.behind), *(_in_stage(row, number) for number in numbers)),
            )
            for row in found.rows
        ),
        _("A group with much reconsideration or abandonment needs you first."),
        _(
            "Customers of the group in the stage / customers of the group; the darker, the more."
            " Only customers who have bought are in a group."
        ),
        is_wide=True,
    )


def _share(row: SegmentRow, number: int) -> Cell:
    count = row.stages.get(number, 0)
    ratio = count / row.customers if row.customers else 0.0
    return Cell(formats.percent(ratio), ratio, _in_stage(row, number), hint=formats.number(count))


def _in_stage(row: SegmentRow, number: int) -> str:
    return list_url(replace(row.behind, stage=number)) if row.stages.get(number) else ""
