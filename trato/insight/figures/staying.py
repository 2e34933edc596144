"""How long customers last: curves of survival, of everybody or told apart."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.customers.models import Customer, MicroSegment
from trato.identity.models import Team
from trato.insight.behind import list_url
from trato.insight.figures.reading import Reading, by_number
from trato.insight.queries.cohorts import By, Curve, Stay, StayMonth
from trato.insight.queries.leaving import MONTH
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart, Line, Series
from trato.ui.table import Column

MOST_CURVES = 6
# Further on the page draws nothing: five years.
MOST_MONTHS = 60
TONES = ("stage-6", "azafran", "cielo", "granate", "stage-3", "neutral")

# A group's curve with its name.
type Named = tuple[str, Curve]


def charts(reading: Reading, stay: Stay, by: By | None) -> tuple[Chart, ...]:
    largest = sorted(stay.curves, key=lambda one: -one.survival.customers)
    named = list(zip(_names(largest, by), largest, strict=True))
    survival = _survival(reading, stay, named, by)
    return (survival, _leaving(reading, named)) if by else (survival,)


def _survival(reading: Reading, stay: Stay, named: list[Named], by: By | None) -> Chart:
    most = None if reading.is_whole else MOST_MONTHS + 1
    drawn = named[:MOST_CURVES]
    longest = max((curve.months for _name, curve in drawn), key=len, default=())
    return Chart(
        "survival",
        _("How long do customers last?"),
        figures.lines(
            [str(one.month) for one in longest[:most]],
            _series(drawn, len(longest[:most])),
            format=figures.PERCENT,
            x_name=_("Months since the first purchase"),
            top=1,
            links=_links(drawn, most),
        ),
        (
            Column("group", _("Group")),
            by_number(_("Month"), "month"),
            by_number(_("Still followed"), "at_risk"),
            by_number(_("Left in the month"), "leavers"),
            by_number(_("Left so far"), "left"),
            Column("share", _("Share that stays"), "percent"),
            Column("low", _("At least"), "percent"),
            Column("high", _("At most"), "percent"),
        ),
        tuple(
            line
            for name, curve in (named if reading.is_whole else drawn)
            for line in _lines(name, curve, most)
        ),
        _note(reading, stay, len(longest)),
        _(
            "Kaplan-Meier with 95 % intervals by Greenwood's formula; leaving is the first"
            " abandonment (stage 7). Still followed after so many months: who first bought that"
            " long ago or longer, and had not left before. Groups of fewer than ten customers are"
            " left out; curves are compared by the log-rank test."
        ),
        answer=_verdict(stay, named, by),
        is_wide=True,
    )


def _links(drawn: list[Named], most: int | None) -> list[str]:
    """To who had left by then; a month of several curves is no list."""
    if len(drawn) != 1:
        return []
    [(_name, curve)] = drawn
    return [_gone(curve, one) for one in curve.months[:most]]


def _lines(name: str, curve: Curve, most: int | None) -> Iterator[Line]:
    left_before = 0
    for one in curve.months[:most]:
        leavers, left_before = one.left - left_before, one.left
        followed = replace(curve.behind, followed=one.month)
        yield Line(
            (name, one.month, one.at_risk, leavers, one.left, one.share, one.low, one.high),
            list_url(curve.behind),
            (
                list_url(curve.behind),
                "",
                list_url(followed) if one.at_risk else "",
                _gone(curve, one, after=one.month - 1) if leavers else "",
                _gone(curve, one),
                *[""] * 3,
            ),
        )


def _gone(curve: Curve, month: StayMonth, after: int | None = None) -> str:
    if not month.left:
        return ""
    return list_url(replace(curve.behind, gone=month.month, gone_after=after))


def _note(reading: Reading, stay: Stay, months: int) -> str:
    said = _("The share that has not left by each month; the shade shows how sure that is.")
    if len(stay.curves) == 1:
        said = f"{said} {_('Press a point to see who had left by then.')}"
    cut = [_cut(len(stay.curves))]
    if months > MOST_MONTHS + 1:
        cut.append(_("Shown: the first %(months)s months.") % {"months": MOST_MONTHS})
    return _joined(said, *cut, reading.has_whole if any(cut) else "")


def _cut(groups: int) -> str:
    if groups <= MOST_CURVES:
        return ""
    counts = {"shown": MOST_CURVES, "count": formats.number(groups)}
    return _("Shown: the largest %(shown)s of %(count)s groups.") % counts


def _joined(*sentences: str) -> str:
    return " ".join(one for one in sentences if one)


def _verdict(stay: Stay, named: list[Named], by: By | None) -> str:
    """Of groups that were formed afterwards, the test says nothing."""
    if stay.test and by is By.SEGMENT:
        return ""
    if stay.test is None:
        return _halves(named[0][1]) if len(named) == 1 else ""
    if stay.test.p < 0.05:
        return _("The groups differ by more than chance explains.")
    return _("A difference this small can be chance.")


def _halves(curve: Curve) -> str:
    quarter, half = curve.survival.quantile(0.25), curve.survival.median
    if quarter is None:
        return _("Fewer than a quarter have left so far.")
    words = {"quarter": _told(quarter), "half": _told(half)}
    if half is None:
        return _("A quarter left within %(quarter)s; half have not so far.") % words
    return _("A quarter left within %(quarter)s, half within %(half)s.") % words


def _told(days: float | None) -> str:
    months = _months(days)
    if months is None:
        return ""
    text = ngettext("%(count)s month", "%(count)s months", 1 if months == 1 else 2)
    return text % {"count": formats.number(round(months) if months >= 10 else months)}


def _months(days: float | None) -> float | None:
    return None if days is None else round(days / MONTH, 1)


def _series(drawn: list[Named], length: int) -> list[Series]:
    return [_steps(one, tone, length) for one, tone in zip(drawn, TONES, strict=False)]


def _steps(named: Named, tone: str, length: int) -> Series:
    name, curve = named
    months = [*curve.months[:length], *([None] * (length - len(curve.months)))]
    share, low, high = (
        tuple(None if one is None else _rounded(getattr(one, key)) for one in months)
        for key in ("share", "low", "high")
    )
    return Series(name, share, tone, low, high, step=True)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _leaving(reading: Reading, named: list[Named]) -> Chart:
    """The curves in two numbers a group."""
    shown = named if reading.is_whole else named[:MOST_CURVES]
    has_dash = any(curve.survival.quantile(0.25) is None for _name, curve in shown)
    bars = [
        Bar(
            name,
            _months(curve.survival.quantile(0.25)),
            _told(curve.survival.quantile(0.25)) or "—",
            "pino",
            list_url(curve.behind),
            hint=_half(curve),
        )
        for name, curve in shown
    ]
    lines = tuple(
        Line(
            (
                name,
                int(curve.survival.customers),
                int(curve.survival.left),
                _months(curve.survival.quantile(0.25)),
                _months(curve.survival.median),
            ),
            list_url(curve.behind),
            (list_url(curve.behind), "", _ever_gone(curve), "", ""),
        )
        for name, curve in shown
    )
    return Chart(
        "leaving",
        _("After how long has a quarter of each group left?"),
        figures.Bars(tuple(bars)),
        (
            Column("group", _("Group")),
            by_number(_("Customers")),
            by_number(_("Left"), "left"),
            by_number(_("A quarter left by (months)"), "quarter"),
            by_number(_("Half left by (months)"), "median"),
        ),
        lines,
        _joined(
            _("A dash: fewer than a quarter have left so far.") if has_dash else "",
            cut := _cut(len(named)),
            reading.has_whole if cut else "",
        ),
        _("Where the curve above falls to 75 % and to 50 %; a month is 30.4 days."),
        is_wide=True,
    )


def _ever_gone(curve: Curve) -> str:
    if not curve.survival.left:
        return ""
    return list_url(replace(curve.behind, gone=len(curve.months)))


def _half(curve: Curve) -> str:
    told = _told(curve.survival.median)
    return _("half: %(months)s") % {"months": told} if told else ""


def _names(curves: list[Curve], by: By | None) -> list[str]:
    known: dict[object, str] = {}
    if by is By.SEGMENT:
        known = {one.pk: str(one) for one in MicroSegment.objects.all()}
    if by is By.TEAM:
        known = dict(Team.objects.values_list("pk", "name"))
    if by is By.KIND:
        known = {value: str(label) for value, label in Customer.Kind.choices}
    if by is By.COUNTRY:
        known = {code: str(name) for code, name in formats.locale().territories.items()}
    if by is None:
        return [_("All customers") for _curve in curves]
    return [known.get(one.group, str(one.group)) for one in curves]
