"""The list of costs; writing one down, changing it, deleting it."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from trato.acquisition.actions import add_costs, delete_costs, update_cost
from trato.acquisition.forms import CostForm
from trato.acquisition.listing import cost_list
from trato.acquisition.models import Cost
from trato.catalog.words import price
from trato.identity import lists
from trato.identity.access import UserRequest, requires
from trato.identity.audit import changes
from trato.identity.forms.problems import take_over
from trato.identity.models import User
from trato.identity.rules import Permission
from trato.kit.listing import Row, matching
from trato.ui import formats
from trato.ui.lists import Cells, Rows, row_url
from trato.ui.responses import go, toast

CHANGES_SHOWN = 10


@requires(Permission.VIEW_COSTS)
def costs(request: UserRequest) -> HttpResponse:
    listing = cost_list()
    visible = Cost.objects.visible_to(request.user)
    if answer := lists.aside(request, listing, visible, "acquisition/list.html"):
        return answer
    may_change = request.user.may(Permission.CHANGE_COSTS)
    page = lists.open_list(request, listing, visible, selectable=may_change)
    values = {
        "list": page,
        "rows": _rows(page, request.user, may_change=may_change),
        "may_change": may_change,
        "may_export": request.user.may(Permission.EXPORT),
        "may_import": may_change and request.user.may(Permission.IMPORT),
    }
    return render(request, "acquisition/list.html", values)


def _rows(page: lists.ListPage, user: User, *, may_change: bool) -> SafeString:
    """Each amount in its own currency."""
    found = Cost.objects.visible_to(user).filter(pk__in=[row["pk"] for row in page.rows])
    currencies = dict(found.values_list("pk", "currency"))

    def amount(row: Row) -> object:
        return escape(price(row["amount"], currencies.get(row["pk"], "")))

    cells = Cells(
        page.fields,
        {
            "amount": amount,
            "source": lambda row: row["source"] or pgettext("sources", "all"),
            "campaign": lambda row: row["campaign"] or pgettext("campaigns", "all"),
        },
    )
    named = [row | {"name": formats.month(row["month"])} for row in page.rows]
    url = row_url("acquisition:cost") if may_change else ""
    return Rows(page.table, cells, url=url).of(named)


@requires(Permission.CHANGE_COSTS)
def new(request: UserRequest) -> HttpResponse:
    form = CostForm(request.POST or None, initial=_start(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = add_costs(form.drafts(), currency=request.company.currency, at=timezone.now())
        except ValidationError as error:
            take_over(form, error)
        else:
            text = ngettext(
                "%(count)s cost is written down.", "%(count)s costs are written down.", len(made)
            )
            to = go(request, reverse("acquisition:costs"))
            return toast(request, to, text % {"count": formats.number(len(made))})
    return _form(request, form, None)


def _start(request: UserRequest) -> dict[str, object]:
    """The last month that is over, or what a link brings."""
    before = timezone.localdate().replace(day=1) - timedelta(days=1)
    given = {name: request.GET.get(name, "")[:200] for name in ("source", "campaign", "purpose")}
    return {
        "month": before.replace(day=1),
        "currency": request.company.currency,
        **{name: word for name, word in given.items() if word},
    }


@requires(Permission.CHANGE_COSTS)
def edit(request: UserRequest, pk: int) -> HttpResponse:
    row = _find(request, pk)
    form = CostForm(request.POST or None, initial=CostForm.initial_of(row), cost=row)
    if request.method == "POST" and form.is_valid():
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            update_cost(row, changes=changed, at=timezone.now())
        except ValidationError as error:
            take_over(form, error)
        else:
            return toast(request, go(request, reverse("acquisition:costs")), _("Saved."))
    return _form(request, form, row)


def _find(request: UserRequest, pk: int) -> Cost:
    return get_object_or_404(Cost.objects.visible_to(request.user), pk=pk)


def _form(request: UserRequest, form: CostForm, row: Cost | None) -> HttpResponse:
    values = {
        "form": form,
        "cost": row,
        "known": form.known(),
        "changes": changes(row)[:CHANGES_SHOWN] if row else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "acquisition/cost_form.html", values, status=status)


@requires(Permission.CHANGE_COSTS)
@require_POST
def delete(request: UserRequest, pk: int) -> HttpResponse:
    delete_costs([_find(request, pk).pk])
    return _deleted(request, 1)


@requires(Permission.CHANGE_COSTS)
@require_POST
def delete_picked(request: UserRequest) -> HttpResponse:
    """Those picked, or all that the list shows with its filters in force."""
    return _deleted(request, delete_costs(_picked(request)))


def _picked(request: UserRequest) -> list[int]:
    visible = Cost.objects.visible_to(request.user)
    if request.POST.get("everything"):
        state = lists.state_of(request, cost_list(), request.POST.get("query", ""))
        return list(matching(state, visible).values_list("pk", flat=True))
    given = request.POST.getlist("selected")
    ids = [int(word) for word in given if word.isdecimal() and len(word) < 18]
    return list(visible.filter(pk__in=ids).values_list("pk", flat=True))


def _deleted(request: UserRequest, count: int) -> HttpResponse:
    text = ngettext("%(count)s cost is deleted.", "%(count)s costs are deleted.", count)
    query = request.POST.get("query", "")
    back = reverse("acquisition:costs") + (f"?{query}" if query else "")
    return toast(request, go(request, back), text % {"count": formats.number(count)})
