"""The saved views of a list: kept, renamed, shared, brought up to date, moved, deleted."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from trato.identity.access import UserRequest
from trato.identity.actions import change_view, delete_view, move_view, save_view, update_view
from trato.identity.lists.page import columns_of, list_query, state_of, view_url, without_view
from trato.identity.lists.view_form import ViewForm
from trato.identity.models import SavedView, SavedViewQuerySet
from trato.kit.listing import Listing, State
from trato.ui.responses import go, toast

LONGEST_QUERY = 2000
MOVES = {"left": -1, "right": 1}


def _own(request: UserRequest, listing: Listing) -> SavedViewQuerySet:
    return SavedView.objects.filter(user=request.user, page=listing.name)


def opened(request: UserRequest, state: State) -> SavedView | None:
    """The user's own view that is open."""
    return _own(request, state.listing).filter(pk=state.view).first() if state.view else None


def _named(request: UserRequest, listing: Listing) -> SavedView:
    """The user's own view that the form names."""
    given = request.POST.get("view", "")
    return get_object_or_404(_own(request, listing), pk=given if given.isdecimal() else 0)


def keep_dialog(request: UserRequest, listing: Listing) -> HttpResponse:
    """The form of a view to keep."""
    state = state_of(request, listing, list_query(request))
    return _keep_form(request, state, ViewForm(None, request.user, None))


def _keep_form(request: UserRequest, state: State, form: ViewForm) -> HttpResponse:
    context = {"form": form, "query": state.query, "back": f"{request.path}?{state.query}"}
    return render(request, "ui/list/view.html", context, status=422 if form.errors else 200)


def _fits(form: ViewForm, query: str) -> bool:
    if len(query) > LONGEST_QUERY:
        form.add_error("name", _("There is too much in this view to keep it."))
    return form.is_valid()


def keep(request: UserRequest, listing: Listing) -> HttpResponse:
    state = state_of(request, listing, request.POST.get("query", ""))
    form = ViewForm(request.POST, request.user, None)
    query = without_view(state)
    if not _fits(form, query):
        return _keep_form(request, state, form)
    view = save_view(
        user=request.user,
        page=listing.name,
        name=form.cleaned_data["name"],
        query=query,
        columns=_columns(request, state),
        shared=form.cleaned_data.get("shared", False),
    )
    return toast(request, go(request, view_url(request.path, view)), _("The view is kept."))


def _columns(request: UserRequest, state: State) -> list[str]:
    seen = SavedView.objects.visible_to(request.user).filter(pk=state.view or 0).first()
    return list(columns_of(request, state, seen))


def change_dialog(request: UserRequest, listing: Listing) -> HttpResponse:
    """The form of a view's name, and of who sees it."""
    view = opened(request, state_of(request, listing, list_query(request)))
    if view is None:
        return go(request, request.path)
    return _change_form(request, view, ViewForm(None, request.user, view))


def _change_form(request: UserRequest, view: SavedView, form: ViewForm) -> HttpResponse:
    context = {"form": form, "view": view, "back": view_url(request.path, view)}
    return render(request, "ui/list/view_edit.html", context, status=422 if form.errors else 200)


def change(request: UserRequest, listing: Listing) -> HttpResponse:
    view = _named(request, listing)
    others = tuple(_own(request, listing).exclude(pk=view.pk))
    form = ViewForm(request.POST, request.user, view, others)
    if not form.is_valid():
        return _change_form(request, view, form)
    shared = form.cleaned_data.get("shared", view.shared)
    change_view(view=view, name=form.cleaned_data["name"], shared=shared)
    return toast(request, go(request, view_url(request.path, view)), _("The view is changed."))


def update(request: UserRequest, listing: Listing) -> HttpResponse:
    """The present filters, order and columns become the view's."""
    view = _named(request, listing)
    state = state_of(request, listing, request.POST.get("query", ""))
    query = without_view(state)
    if len(query) > LONGEST_QUERY:
        text = _("There is too much in this view to keep it.")
        return toast(request, go(request, f"{request.path}?{state.query}"), text, tone="bad")
    update_view(view=view, query=query, columns=_columns(request, state))
    return toast(request, go(request, view_url(request.path, view)), _("The view is changed."))


def move(request: UserRequest, listing: Listing) -> HttpResponse:
    view = _named(request, listing)
    move_view(view=view, by=MOVES.get(request.POST.get("to", ""), 0))
    return go(request, view_url(request.path, view))


def forget(request: UserRequest, listing: Listing) -> HttpResponse:
    delete_view(view=_named(request, listing))
    return toast(request, go(request, request.path), _("The view is deleted."))
