"""How a customer got to the stage they are in, and saying that they are in another."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.customers.models import Customer, CustomerScore, StageCause
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.insight import marts
from trato.insight.actions import override_stage, withdraw_override
from trato.insight.forms import StageForm
from trato.insight.models import StageOverride
from trato.insight.queries.journey import Move, moves
from trato.ui.responses import close_dialog, refresh, toast

CHANGED = "customer:changed"


def _find(request: UserRequest, pk: int) -> Customer:
    rows = Customer.objects.visible_to(request.user).select_related("score")
    return get_object_or_404(rows, pk=pk)


@requires(Permission.VIEW_CUSTOMERS)
def stages(request: UserRequest, pk: int) -> HttpResponse:
    """A part of the customer page, or a page without htmx."""
    customer = _find(request, pk)
    kept = marts.current()
    found = []
    if kept is not None:
        with marts.open_views(kept) as connection:
            found = moves(connection, customer.pk)
    score: CustomerScore | None = getattr(customer, "score", None)
    if score is not None and score.stage_cause == StageCause.OVERRIDE:
        before = found[0].to_stage if found else 0
        found.insert(0, Move(score.stage_since, before, score.stage, score.stage_cause))
    causes = dict(StageCause.choices)
    told = [(move, causes.get(move.cause, move.cause)) for move in found]
    name = "stages.html#moves" if request.htmx else "stages.html"
    return render(request, f"insight/{name}", {"customer": customer, "moves": told})


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def stage(request: UserRequest, pk: int) -> HttpResponse:
    """Say that the customer is in another stage, and why; or let behaviour decide again."""
    customer = _find(request, pk)
    override = StageOverride.objects.visible_to(request.user).filter(customer=customer).first()
    if request.method == "POST" and "withdraw" in request.POST:
        withdraw_override(customer=customer)
        said = _("What they do decides again, from the next refresh on.")
        return _done(request, customer, said)
    score = getattr(customer, "score", None)
    start = {"stage": score.stage if score else None, "reason": override.reason if override else ""}
    form = StageForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        override_stage(customer=customer, **form.cleaned_data, at=timezone.now(), user=request.user)
        return _done(request, customer, _("The stage is set."))
    context = {"customer": customer, "form": form, "override": override}
    status = 422 if form.errors else 200
    return render(request, "insight/stage.html", context, status=status)


def _done(request: UserRequest, customer: Customer, said: str) -> HttpResponse:
    if not request.htmx:
        return toast(request, redirect(reverse("web:customer", args=[customer.pk])), said)
    return toast(request, refresh(close_dialog(HttpResponse()), CHANGED), said)
