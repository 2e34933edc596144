"""What was said and done with a customer, and what is to be done."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.collaboration.actions import create_task
from trato.customers.actions import record_contact
from trato.customers.models import Customer, CustomField, EventKind
from trato.customers.queries.profile import custom_fields
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.ui.responses import close_dialog
from trato.web.forms.profile import TASK, ContactForm
from trato.web.views.customer.composing import contact_form, empty_fields
from trato.web.views.customer.finding import CHANGED, done, find

IN_PAGE = "composer"


@requires(Permission.VIEW_CUSTOMERS, Permission.RECORD_CONTACTS)
def record(request: UserRequest, pk: int) -> HttpResponse:
    """The composer of the page, or the same in a dialog."""
    customer = find(request, pk)
    own = custom_fields(CustomField.About.CONTACT)
    form = contact_form(
        request.user,
        request.POST or None,
        company=request.company,
        own=own,
        initial={
            "kind": request.GET.get("kind", EventKind.NOTE.value),
            "text": request.GET.get("text", ""),
        },
    )
    in_page = request.htmx and request.htmx.target == IN_PAGE
    if request.method != "POST" or not form.is_valid():
        name = "composer.html" if in_page else "contact.html"
        context = {"form": form, "customer": customer}
        status = 422 if form.errors else 200
        return render(request, f"web/customer/{name}", context, status=status)
    said = _save(request, customer, form)
    response = done(request, customer, said, CHANGED)
    if in_page:
        fields = empty_fields(request.user, company=request.company, own=own)
        context = {"fields": fields, "customer": customer}
        response.content = render(request, "web/customer/composer.html", context).content
        return response
    return close_dialog(response) if request.htmx else response


def _save(request: UserRequest, customer: Customer, form: ContactForm) -> str:
    now = timezone.now()
    if form.cleaned_data["kind"] == TASK:
        create_task(**form.task(), customer=customer, at=now, user=request.user)
        return _("Task created")
    record_contact(customer, form.contact(), recorded_at=now, user=request.user)
    return _("Noted down")
