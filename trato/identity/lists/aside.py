"""What a list's own address answers besides the list: its dialogs, and what is kept of it."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from trato.identity.access import UserRequest
from trato.identity.actions import delete_view, save_view
from trato.identity.lists.page import (
    columns_key,
    columns_of,
    moment_of,
    state_of,
    view_url,
    without_view,
)
from trato.identity.lists.view_form import ViewForm
from trato.identity.models import SavedView
from trato.kit.listing import Listing, Malformed, State, make_filter, with_fixed
from trato.ui.filter_form import FilterForm
from trato.ui.responses import go, toast

LONGEST_QUERY = 2000


def aside(request: UserRequest, listing: Listing) -> HttpResponse | None:
    """The answer when the list's address is asked for something else than the list."""
    do = request.GET.get("do", "")
    if request.method == "POST":
        answer = _POSTED.get(do)
        return answer(request, listing) if answer else HttpResponse(status=405)
    if do == "filter":
        return _filter(request, listing)
    if do == "view":
        return _view_dialog(request, listing)
    return None


def list_query(request: UserRequest) -> str:
    """The list's own part of the address."""
    asked = request.GET.copy()
    for name in ("do", "field", "instead", "format", "after", "before", *FilterForm.base_fields):
        asked.pop(name, None)
    return asked.urlencode()


def _filter(request: UserRequest, listing: Listing) -> HttpResponse:
    """The form of one filter, and the list with that filter when the form is filled in."""
    field = listing.field(request.GET.get("field", ""))
    if field is None or not field.filterable:
        return go(request, request.path)
    state = state_of(request, listing, list_query(request))
    instead = request.GET.get("instead", "")
    current = next((one for one in state.filters if one.query == instead), None)
    form = FilterForm(request.GET if "op" in request.GET else None, field, current)
    if form.is_bound and form.is_valid():
        try:
            word, values = form.asked
            made = make_filter(listing, f"{field.key}.{word}", values, moment=moment_of(request))
            return go(request, f"{request.path}?{state.with_filter(made, instead).query}")
        except Malformed:
            form.add_error("op", _("This cannot be compared so."))
    context = {
        "field": field,
        "form": form,
        "kept": [*state.pairs, ("do", "filter"), ("field", field.key), ("instead", instead)],
        "back": f"{request.path}?{state.query}",
        "remove_url": f"{request.path}?{state.without(current).query}" if current else "",
    }
    return render(request, "ui/list/filter.html", context)


def _view_dialog(request: UserRequest, listing: Listing) -> HttpResponse:
    """The form of a view to keep; the action's own view is offered to be written over."""
    state = state_of(request, listing, list_query(request))
    context = {
        "form": ViewForm(None, request.user, _own_view(request, state)),
        "query": state.query,
        "back": f"{request.path}?{state.query}",
    }
    return render(request, "ui/list/view.html", context)


def _own_view(request: UserRequest, state: State) -> SavedView | None:
    own = SavedView.objects.filter(user=request.user, page=state.listing.name)
    return own.filter(pk=state.view).first() if state.view else None


def _keep_view(request: UserRequest, listing: Listing) -> HttpResponse:
    state = state_of(request, listing, request.POST.get("query", ""))
    form = ViewForm(request.POST, request.user, None)
    query, back = without_view(state), f"{request.path}?{state.query}"
    if len(query) > LONGEST_QUERY:
        form.add_error("name", _("There is too much in this view to keep it."))
    if not form.is_valid():
        context = {"form": form, "query": state.query, "back": back}
        return render(request, "ui/list/view.html", context, status=422)
    opened = SavedView.objects.visible_to(request.user).filter(pk=state.view or 0).first()
    view = save_view(
        user=request.user,
        page=listing.name,
        name=form.cleaned_data["name"],
        query=query,
        columns=list(columns_of(request, state, opened)),
        shared=form.cleaned_data.get("shared", False),
    )
    return toast(request, go(request, view_url(request.path, view)), _("The view is kept."))


def _forget_view(request: UserRequest, listing: Listing) -> HttpResponse:
    own = SavedView.objects.filter(user=request.user, page=listing.name)
    given = request.POST.get("view", "")
    delete_view(view=get_object_or_404(own, pk=given if given.isdigit() else 0))
    return toast(request, go(request, request.path), _("The view is deleted."))


def _keep_columns(request: UserRequest, listing: Listing) -> HttpResponse:
    """In the user's own view; else for this user, as long as the session lasts."""
    state = state_of(request, listing, request.POST.get("query", ""))
    columns = list(with_fixed(listing, request.POST.getlist("columns")))
    view = _own_view(request, state)
    if view is not None:
        save_view(
            user=request.user,
            page=view.page,
            name=view.name,
            query=view.query,
            columns=columns,
            shared=view.shared,
        )
    else:
        request.session[columns_key(listing)] = columns
    shown = [pair for pair in state.pairs if pair[0] != "columns" and (view or pair[0] != "view")]
    return go(request, f"{request.path}?{urlencode(shown)}")


_POSTED = {"view": _keep_view, "forget": _forget_view, "columns": _keep_columns}
