"""A chart as a file."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponseBase, StreamingHttpResponse

from trato.identity.access import UserRequest
from trato.identity.files import reader_layout
from trato.identity.rules import Permission
from trato.kit.exporting import Heading, csv_parts
from trato.kit.listing import Kind
from trato.kit.money import as_paid
from trato.ui.figures import Chart
from trato.ui.table import Column

KINDS = {"number": Kind.NUMBER, "money": Kind.MONEY, "percent": Kind.NUMBER, "day": Kind.DATE}


def chart_file(request: UserRequest, charts: Sequence[Chart], wanted: str) -> HttpResponseBase:
    """The table of one of the charts, for who may take data away."""
    if not request.user.may(Permission.EXPORT):
        raise Http404
    chart = next((one for one in charts if one.name == wanted), None)
    if chart is None:
        raise Http404
    columns = [
        Heading(column.key, column.label, KINDS.get(column.kind, Kind.TEXT), column.unit)
        for column in chart.columns
    ]
    rows = [
        {
            column.key: _plain(value, column)
            for column, value in zip(chart.columns, line.values, strict=True)
        }
        for line in chart.lines
    ]
    parts = csv_parts(columns, [rows], reader_layout())
    answer = StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="trato-{chart.name}.csv"'
    return answer


def _plain(value: Any, column: Column) -> Any:
    """Rounded as nobody needs more, money as it is paid; as decimals, which the writer writes for
    the reader."""
    if not isinstance(value, float | Decimal):
        return value
    exact = Decimal(str(value))
    return as_paid(exact, column.unit) if column.kind == "money" else round(exact, 4)
