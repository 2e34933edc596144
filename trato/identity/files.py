"""A list as a file to download: what every list's export page answers."""

import tempfile
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.identity.access import UserRequest
from trato.identity.lists.aside import list_query
from trato.identity.lists.page import columns_of, state_of
from trato.identity.models import SavedView
from trato.kit.exporting import CANONICAL, Format, Layout, csv_parts, headings, write
from trato.kit.listing import Listing, in_order, stream
from trato.ui import formats


def list_file(
    request: UserRequest, listing: Listing, rows: QuerySet[Any], *, name: str
) -> HttpResponseBase:
    """The rows that match, in the order and with the columns of the list.

    ``format`` in the address is csv, xlsx, parquet, or ``canonical`` for a CSV that is imported
    again. Nothing but a batch of rows is in memory at a time.
    """
    asked = request.GET.get("format", "")
    is_canonical = asked == "canonical"
    if not is_canonical and asked not in set(Format):
        raise Http404
    format_ = Format.CSV if is_canonical else Format(asked)
    state = state_of(request, listing, list_query(request))
    views = SavedView.objects.visible_to(request.user).filter(page=listing.name)
    view = views.filter(pk=state.view).first() if state.view else None
    layout = CANONICAL if is_canonical else reader_layout()
    columns = headings(listing, columns_of(request, state, view), layout)
    keys = [column.key for column in columns]
    batches = stream(listing, in_order(state, rows), keys, every=is_canonical)
    kind = f"-{_('to-import')}" if is_canonical else ""
    file_name = f"{name}{kind}-{timezone.localdate().isoformat()}.{format_}"
    if format_ == Format.CSV:
        answer = StreamingHttpResponse(
            csv_parts(columns, batches, layout), content_type=format_.content_type
        )
        answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return answer
    file = tempfile.NamedTemporaryFile(suffix=f".{format_}")  # noqa: SIM115 the answer closes it
    write(Path(file.name), format_, columns, batches, layout)
    return FileResponse(
        file, as_attachment=True, filename=file_name, content_type=format_.content_type
    )


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
