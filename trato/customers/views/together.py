"""Changing many customers at once, and taking it back."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from trato.customers.actions import change_together, undo_together
from trato.customers.forms.listing import TogetherForm
from trato.customers.models import BulkChange, Customer
from trato.customers.queries.listing import customer_list
from trato.customers.together_in_words import in_words
from trato.identity import lists
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.kit.listing import matching
from trato.ui import formats
from trato.ui.responses import go, toast

MOST = 100_000
# From here on a job does it, and a page shows how far it is.
MANY = 500


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
@require_POST
def together(request: UserRequest) -> HttpResponse:
    """Asks for the value first, then sets it. Only rows that the user sees are touched."""
    what, back = request.POST.get("do", ""), _back(request)
    if what not in TogetherForm.FIELDS:
        raise Http404
    chosen = _chosen(request)
    number = chosen[: MOST + 1].count()
    if not number:
        text = _("No customer is chosen. Mark some in the list first.")
        return toast(request, go(request, back), text, tone="warn")
    if number > MOST:
        text = _("That is more than %(most)s customers. Filter the list first.")
        return toast(request, go(request, back), text % {"most": formats.number(MOST)}, tone="bad")
    form = TogetherForm(request.POST if "value" in request.POST else None, what)
    if form.is_bound and form.is_valid():
        return _changed(request, chosen, form, back, later=number > MANY)
    context = {
        "form": form,
        "number": number,
        "kept": _kept(request),
        "back": back,
    }
    return render(request, "customers/together.html", context, status=422 if form.errors else 200)


def _chosen(request: UserRequest) -> QuerySet[Customer]:
    visible = Customer.objects.visible_to(request.user)
    if "everything" in request.POST:
        listing = customer_list(currency=request.company.currency)
        state = lists.state_of(request, listing, request.POST.get("query", ""))
        return matching(state, visible)
    given = request.POST.getlist("selected")
    return visible.filter(pk__in=[int(pk) for pk in given if pk.isdecimal() and len(pk) < 19])


def _kept(request: UserRequest) -> list[tuple[str, str]]:
    names = ("do", "query", "everything", "selected")
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _changed(
    request: UserRequest, chosen: QuerySet[Customer], form: TogetherForm, back: str, *, later: bool
) -> HttpResponse:
    change = change_together(
        chosen,
        field=form.field,
        value=form.value,
        at=timezone.now(),
        user=request.user,
        later=later,
    )
    if later:
        return go(request, reverse("customers:change", args=[change.pk]))
    undo_url = reverse("customers:undo", args=[change.pk]) if change.may_be_undone else ""
    return toast(request, go(request, back), _number_changed(change.changed), undo_url=undo_url)


def _number_changed(number: int) -> str:
    if not number:
        return _("Nothing to change: they have that value already.")
    text = ngettext("%(number)s customer changed.", "%(number)s customers changed.", number)
    return text % {"number": formats.number(number)}


def _back(request: UserRequest) -> str:
    query = request.POST.get("query", "")
    return f"{reverse('customers:list')}?{query}" if query else reverse("customers:list")


def _find(request: UserRequest, pk: int) -> BulkChange:
    return get_object_or_404(BulkChange, pk=pk, user=request.user)


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def change(request: UserRequest, pk: int) -> HttpResponse:
    """How far it is, and when it is done, what was done."""
    found = _find(request, pk)
    part = request.htmx and found.is_working
    template = "customers/change.html#progress" if part else "customers/change.html"
    if request.htmx and not part:
        return go(request, request.path)
    return render(request, template, {"change": found, "told": in_words(found)})


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
@require_POST
def undo(request: UserRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    later = found.changed > MANY
    found = undo_together(found, at=timezone.now(), later=later)
    if later:
        return go(request, reverse("customers:change", args=[pk]))
    return toast(request, go(request, _came_from(request)), _number_put_back(found.put_back))


def _number_put_back(number: int) -> str:
    text = ngettext("%(number)s customer put back.", "%(number)s customers put back.", number)
    return text % {"number": formats.number(number)}


def _came_from(request: UserRequest) -> str:
    """The page on which the toast was shown."""
    referer: Any = request.headers.get("Referer", "")
    fits = url_has_allowed_host_and_scheme(referer, {request.get_host()})
    return referer if fits else reverse("customers:list")
