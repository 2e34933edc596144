"""The company's currency and what others are worth in it: the totals of orders follow from both."""

from contextlib import suppress
from datetime import date

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from trato.catalog.actions import (
    change_company_currency,
    delete_exchange_rate,
    set_exchange_rate,
)
from trato.catalog.models import ExchangeRate
from trato.catalog.queries import exchange_rates, rate_changes, rated_currencies
from trato.identity.access import UserRequest, requires
from trato.identity.forms.problems import take_over
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.kit.jobs import defer_once
from trato.sales.jobs import recount_totals
from trato.ui import formats
from trato.ui.responses import go, toast
from trato.ui.table import Column, Table
from trato.web.forms.rates import CurrencyForm, RateForm
from trato.web.queries.rates import unrated

PAGE = 60
CHANGES_SHOWN = 50
manages_company = requires(Permission.MANAGE_COMPANY)


@manages_company
def rates(request: UserRequest) -> HttpResponse:
    """The latest first, of one currency or of all."""
    chosen, before = request.GET.get("currency", ""), _day(request, "before")
    rows = exchange_rates().order_by("-date", "currency")
    known = rated_currencies()
    chosen = chosen if chosen in known else ""
    rows = rows.filter(currency=chosen) if chosen else rows
    rows = rows.filter(date__lt=before) if before else rows
    found = list(rows[: PAGE + 1])
    columns = (
        Column("currency", _("Currency")),
        Column("date", _("From"), kind="day"),
        Column("rate", _("Worth"), kind="number"),
    )
    older = f"?currency={chosen}&before={found[PAGE - 1].date}" if len(found) > PAGE else ""
    values = {
        "company": company(),
        "table": Table(name="rates", columns=columns, has_actions=True),
        "rates": [(rate, _worth(rate)) for rate in found[:PAGE]],
        "older": older,
        "currencies": known,
        "chosen": chosen,
        "unrated": unrated(),
        "changes": rate_changes(limit=CHANGES_SHOWN),
    }
    return render(request, "web/rates.html", values)


def _worth(rate: ExchangeRate) -> str:
    """With all its decimals: between currencies the sixth one is money."""
    decimals = -int(rate.rate.normalize().as_tuple().exponent)
    return formats.number(rate.rate, max(2, decimals))


def _day(request: UserRequest, name: str) -> date | None:
    """A day of the address; nonsense is none."""
    with suppress(ValueError):
        return parse_date(request.GET.get(name, ""))
    return None


def _recount() -> None:
    """In the background: there may be millions of orders. One that waits already is enough."""
    defer_once(recount_totals)


@manages_company
def new_rate(request: UserRequest) -> HttpResponse:
    day = _day(request, "date") or timezone.localdate()
    lacking = [lack.currency for lack in unrated()] or rated_currencies()
    guess = next(iter(lacking), "USD" if company().currency != "USD" else "EUR")
    initial = {"date": day, "currency": request.GET.get("currency", guess)}
    form = RateForm(request.POST or None, initial=initial, company_currency=company().currency)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            set_exchange_rate(currency=given["currency"], day=given["date"], rate=given["rate"])
        except ValidationError as error:
            take_over(form, error)
        else:
            _recount()
            said = _("Saved. The totals of orders follow in a moment.")
            return toast(request, go(request, reverse("web:rates")), said)
    status = 422 if form.is_bound else 200
    return render(request, "web/rate_new.html", {"form": form}, status=status)


@manages_company
def delete_rate(request: UserRequest, pk: int) -> HttpResponse:
    rate = get_object_or_404(ExchangeRate, pk=pk)
    back = reverse("web:rates")
    if request.method == "POST":
        delete_exchange_rate(rate)
        _recount()
        said = _("Deleted. The totals of orders follow in a moment.")
        return toast(request, go(request, back), said)
    values = {
        "heading": _("Delete the rate of %(currency)s?") % {"currency": rate.currency},
        "text": _("Orders from that day on are counted at the rate before it, if there is one."),
        "action": request.path,
        "verb": _("Delete"),
        "back": back,
    }
    return render(request, "ui/confirm.html", values)


@manages_company
def change_currency(request: UserRequest) -> HttpResponse:
    current = company()
    form = CurrencyForm(request.POST or None, initial={"currency": current.currency})
    if request.method == "POST" and form.is_valid():
        change_company_currency(currency=form.cleaned_data["currency"])
        _recount()
        said = _("Totals are now in %(currency)s; those of orders follow in a moment.")
        answer = go(request, reverse("web:rates"))
        return toast(request, answer, said % {"currency": form.cleaned_data["currency"]})
    values = {"form": form, "company": current}
    status = 422 if form.is_bound else 200
    return render(request, "web/currency.html", values, status=status)
