"""What a list's own address answers besides the list: its dialogs, and what is kept of it."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from trato.identity.access import UserRequest
from trato.identity.actions import update_view
from trato.identity.lists import saved
from trato.identity.lists.page import columns_key, list_query, moment_of, state_of
from trato.kit.listing import Listing, Malformed, count, make_filter, with_fixed
from trato.ui.filter_form import FilterForm
from trato.ui.lists import count_words
from trato.ui.responses import go


def aside(
    request: UserRequest, listing: Listing, rows: QuerySet[Any], template: str
) -> HttpResponse | None:
    """The answer when the list's address is asked for something else than the list.

    ``rows`` are those that the user may see; ``template`` has a partial ``count``.
    """
    do = request.GET.get("do", "")
    if request.method == "POST":
        answer = _POSTED.get(do)
        return answer(request, listing) if answer else HttpResponse(status=405)
    if do == "filter":
        return _filter(request, listing)
    if do == "view":
        return saved.keep_dialog(request, listing)
    if do == "edit":
        return saved.change_dialog(request, listing)
    if do == "count":
        return _counted(request, listing, rows, f"{template}#count")
    return None


def _counted(
    request: UserRequest, listing: Listing, rows: QuerySet[Any], template: str
) -> HttpResponse:
    """How many rows there are; nothing when nobody wants to wait for that."""
    found = count(state_of(request, listing, list_query(request)), rows)
    if found is None:
        return HttpResponse(status=204)
    return render(request, template, {"number": found.number, "shown": count_words(found)})


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


def _keep_columns(request: UserRequest, listing: Listing) -> HttpResponse:
    """In the user's own view; else for this user, as long as the session lasts."""
    state = state_of(request, listing, request.POST.get("query", ""))
    columns = list(with_fixed(listing, request.POST.getlist("columns")))
    view = saved.opened(request, state)
    if view is not None:
        update_view(view=view, query=view.query, columns=columns)
    else:
        request.session[columns_key(listing)] = columns
    shown = [pair for pair in state.pairs if pair[0] != "columns" and (view or pair[0] != "view")]
    return go(request, f"{request.path}?{urlencode(shown)}")


_POSTED = {
    "view": saved.keep,
    "edit": saved.change,
    "update": saved.update,
    "move": saved.move,
    "forget": saved.forget,
    "columns": _keep_columns,
}
