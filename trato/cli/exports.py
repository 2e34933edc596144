"""`trato export`: lists out, as from the pages. Whoever has the machine sees every row."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from django.db.models import Model
from django.utils import timezone

from trato.acquisition.listing import cost_list
from trato.acquisition.models import Cost
from trato.catalog.listing import product_list
from trato.catalog.models import Product
from trato.cli.language import gettext as _
from trato.customers.models import Customer
from trato.customers.queries.contacts import contact_headings, contact_rows
from trato.customers.queries.listing import customer_file, customer_list
from trato.identity.files import Canonical, listed, reader_layout
from trato.identity.queries import company
from trato.insight.queries.scores import SCORE_HEADINGS, score_rows
from trato.kit.environment import CannotStart
from trato.kit.exporting import CANONICAL, Format, Heading, Layout, csv_parts, headings, write
from trato.kit.listing import Listing, Moment, Row, State, in_order, read
from trato.sales.models import Order
from trato.sales.queries.lines import line_headings, line_rows
from trato.sales.queries.listing import order_list
from trato.ui.lists import notice_words

STANDARD_OUTPUT = "-"


@dataclass(frozen=True)
class Kind:
    model: type[Model]
    listing: Callable[[str], Listing]
    canonical: Canonical | None = None
    is_always_canonical: bool = False


KINDS = {
    "customers": Kind(Customer, lambda currency: customer_file(currency=currency)),
    "products": Kind(Product, lambda currency: product_list(currency=currency)),
    "orders": Kind(
        Order,
        lambda currency: order_list(currency=currency),
        Canonical(line_headings, line_rows),
    ),
    "interactions": Kind(
        Customer,
        lambda currency: customer_list(currency=currency),
        Canonical(contact_headings, contact_rows),
        is_always_canonical=True,
    ),
    "costs": Kind(Cost, lambda currency: cost_list()),
    "scores": Kind(
        Customer,
        lambda currency: customer_list(currency=currency),
        Canonical(lambda: SCORE_HEADINGS, score_rows),
        is_always_canonical=True,
    ),
}


@click.command(
    help=_("Write customers, products, orders, interactions, costs or scores to a file.")
)
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option(
    "--filter",
    "query",
    default="",
    help=_("Filters, search, order, columns: what follows the ? in the address of the list."),
)
@click.option("--columns", default="", help=_("The fields to write, apart by commas."))
@click.option(
    "--format",
    "format_",
    type=click.Choice([known.value for known in Format]),
    help=_("When the file's ending does not tell it."),
)
@click.option(
    "--canonical",
    is_flag=True,
    help=_("The columns that trato import reads back; of orders a row a line."),
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help=_("The file; - for the standard output (CSV only)."),
)
def export(
    kind: str, query: str, columns: str, format_: str | None, canonical: bool, output: Path
) -> None:
    own = company()
    asked = "&".join(filter(None, [query.lstrip("?"), columns and f"columns={columns}"]))
    with timezone.override(own.zone):
        state = _state(KINDS[kind].listing(own.currency), asked)
        layout = CANONICAL if canonical or KINDS[kind].is_always_canonical else reader_layout()
        found, batches = _content(KINDS[kind], state, layout)
        _write(found, batches, layout, _format(format_, output), output)


def _state(listing: Listing, query: str) -> State:
    """A filter that is not understood must not become a file with everything in it."""
    state = read(listing, query, moment=Moment(timezone.localtime(datetime.now(UTC))))
    if state.notices:
        reasons = " ".join(notice_words(listing, notice) for notice in state.notices)
        text = _("Nothing was written, as not all that was asked for is understood: {reasons}")
        raise CannotStart(text.format(reasons=reasons))
    return state


def _format(given: str | None, output: Path) -> Format:
    ending = given or output.suffix.lower().lstrip(".") or Format.CSV
    if ending not in set(Format):
        raise CannotStart(_("Say the format: --format csv, xlsx or parquet."))
    if str(output) == STANDARD_OUTPUT and ending != Format.CSV:
        raise CannotStart(_("Only CSV goes to the standard output. Give a file with -o."))
    return Format(ending)


def _content(kind: Kind, state: State, layout: Layout) -> tuple[list[Heading], Iterable[list[Row]]]:
    rows = in_order(state, kind.model._default_manager.all())
    if layout.is_canonical and kind.canonical is not None:
        return kind.canonical.headings(), kind.canonical.batches(rows)
    listing = state.listing
    columns = headings(listing, state.columns or listing.default_columns, layout)
    return columns, listed(listing, rows, columns, layout)


def _write(
    columns: list[Heading],
    batches: Iterable[list[Row]],
    layout: Layout,
    format_: Format,
    output: Path,
) -> None:
    if str(output) == STANDARD_OUTPUT:
        for part in csv_parts(columns, batches, layout):
            sys.stdout.buffer.write(part)
        return
    try:
        number = write(output, format_, columns, batches, layout)
    except OSError as error:
        reason = error.strerror or str(error)
        text = _("The file {file} cannot be written ({reason}).")
        raise CannotStart(text.format(file=output, reason=reason)) from None
    click.echo(_("Rows written to {file}: {number}.").format(number=number, file=output))
