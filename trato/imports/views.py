"""The wizard: send a file, say what its columns are, look, go ahead, take back."""

import io
from pathlib import PurePath

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.imports import actions, queries
from trato.imports.forms import MappingForm, UploadForm
from trato.imports.models import Import
from trato.imports.problems import CannotRead
from trato.ui.responses import go, toast

STEPS = {
    Import.State.UPLOADED: "imports/mapping.html",
    Import.State.STAGED: "imports/preview.html",
    Import.State.DONE: "imports/result.html",
    Import.State.UNDONE: "imports/result.html",
    Import.State.FAILED: "imports/failed.html",
}


def _find(request: UserRequest, pk: int) -> Import:
    return get_object_or_404(Import.objects.visible_to(request.user), pk=pk)


@requires(Permission.IMPORT)
def imports(request: UserRequest) -> HttpResponse:
    return render(
        request,
        "imports/list.html",
        {"imports": queries.recent_imports(request.user), "table": queries.list_table()},
    )


@requires(Permission.IMPORT)
def new(request: UserRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.receive(
                form.cleaned_data["file"].file,
                name=form.cleaned_data["file"].name,
                kind=form.cleaned_data["kind"] or None,
                user=request.user,
                at=timezone.now(),
            )
        except CannotRead as error:
            form.add_error("file", str(error))
        except actions.KindUnknown:
            form.add_error("kind", _("The headings do not say what the file holds. Choose it."))
        else:
            return go(request, reverse("imports:show", args=[run.pk]))
    return render(request, "imports/new.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.IMPORT)
def show(request: UserRequest, pk: int) -> HttpResponse:
    """The step that this import is at."""
    run = _find(request, pk)
    if run.is_working:
        return render(request, "imports/working.html", {"run": run})
    values = {"run": run, "refused": [], "rows": []}
    if run.state == Import.State.UPLOADED:
        values |= {"form": MappingForm(run=run), "table": queries.mapping_table()}
    else:
        values |= {
            "refused": queries.refused_sample(run),
            "rows": queries.good_sample(run),
            "told": queries.told(run),
        }
    return render(request, STEPS[Import.State(run.state)], values)


@requires(Permission.IMPORT)
def progress(request: UserRequest, pk: int) -> HttpResponse:
    """Asked again and again while there is work; when it is done the page is fetched anew."""
    run = _find(request, pk)
    if not run.is_working:
        return go(request, reverse("imports:show", args=[pk]))
    return render(request, "imports/working.html#progress", {"run": run})


@require_POST
@requires(Permission.IMPORT)
def check(request: UserRequest, pk: int) -> HttpResponse:
    """Take the mapping over and read the rows."""
    run = _find(request, pk)
    form = MappingForm(request.POST, run=run)
    if not form.is_valid():
        values = {"run": run, "form": form, "table": queries.mapping_table()}
        return render(request, "imports/mapping.html", values, status=422)
    try:
        run = actions.configure(
            run,
            mapping=form.mapping(),
            parsing=form.parsing(),
            options=form.options(),
        )
        actions.begin_staging(run, later=True)
    except actions.WrongState:
        toast(request, HttpResponse(), _("This import is already further on."), tone="warn")
    return redirect("imports:show", pk=pk)


@require_POST
@requires(Permission.IMPORT)
def change_mapping(request: UserRequest, pk: int) -> HttpResponse:
    """Back to the columns, before anything is written."""
    try:
        actions.reopen(_find(request, pk))
    except actions.WrongState:
        toast(request, HttpResponse(), _("This import is already further on."), tone="warn")
    return redirect("imports:show", pk=pk)


@require_POST
@requires(Permission.IMPORT)
def apply(request: UserRequest, pk: int) -> HttpResponse:
    try:
        actions.begin_applying(_find(request, pk), later=True)
    except actions.WrongState:
        toast(request, HttpResponse(), _("This import is already further on."), tone="warn")
    return redirect("imports:show", pk=pk)


@requires(Permission.IMPORT)
def undo(request: UserRequest, pk: int) -> HttpResponse:
    run = _find(request, pk)
    if request.method != "POST":
        return render(request, "imports/undo.html", {"run": run})
    try:
        actions.begin_undoing(run, later=True)
    except actions.WrongState:
        toast(request, HttpResponse(), _("This import cannot be undone now."), tone="warn")
    return go(request, reverse("imports:show", args=[pk]))


@requires(Permission.IMPORT)
def refused(request: UserRequest, pk: int) -> FileResponse:
    """The refused rows as they were, with the reason, to be mended and sent again."""
    run = _find(request, pk)
    target = io.StringIO(newline="")
    actions.write_refused(run, target)
    name = f"{PurePath(run.file_name).stem}-{_('refused')}.csv"
    content = io.BytesIO(target.getvalue().encode("utf-8-sig"))
    return FileResponse(content, as_attachment=True, filename=name, content_type="text/csv")


@require_POST
@requires(Permission.IMPORT)
def discard(request: UserRequest, pk: int) -> HttpResponse:
    try:
        actions.discard(_find(request, pk))
    except actions.WrongState:
        toast(request, HttpResponse(), _("What was imported cannot be discarded; undo it."))
        return redirect("imports:show", pk=pk)
    return go(request, reverse("imports:list"))
