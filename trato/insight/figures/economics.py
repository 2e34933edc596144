"""Whether loyalty pays: five claims, each with what the company's own data say."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.analytics.economics import (
    FEWEST_CUSTOMERS,
    FEWEST_MONTHS,
    FEWEST_REFERRALS,
    Claim,
    Missing,
    Name,
    Verdict,
)
from trato.insight.behind import list_url
from trato.insight.figures.reading import Content, Reading, by_number
from trato.insight.figures.spending import ways
from trato.insight.queries import economics
from trato.insight.queries.costs import known_costs
from trato.insight.queries.economics import ClaimRow
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart, Line
from trato.ui.table import Column


def page(reading: Reading) -> Content:
    costs, _unrated = known_costs(reading.user, currency=reading.currency)
    found = reading.ask(economics.economics, costs=costs)
    measured = (row for row in found.claims if row.claim.estimate)
    charts = (_verdicts(reading, found.claims), *(_claim(reading, row) for row in measured))
    return Content(charts, ways=ways(reading.user))


def _compared(reading: Reading, row: ClaimRow) -> str:
    """The list of those who were compared, or of the costs. Who does not see everybody would find
    only a few of them there."""
    if row.claim.name == Name.ACQUIRING_COSTS_MORE and row.claim.n:
        return next((href for _label, href, _icon in ways(reading.user)), "")
    if row.behind is None or not reading.user.sees_everybody:
        return ""
    return list_url(row.behind)


def question(name: Name) -> str:
    return {
        Name.ACQUIRING_COSTS_MORE: _("Does winning a customer cost more than keeping one?"),
        Name.OLD_SPEND_MORE: _("Do customers spend more in their second year?"),
        Name.SATISFIED_REFER: _("Do satisfied customers bring others?"),
        Name.NEW_ORDERS_COST_MORE: _("Do orders of new customers cost more work?"),
        Name.OLD_PAY_MORE: _("Do old customers pay higher prices?"),
    }[name]


def verdict_words(claim: Claim) -> str:
    return {
        Verdict.SUPPORTED: _("Yes"),
        Verdict.REFUTED: _("No, the opposite"),
        Verdict.UNDECIDED: _("It cannot be told: the difference may be chance"),
        Verdict.NOT_ENOUGH_DATA: _("Not enough data"),
    }[claim.verdict]


def missing_words(claim: Claim) -> str:
    if not claim.missing:
        return ""
    return _("Missing: %(what)s.") % {
        "what": "; ".join(_needed(one, claim) for one in claim.missing)
    }


def _needed(missing: Missing, claim: Claim) -> str:
    """What there is too little of, with how much is enough."""
    if missing is Missing.HISTORY:
        return _history(claim)
    words = {
        Missing.ACQUISITION_COSTS: _("what it costs to win customers, by month"),
        Missing.RETENTION_COSTS: _("what it costs to keep them, by month"),
        Missing.CUSTOMERS: _("at least %(customers)s customers to compare (now %(count)s)"),
        Missing.SATISFACTION: _(
            "answers about satisfaction, of at least %(customers)s satisfied customers and as many"
            " who are not"
        ),
        Missing.REFERRALS: _("who was brought by whom, at least %(referrals)s of them"),
        Missing.CONTACTS: _("contacts around purchases"),
        Missing.PRICES: _("purchases with quantity and price"),
    }
    return words[missing] % {
        "customers": formats.number(FEWEST_CUSTOMERS),
        "referrals": formats.number(FEWEST_REFERRALS),
        "count": formats.number(claim.n),
    }


def _history(claim: Claim) -> str:
    if claim.name == Name.ACQUIRING_COSTS_MORE:
        words = _("at least %(months)s months whose costs are known (now %(count)s)")
    elif claim.name == Name.OLD_SPEND_MORE:
        words = _("at least %(customers)s customers who still buy after two years (now %(count)s)")
    else:
        words = _("customers who first bought more than a year ago")
    return words % {
        "months": formats.number(FEWEST_MONTHS),
        "customers": formats.number(FEWEST_CUSTOMERS),
        "count": formats.number(claim.n),
    }


def _verdicts(reading: Reading, told: tuple[ClaimRow, ...]) -> Chart:
    rows = tuple(
        figures.HeatRow(question(row.claim.name), (_verdict(row.claim, _compared(reading, row)),))
        for row in told
    )
    lines = tuple(_line(row.claim, _compared(reading, row)) for row in told)
    return Chart(
        "claims",
        _("Does loyalty pay in your company?"),
        figures.Heat(_("Claim"), (_("What your data say"),), rows, tells_all=False),
        (
            Column("claim", _("Claim")),
            Column("verdict", _("Verdict")),
            by_number(_("Ratio"), "ratio"),
            by_number(_("At least"), "low"),
            by_number(_("At most"), "high"),
            by_number(_("Compared"), "compared"),
            Column("missing", _("Missing")),
        ),
        lines,
        _(
            "Textbooks say five times yes. Here is what your own customers say; where there is too"
            " little data, it says so."
        ),
        _(
            "Claims of F. Reichheld and W. E. Sasser (1990), as ratios with 95 % intervals;"
            " wherever possible a customer is compared with themself. Yes: the whole interval is on"
            " the side of the claim."
        ),
        is_wide=True,
    )


def _verdict(claim: Claim, href: str) -> figures.Cell:
    marks = {Verdict.SUPPORTED: 0.5, Verdict.REFUTED: 0.3}
    hint = missing_words(claim) or _count_words(claim)
    return figures.Cell(verdict_words(claim), marks.get(claim.verdict, 0.0), href, hint=hint)


def _line(claim: Claim, href: str) -> Line:
    return Line(
        (
            question(claim.name),
            verdict_words(claim),
            claim.estimate,
            claim.low,
            claim.high,
            claim.n,
            missing_words(claim),
        ),
        href,
    )


def _count_words(claim: Claim) -> str:
    if claim.name == Name.ACQUIRING_COSTS_MORE:
        said = ngettext("%(count)s month compared", "%(count)s months compared", claim.n)
    else:
        said = ngettext("%(count)s customer compared", "%(count)s customers compared", claim.n)
    return said % {"count": formats.number(claim.n)}


def _claim(reading: Reading, row: ClaimRow) -> Chart:
    claim = row.claim
    percent = (claim.estimate or 1) - 1
    bars = [
        Bar(
            _("Measured"),
            claim.estimate,
            formats.number(claim.estimate, 2),
            {Verdict.SUPPORTED: "pino", Verdict.REFUTED: "granate"}.get(claim.verdict, "neutral"),
            _compared(reading, row),
            low=claim.low,
            high=claim.high,
            hint=_count_words(claim),
        ),
        Bar(_("No difference"), 1.0, formats.number(1, 2), "neutral"),
    ]
    return figures.bar_chart(
        claim.name.value.replace("_", "-"),
        question(claim.name),
        bars,
        headings=(Column("what", _("What")), by_number(_("Ratio"), "ratio")),
        answer=_answer(claim, percent),
        note=_note(row),
        formula=_formula(claim.name),
    )


def _note(row: ClaimRow) -> str:
    said = _("The line is the interval in which the true ratio lies, 95 times in 100.")
    if row.is_narrowed:
        return said
    return f"{said} {_('Of all your customers: this one cannot be narrowed.')}"


def _formula(name: Name) -> str:
    return {
        Name.ACQUIRING_COSTS_MORE: _(
            "(cost of winning / customers won) / (cost of keeping / customers kept, a year); a"
            " month is one observation."
        ),
        Name.OLD_SPEND_MORE: _(
            "What the same customers spent in months 13 to 24 after their first purchase / in"
            " months 1 to 12; of those who still bought later, without the rise of your prices."
        ),
        Name.SATISFIED_REFER: _(
            "Customers brought by a satisfied one / by one who is not, among those who came in the"
            " same time and buy as often (Mantel-Haenszel)."
        ),
        Name.NEW_ORDERS_COST_MORE: _(
            "Contacts around the first purchase / around each later one of the same customer, from"
            " 7 days before to 14 after; of those who have bought on two days or more."
        ),
        Name.OLD_PAY_MORE: _(
            "Price that the same customer pays for the same product in the same month a year after"
            " the first purchase or later / before (two-way fixed effects, errors clustered by"
            " customer)."
        ),
    }[name]


def _answer(claim: Claim, percent: float) -> str:
    difference = _difference(percent)
    if claim.verdict is not Verdict.UNDECIDED:
        return f"{verdict_words(claim)}: {difference}." if difference else verdict_words(claim)
    if not difference:
        return _("It cannot be told: no difference was measured.")
    return _("It cannot be told: %(difference)s may be chance.") % {"difference": difference}


def _difference(percent: float) -> str:
    if abs(percent) < 0.005:
        return ""
    said = _("%(percent)s more") if percent > 0 else _("%(percent)s less")
    return said % {"percent": formats.percent(abs(percent))}
