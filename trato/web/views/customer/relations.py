"""Who works where."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trato.customers.actions import end_role, set_role
from trato.customers.models import Customer, RoleInOrganisation
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.ui.responses import close_dialog
from trato.web.forms.profile import RoleForm
from trato.web.queries.customer import linkable, people_to_link
from trato.web.views.customer.finding import done, find
from trato.web.views.customer.saving import add_errors


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def add(request: UserRequest, pk: int) -> HttpResponse:
    """Look for the other side, choose it, say as what."""
    customer = find(request, pk)
    data = request.POST if request.method == "POST" else None
    form = RoleForm(data, others=linkable(customer, user=request.user))
    if form.is_bound and form.is_valid() and _set(request, customer, form):
        response = done(request, customer, _("Saved"))
        return close_dialog(response) if request.htmx else response
    words = (data or request.GET).get("q", "")
    found = people_to_link(customer, user=request.user, words=words)
    context = {"customer": customer, "form": form, "q": words, "found": found}
    is_search = request.htmx and request.htmx.target == "found"
    template = "role.html#found" if is_search else "role.html"
    status = 422 if form.errors else 200
    return render(request, f"web/customer/{template}", context, status=status)


def _set(request: UserRequest, customer: Customer, form: RoleForm) -> bool:
    other, title = form.cleaned_data["other"], form.cleaned_data["title"]
    person, organisation = (other, customer) if customer.is_organisation else (customer, other)
    try:
        set_role(
            person,
            organisation=organisation,
            title=title,
            at=timezone.now(),
            user=request.user,
        )
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
@require_POST
def end(request: UserRequest, pk: int, role: int) -> HttpResponse:
    customer = find(request, pk)
    visible = Customer.objects.visible_to(request.user)
    rows = RoleInOrganisation.objects.select_related("person", "organisation")
    side = {"organisation": customer, "person__in": visible}
    if not customer.is_organisation:
        side = {"person": customer, "organisation__in": visible}
    end_role(get_object_or_404(rows, pk=role, **side), at=timezone.now(), user=request.user)
    return done(request, customer, _("Ended"))
