"""The gallery: every component with its states, for administrators and developers."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from trato.ui import formats, gallery_charts
from trato.ui import gallery as samples
from trato.ui.responses import close_dialog, go, toast
from trato.ui.stages import STAGES

type View = Callable[[HttpRequest], HttpResponse]


def for_builders(view: View) -> View:
    """Administrators, and anybody while details of errors are shown."""

    @wraps(view)
    def inner(request: HttpRequest) -> HttpResponse:
        role = getattr(getattr(request, "user", None), "role", "")
        if not (settings.DEBUG or role == "administrator"):
            raise Http404
        return view(request)

    return inner


@for_builders
def gallery(request: HttpRequest) -> HttpResponse:
    table = samples.table(request.GET, str(request.GET.get("sort", "")))
    wrong = samples.SampleForm(samples.WRONG, auto_id="wrong_%s")
    context = {
        "table": table,
        "compact_table": samples.compact(table),
        "rows": samples.rows(formats.today()),
        "form": samples.SampleForm(initial={"tags": ["VIP", "Vinos"]}, auto_id="sample_%s"),
        "wrong": wrong,
        "base": samples.base_parts(),
        "stages": samples.stage_parts(),
        "stage_numbers": list(STAGES),
        "channels": samples.channel_parts(),
        "moments": samples.moments(timezone.now()),
        "trend": [3, 4, 3, 6, 7, 6, 9, 11, 10, 14],
        "tones": ["neutral", "pino", "azafran", "granate", "cielo"],
    }
    return render(request, "ui/gallery.html", context)


@for_builders
def charts(request: HttpRequest) -> HttpResponse:
    context = {
        "charts": gallery_charts.all_charts(),
        "strip": gallery_charts.rhythm(formats.today()),
    }
    return render(request, "ui/gallery_charts.html", context)


@for_builders
def form(request: HttpRequest) -> HttpResponse:
    bound = samples.SampleForm(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        text = gettext("“%(name)s” was saved.") % {"name": bound.cleaned_data["name"]}
        return toast(request, go(request, reverse("ui:gallery")), text)
    return render(request, "ui/gallery_form.html", {"form": bound})


@for_builders
def delete(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        response = close_dialog(HttpResponse(status=204))
        return toast(request, response, gettext("3 customers were deleted."), undo_url="#")
    context = {
        "heading": gettext("Delete 3 customers"),
        "text": gettext("Their orders stay. For 30 days this can be undone."),
        "verb": gettext("Delete"),
        "action": reverse("ui:delete"),
        "back": reverse("ui:gallery"),
    }
    return render(request, "ui/confirm.html", context)


@for_builders
def value(request: HttpRequest) -> HttpResponse:
    shown = request.POST.get("name") or "Ana García Llorente"
    return render(request, "ui/gallery_value.html", {"shown": shown})


@for_builders
def value_edit(request: HttpRequest) -> HttpResponse:
    bound = samples.SampleForm(initial={"name": "Ana García Llorente"}, auto_id="value_%s")
    return render(request, "ui/gallery_value_edit.html", {"form": bound})


@for_builders
def rows(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery.html#moments", {"moments": samples.moments(timezone.now())})


@for_builders
def say(request: HttpRequest) -> HttpResponse:
    tone = request.POST.get("tone", "done")
    undo = reverse("ui:toast") if tone == "done" else ""
    is_htmx = "HX-Request" in request.headers
    response = HttpResponse(status=204) if is_htmx else go(request, reverse("ui:gallery"))
    text = gettext("The tag was put on 3 customers.")
    return toast(request, response, text, tone=tone, undo_url=undo)
