"""The page of a list: its rows with everything that stands around them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.identity.access import UserRequest
from trato.identity.models import SavedView
from trato.identity.queries import saved_views
from trato.kit.listing import Field, Listing, Moment, Page, Row, State, find, read, with_fixed
from trato.ui import lists
from trato.ui.filter_form import FilterForm
from trato.ui.table import Column, Table


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    href: str
    active: bool
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything that ``ui/list/page.html`` shows besides the cells."""

    path: str
    state: State
    page: Page
    columns: tuple[str, ...]
    views: list[SavedView]
    view: SavedView | None
    table: Table
    user_id: int

    @property
    def listing(self) -> Listing:
        return self.state.listing

    @property
    def rows(self) -> list[Row]:
        return self.page.rows

    @property
    def fields(self) -> list[Field]:
        """The fields of the columns, but for those that are always there."""
        found = [self.listing.field(key) for key in self.columns]
        return [field for field in found if field is not None and not field.fixed]

    @property
    def filters(self) -> list[tuple[str, str]]:
        """What can be filtered by, with the address of its form."""
        start = f"{self.path}?{self.state.query}&do=filter&field="
        fields = [one for one in self.listing.fields if one.filterable and one.is_column]
        return [(str(field.label), start + field.key) for field in fields]

    @property
    def tabs(self) -> list[Tab]:
        """All rows and the saved views; none while there are no views."""
        if not self.views:
            return []
        found = [Tab(_("All"), self.path, self.view is None and not self.state.is_narrowed)]
        for view in self.views:
            is_others = view.user_id != self.user_id
            found.append(
                Tab(view.name, self._url(view), view == self.view, "users" if is_others else "")
            )
        return found

    def _url(self, view: SavedView) -> str:
        return view_url(self.path, view)

    @property
    def owns_view(self) -> bool:
        return self.view is not None and self.view.user_id == self.user_id

    @property
    def chips(self) -> list[lists.Chip]:
        return lists.chips(self.state)

    @property
    def notices(self) -> list[str]:
        return [lists.notice_words(self.listing, notice) for notice in self.page.notices]

    @property
    def count(self) -> str:
        return lists.count_words(self.page.count)

    @property
    def count_url(self) -> str:
        """Where the page asks how many rows there are, once it is shown."""
        return f"{self.path}?{self.query}&do=count" if self.page.count.may_be_told else ""

    @property
    def query(self) -> str:
        return self.state.query

    @property
    def search_pairs(self) -> list[tuple[str, str]]:
        """What stays as it is when something is searched for."""
        return [pair for pair in self.state.pairs if pair[0] != "q"]

    @property
    def clear_url(self) -> str:
        return f"{self.path}?{self.state.cleared().query}"

    @property
    def columns_action(self) -> str:
        return f"{self.path}?do=columns"

    @property
    def keep_url(self) -> str:
        return f"{self.path}?{self.state.query}&do=view"

    @property
    def edit_url(self) -> str:
        return f"{self.path}?{self.state.query}&do=edit"

    @property
    def _own_views(self) -> list[SavedView]:
        return [view for view in self.views if view.user_id == self.user_id]

    @property
    def may_move_left(self) -> bool:
        return self.owns_view and self._own_views[0] != self.view

    @property
    def may_move_right(self) -> bool:
        return self.owns_view and self._own_views[-1] != self.view

    @property
    def newer_url(self) -> str:
        return f"?{self.page.newer}" if self.page.newer else ""

    @property
    def older_url(self) -> str:
        return f"?{self.page.older}" if self.page.older else ""

    @property
    def is_changed(self) -> bool:
        """Whether this is not what the view keeps, or not the plain list."""
        if self.view is None:
            return self.state.is_narrowed or self.state.is_sorted or bool(self.state.columns)
        is_same = list(self.columns) == self.view.columns
        return not is_same or without_view(self.state) != self.view.query


def without_view(state: State) -> str:
    """The query string of filters, search and order, as views keep it."""
    return urlencode([pair for pair in state.pairs if pair[0] not in {"view", "columns"}])


def view_url(path: str, view: SavedView) -> str:
    return f"{path}?view={view.pk}" + (f"&{view.query}" if view.query else "")


def list_query(request: UserRequest) -> str:
    """The list's own part of the address."""
    asked = request.GET.copy()
    for name in ("do", "field", "instead", "format", "after", "before", *FilterForm.base_fields):
        asked.pop(name, None)
    return asked.urlencode()


def moment_of(request: UserRequest) -> Moment:
    return Moment(timezone.localtime(), request.user.pk)


def state_of(request: UserRequest, listing: Listing, query: str | None = None) -> State:
    """What the address asks for, or another query string, with this user's today and me."""
    asked = request.META.get("QUERY_STRING", "") if query is None else query
    return read(listing, asked, moment=moment_of(request))


def open_list(
    request: UserRequest,
    listing: Listing,
    rows: QuerySet[Any],
    *,
    also: tuple[str, ...] = (),
    selectable: bool = False,
    has_actions: bool = False,
) -> ListPage:
    """``rows`` are those that the user may see; ``also`` are fields that rows need unseen."""
    state = state_of(request, listing)
    views = saved_views(user=request.user, page=listing.name)
    view = next((known for known in views if known.pk == state.view), None)
    columns = columns_of(request, state, view)
    page = find(state, rows, tuple(dict.fromkeys((*columns, *also))))
    table = Table(
        name=listing.name,
        columns=_columns(listing, columns),
        params=request.GET,
        sort=page.sort.key,
        selectable=selectable,
        has_actions=has_actions,
    )
    return ListPage(request.path, state, page, columns, views, view, table, request.user.pk)


def columns_of(request: UserRequest, state: State, view: SavedView | None) -> tuple[str, ...]:
    """The columns asked for; else the view's, the user's own, the usual ones."""
    if state.columns:
        return state.columns
    own = request.session.get(columns_key(state.listing), [])
    kept = (view.columns if view else None) or own or state.listing.default_columns
    return with_fixed(state.listing, kept)


def columns_key(listing: Listing) -> str:
    return f"columns:{listing.name}"


def _columns(listing: Listing, shown: tuple[str, ...]) -> tuple[Column, ...]:
    """Those that are shown, in their order, then those that could be."""
    rest = [one.key for one in listing.fields if one.is_column and one.key not in shown]
    fields = [listing.field(key) for key in (*shown, *rest)]
    return tuple(lists.column_of(field, shown=field.key in shown) for field in fields if field)
