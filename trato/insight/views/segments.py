"""Naming the micro-segments."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from trato.customers.models import MicroSegment
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.insight.actions.naming import rename_segment
from trato.insight.forms import SegmentForm
from trato.ui.responses import go, toast


@requires(Permission.VIEW_INSIGHT, Permission.REFRESH_INSIGHT)
def rename(request: UserRequest, pk: int) -> HttpResponse:
    segment = get_object_or_404(MicroSegment, pk=pk)
    back = reverse("insight:figures", args=["segments"])
    form = SegmentForm(request.POST or None, instance=segment)
    if request.method == "POST" and form.is_valid():
        rename_segment(segment, name=form.cleaned_data["name"])
        return toast(request, go(request, back), _("The group has its name."))
    context = {"form": form, "segment": segment, "back": back}
    status = 422 if form.errors else 200
    return render(request, "insight/rename.html", context, status=status)
