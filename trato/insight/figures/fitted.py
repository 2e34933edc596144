"""What was fitted: the models by name, and every parameter with its error."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trato.insight.figures.reading import FEW, by_number, customers_words
from trato.insight.models import Run
from trato.ui import figures, formats
from trato.ui.figures import Chart, Line
from trato.ui.table import Column

_NAMES = {
    "bgnbd": "BG/NBD",
    "mbgnbd": "MBG/NBD",
    "paretonbd": "Pareto/NBD",
    "nbd": "NBD",
    "gammagamma": "Gamma-Gamma",
}
# The others are letters, as in the books.
_PARAMETERS = {
    "customers": gettext_lazy("customers"),
    "mean": gettext_lazy("mean"),
    "log_likelihood": gettext_lazy("log-likelihood"),
}


def counting_model(run: Run) -> str:
    """The model that tells how many purchases are to be expected."""
    used = str(run.fits.get("counting", ""))
    return _NAMES.get(used, used) or _("no model yet")


def chart(run: Run) -> Chart:
    """Every parameter of every model, with its error: for who wants to check."""
    used = run.fits.get("counting")
    fits = {name: fit for name, fit in run.fits.items() if isinstance(fit, dict)}
    lines = tuple(
        Line((_model(name, used), parameter, value, error))
        for name, fit in fits.items()
        if not _is_of_few(fit)
        for parameter, value, error in _parameters(fit)
    )
    rows = tuple(
        figures.HeatRow(_model(name, used), (figures.Cell(_in_one_line(fit)),))
        for name, fit in fits.items()
    )
    return Chart(
        "models",
        _("What was fitted?"),
        figures.Heat(_("Model"), (_("Parameters, each with its standard error"),), rows),
        (
            Column("model", _("Model")),
            Column("parameter", _("Parameter")),
            by_number(_("Estimate"), "estimate"),
            by_number(_("Standard error"), "error"),
        ),
        lines,
        _("The parameters of the models of value, by maximum likelihood."),
        _(
            "The parameters under which the purchases that were seen are likeliest: the highest"
            " log-likelihood. Their standard errors come from how steeply it falls around them"
            " (inverse of the matrix of second derivatives, delta method)."
        ),
        is_wide=True,
    )


def _model(name: str, used: Any) -> str:
    word = _NAMES.get(name, name)
    return _("%(model)s (in use)") % {"model": word} if name == used else word


def _parameters(fit: dict[str, Any]) -> Iterator[tuple[str, float, float | None]]:
    given = fit.get("errors")
    errors = given if isinstance(given, dict) else {}
    for name, value in fit.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            told = int(value) if name == "customers" else float(value)
            yield str(_PARAMETERS.get(name, name)), told, errors.get(name)


def _is_of_few(fit: dict[str, Any]) -> bool:
    """Whether what was fitted says nothing yet of anybody else."""
    return bool(fit.get("customers", FEW) < FEW)


def _in_one_line(fit: dict[str, Any]) -> str:
    if _is_of_few(fit):
        words = {"customers": customers_words(int(fit["customers"]))}
        return _("not enough data yet: %(customers)s") % words
    parts = []
    for name, value, error in _parameters(fit):
        digits = 0 if abs(value) >= 1000 or isinstance(value, int) else 3
        beside = f" ± {formats.number(error, digits)}" if isinstance(error, float) else ""
        parts.append(f"{name} {formats.number(value, digits)}{beside}")
    if fit.get("limit") == "edge":
        parts.append(_("at the edge: the forecast holds, single parameters mean nothing"))
    return " · ".join(parts)
