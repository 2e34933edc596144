"""Whether loyalty pays: five claims, each with what the company's own data say."""

from django.utils.translation import gettext as _

from trato.analytics.economics import (
    FEWEST_CUSTOMERS,
    FEWEST_MONTHS,
    FEWEST_REFERRALS,
    Claim,
    Missing,
    Name,
    Verdict,
)
from trato.insight.figures.reading import Content, Reading, by_number
from trato.insight.queries import economics
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart, Line
from trato.ui.table import Column


def page(reading: Reading) -> Content:
    found = reading.ask(economics.economics)
    claims = tuple(row.claim for row in found.claims)
    charts = (_verdicts(claims), *(_claim(claim) for claim in claims if claim.estimate))
    return Content(charts)


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


def _verdicts(claims: tuple[Claim, ...]) -> Chart:
    marks = {Verdict.SUPPORTED: 0.5, Verdict.REFUTED: 0.3}
    rows = tuple(
        figures.HeatRow(
            question(claim.name),
            (
                figures.Cell(
                    verdict_words(claim), marks.get(claim.verdict, 0.0), hint=missing_words(claim)
                ),
            ),
        )
        for claim in claims
    )
    lines = tuple(
        Line(
            (
                question(claim.name),
                verdict_words(claim),
                claim.estimate,
                claim.low,
                claim.high,
                claim.n,
                missing_words(claim),
            )
        )
        for claim in claims
    )
    return Chart(
        "claims",
        _("Does loyalty pay in your company?"),
        figures.Heat(_("Claim"), (_("What your data say"),), rows),
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
            "Textbooks say five times yes. Here is what your own customers say; where there are too"
            " few data, it says so."
        ),
        _(
            "Claims of F. Reichheld and W. E. Sasser (1990), as ratios with 95 % intervals;"
            " wherever possible a customer is compared with themself. Yes: the whole interval is on"
            " the side of the claim."
        ),
        is_wide=True,
    )


def _claim(claim: Claim) -> Chart:
    percent = (claim.estimate or 1) - 1
    bars = [
        Bar(
            _("Measured"),
            claim.estimate,
            formats.number(claim.estimate, 2),
            {Verdict.SUPPORTED: "pino", Verdict.REFUTED: "granate"}.get(claim.verdict, "neutral"),
            low=claim.low,
            high=claim.high,
        ),
        Bar(_("No difference"), 1.0, formats.number(1, 2), "neutral"),
    ]
    return figures.bar_chart(
        claim.name.value.replace("_", "-"),
        question(claim.name),
        bars,
        headings=(Column("what", _("What")), by_number(_("Ratio"), "ratio")),
        answer=_answer(claim, percent),
        note=_("%(count)s compared; the line is the interval in which the true ratio lies.")
        % {"count": formats.number(claim.n)},
    )


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
