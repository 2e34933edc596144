"""A list as a file to download: what every list's export page answers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.identity.access import UserRequest
from trato.identity.lists.page import columns_of, list_query, state_of
from trato.identity.models import SavedView
from trato.kit.exporting import CANONICAL, Format, Heading, Layout, csv_parts, headings, write
from trato.kit.listing import Listing, Row, in_order, stream
from trato.kit.temporary import temporary_file
from trato.ui import formats


@dataclass(frozen=True, slots=True)
class Canonical:
    """What is imported again where it is not a row of the list: an order is a row a line."""

    headings: Callable[[], list[Heading]]
    batches: Callable[[QuerySet[Any]], Iterable[list[Row]]]


def list_file(
    request: UserRequest,
    listing: Listing,
    rows: QuerySet[Any],
    *,
    name: str,
    canonical: Canonical | None = None,
    is_canonical: bool = False,
) -> HttpResponseBase:
    """The rows that match, in the order and with the columns of the list.

    ``format`` in the address is csv, xlsx, parquet, or ``canonical`` for a CSV that is imported
    again. Nothing but a batch of rows is in memory at a time.
    """
    asked = request.GET.get("format", "")
    is_canonical = is_canonical or asked == "canonical"
    if asked not in _formats(listing, canonical):
        raise Http404
    format_ = Format.CSV if asked == "canonical" else Format(asked)
    state = state_of(request, listing, list_query(request))
    views = SavedView.objects.visible_to(request.user).filter(page=listing.name)
    view = views.filter(pk=state.view).first() if state.view else None
    layout = CANONICAL if is_canonical else reader_layout()
    found = in_order(state, rows)
    if is_canonical and canonical is not None:
        columns, batches = canonical.headings(), canonical.batches(found)
    else:
        columns = headings(listing, columns_of(request, state, view), layout)
        batches = listed(listing, found, columns, layout)
    kind = f"-{_('to-import')}" if is_canonical else ""
    file_name = f"{name}{kind}-{timezone.localdate().isoformat()}.{format_}"
    if format_ == Format.CSV:
        answer = StreamingHttpResponse(
            csv_parts(columns, batches, layout), content_type=format_.content_type
        )
        answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return answer
    file = temporary_file(suffix=f".{format_}")
    write(Path(file.name), format_, columns, batches, layout)
    return FileResponse(
        file, as_attachment=True, filename=file_name, content_type=format_.content_type
    )


def _formats(listing: Listing, canonical: Canonical | None) -> set[str]:
    """What nobody can import has no file to be imported again."""
    comes_back = canonical or any(field.canonical for field in listing.fields)
    return {*Format, "canonical"} if comes_back else set(Format)


def listed(
    listing: Listing, rows: QuerySet[Any], columns: list[Heading], layout: Layout
) -> Iterable[list[Row]]:
    """A row of the file for each row of the list."""
    keys = [column.key for column in columns]
    return stream(listing, rows, keys, every=layout.is_canonical)


def reader_layout() -> Layout:
    """As spreadsheets in the active language and time zone read best."""
    decimal = formats.separators()[1]
    return Layout(
        separator=";" if decimal == "," else ",",
        decimal=decimal,
        zone=timezone.get_current_timezone(),
        yes=_("Yes"),
        no=_("No"),
    )
