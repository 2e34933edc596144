"""The wizard: send a file, say what its columns are, look, go ahead, take back."""

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.imports import actions, queries
from trato.imports.forms import LayoutForm, MappingForm, UploadForm
from trato.imports.models import Import
from trato.imports.problems import CannotRead
from trato.ui.responses import go, toast

SHOWN = 50
KEPT_SHOWN = 20
PAGE = 50
LONGEST_PK = 19


def _find(request: UserRequest, pk: int) -> Import:
    return get_object_or_404(Import.objects.visible_to(request.user), pk=pk)


def _too_late(request: UserRequest, pk: int) -> HttpResponse:
    """Somebody, or the other window, was faster: show where the import is now."""
    response = go(request, reverse("imports:show", args=[pk]))
    return toast(request, response, _("This import is already further on."), tone="warn")


@requires(Permission.IMPORT)
def imports(request: UserRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    place = int(before) if before.isdecimal() and len(before) < LONGEST_PK else None
    found = queries.recent_imports(request.user, before=place, limit=PAGE + 1)
    older = f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    values = {"imports": found[:PAGE], "table": queries.list_table(), "older": older}
    return render(request, "imports/list.html", values | {"newer": "?" if before else ""})


@requires(Permission.IMPORT)
def new(request: UserRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            run = _receive(request, form.cleaned_data["file"], form.cleaned_data["kind"])
        except CannotRead as error:
            form.add_error("file", str(error))
        else:
            return go(request, reverse("imports:show", args=[run.pk]))
    return render(request, "imports/new.html", {"form": form}, status=422 if form.errors else 200)


def _receive(request: UserRequest, file: UploadedFile[Any], kind: str) -> Import:
    """Keep the file; where it does not tell what it holds, the next page asks."""
    content: Any = file.file
    given: dict[str, Any] = {"name": file.name or "", "user": request.user, "at": timezone.now()}
    try:
        return actions.receive(content, kind=kind or None, **given)
    except actions.KindUnknown:
        content.seek(0)
        guess = Import.Kind.CUSTOMERS
        return actions.receive(content, kind=guess, options={"kind_guessed": True}, **given)


@requires(Permission.IMPORT)
def show(request: UserRequest, pk: int) -> HttpResponse:
    """The step that this import is at."""
    run = _find(request, pk)
    if run.is_working:
        return render(request, "imports/working.html", {"run": run, "steps": queries.steps(run)})
    if run.state == Import.State.UPLOADED:
        return _mapping(request, run, MappingForm(run=run), LayoutForm(run=run))
    if run.state == Import.State.FAILED:
        return render(request, "imports/failed.html", {"run": run})
    if run.state == Import.State.STAGED:
        return render(request, "imports/preview.html", _preview(request, run))
    values = _told(run) | {"undone": queries.undone(run)}
    if run.state == Import.State.UNDONE:
        kept = queries.kept(run, request.user, limit=KEPT_SHOWN)
        values |= {"kept": kept, "kept_more": values["undone"].kept - len(kept)}
    return render(request, "imports/result.html", values)


def _told(run: Import) -> dict[str, Any]:
    return {
        "run": run,
        "told": queries.told(run),
        "refused": queries.refused(run, SHOWN),
        "refused_reasons": queries.refused_reasons(run),
        "warned": queries.warned(run, SHOWN),
        "warned_reasons": queries.warned_reasons(run),
        "left_out": queries.left_out(run),
        "not_imported": queries.not_imported(run),
    }


def _preview(request: UserRequest, run: Import) -> dict[str, Any]:
    sample = queries.understood(run)
    return _told(run) | {
        "twins": queries.twins(run, request.user),
        "changes": queries.changes(run, request.user),
        "sample": sample,
        "table": queries.sample_table(sample.labels),
    }


def _mapping(
    request: UserRequest, run: Import, form: MappingForm, layout: LayoutForm
) -> HttpResponse:
    values = {
        "run": run,
        "form": form,
        "layout": layout,
        "layout_open": bool(layout.errors),
        "kinds": Import.Kind.choices,
        "table": queries.mapping_table(),
    }
    status = 422 if form.errors or layout.errors else 200
    return render(request, "imports/mapping.html", values, status=status)


@requires(Permission.IMPORT)
def progress(request: UserRequest, pk: int) -> HttpResponse:
    """Asked again and again while there is work; when it is done the page is fetched anew."""
    run = _find(request, pk)
    if not run.is_working:
        return go(request, reverse("imports:show", args=[pk]))
    values = {"run": run, "steps": queries.steps(run)}
    return render(request, "imports/working.html#progress", values)


@require_POST
@requires(Permission.IMPORT)
def reread(request: UserRequest, pk: int) -> HttpResponse:
    """Look at the file again, as somebody who knows it tells."""
    run = _find(request, pk)
    if run.state != Import.State.UPLOADED:
        return _too_late(request, pk)
    layout = LayoutForm(request.POST, run=run)
    if not layout.is_valid():
        return _mapping(request, run, MappingForm(run=run), layout)
    try:
        actions.reread(run, kind=layout.cleaned_data["kind"], hints=layout.hints())
    except CannotRead as error:
        layout.add_error(None, str(error))
        return _mapping(request, _find(request, pk), MappingForm(run=_find(request, pk)), layout)
    except actions.WrongState:
        return _too_late(request, pk)
    return go(request, reverse("imports:show", args=[pk]))


@require_POST
@requires(Permission.IMPORT)
def check(request: UserRequest, pk: int) -> HttpResponse:
    """Take the mapping over and read the rows."""
    run = _find(request, pk)
    if run.state != Import.State.UPLOADED:
        return _too_late(request, pk)
    form = MappingForm(request.POST, run=run)
    if not form.is_valid():
        return _mapping(request, run, form, LayoutForm(run=run))
    try:
        run = actions.configure(
            run,
            mapping=form.mapping(),
            parsing=form.parsing(),
            options=form.options(),
        )
        actions.begin_staging(run, later=True)
    except actions.WrongState:
        return _too_late(request, pk)
    return redirect("imports:show", pk=pk)


@require_POST
@requires(Permission.IMPORT)
def change_mapping(request: UserRequest, pk: int) -> HttpResponse:
    """Back to the columns, before anything is written."""
    try:
        actions.reopen(_find(request, pk))
    except actions.WrongState:
        return _too_late(request, pk)
    return redirect("imports:show", pk=pk)


@require_POST
@requires(Permission.IMPORT)
def apply(request: UserRequest, pk: int) -> HttpResponse:
    try:
        actions.begin_applying(_find(request, pk), later=True)
    except actions.WrongState:
        return _too_late(request, pk)
    return redirect("imports:show", pk=pk)


@requires(Permission.IMPORT)
def undo(request: UserRequest, pk: int) -> HttpResponse:
    run = _find(request, pk)
    if request.method != "POST":
        return render(request, "imports/undo.html", {"run": run, "told": queries.told(run)})
    try:
        actions.begin_undoing(run, later=True, user=request.user)
    except actions.WrongState:
        return _too_late(request, pk)
    return go(request, reverse("imports:show", args=[pk]))


@requires(Permission.IMPORT)
def refused(request: UserRequest, pk: int) -> FileResponse:
    """The refused rows as they were, with the reason, to be mended and sent again."""
    run = _find(request, pk)
    content = actions.refused_file(run)
    name = f"{PurePath(run.file_name).stem}-{_('refused')}.csv"
    return FileResponse(content, as_attachment=True, filename=name, content_type="text/csv")


@require_POST
@requires(Permission.IMPORT)
def discard(request: UserRequest, pk: int) -> HttpResponse:
    try:
        actions.discard(_find(request, pk))
    except actions.WrongState:
        return _too_late(request, pk)
    return toast(request, go(request, reverse("imports:list")), _("The file was discarded."))
