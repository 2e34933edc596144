"""Facts about a customer, and what they consent to."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trato.customers.actions import delete_fact, record_consent, record_fact
from trato.customers.models import Channel, Consent
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.ui.responses import close_dialog
from trato.web.forms.profile import ConsentForm, FactForm
from trato.web.queries.customer import consent_history
from trato.web.views.customer.finding import done, find
from trato.web.views.customer.saving import add_errors
from trato.web.views.customer.shown import Shown


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def add_fact(request: UserRequest, pk: int) -> HttpResponse:
    customer = find(request, pk)
    form = FactForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            record_fact(customer, **form.cleaned_data, at=timezone.now(), user=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            response = done(request, customer, _("Noted down"))
            return close_dialog(response) if request.htmx else response
    context = {"form": form, "customer": customer}
    status = 422 if form.errors else 200
    return render(request, "web/customer/fact.html", context, status=status)


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
@require_POST
def remove_fact(request: UserRequest, pk: int, fact: int) -> HttpResponse:
    customer = find(request, pk)
    row = get_object_or_404(customer.facts.all(), pk=fact)
    delete_fact(row, at=timezone.now(), user=request.user)
    return done(request, customer, _("Removed"))


@requires(Permission.VIEW_CUSTOMERS)
def consents(request: UserRequest, pk: int) -> HttpResponse:
    """The whole matrix with dates and evidence."""
    customer = find(request, pk)
    shown = Shown(customer, user=request.user, company=request.company, at=timezone.now())
    return render(request, "web/customer/consents.html", {"customer": customer, "shown": shown})


@requires(Permission.VIEW_CUSTOMERS)
def consent(request: UserRequest, pk: int, channel: str, purpose: str) -> HttpResponse:
    """One channel and purpose: every word given on it, and the form for a new one."""
    customer = find(request, pk)
    if channel not in Channel.values or purpose not in Consent.Purpose.values:
        raise Http404
    may_record = request.user.may(Permission.RECORD_CONSENT)
    if request.method == "POST" and not may_record:
        raise Http404
    form = ConsentForm(request.POST if request.method == "POST" else None, now=timezone.now())
    if form.is_bound and form.is_valid():
        record_consent(
            customer, channel=channel, purpose=purpose, **form.cleaned_data, user=request.user
        )
        response = done(request, customer, _("Noted down"))
        return close_dialog(response) if request.htmx else response
    context = {
        "customer": customer,
        "form": form,
        "may_record": may_record,
        "rows": consent_history(customer, channel=channel, purpose=purpose),
        "channel": Channel(channel).label,
        "purpose": Consent.Purpose(purpose).label,
        "action": request.path,
    }
    status = 422 if form.errors else 200
    return render(request, "web/customer/consent.html", context, status=status)
