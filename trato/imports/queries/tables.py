"""The tables of the pages."""

from django.utils.translation import gettext as _

from trato.ui.table import Column, Table


def list_table() -> Table:
    columns = (
        Column("file", _("File")),
        Column("kind", _("What it holds")),
        Column("created", _("When"), kind="moment"),
        Column("user", _("Who")),
        Column("read", _("Rows"), kind="number"),
        Column("refused", _("Refused"), kind="number"),
        Column("state", _("State")),
    )
    return Table(name="imports", columns=columns)


def mapping_table() -> Table:
    columns = (
        Column("heading", _("Column of the file")),
        Column("cells", _("What it says")),
        Column("target", _("Is imported as")),
        Column("sure", _("Understood")),
    )
    return Table(name="mapping", columns=columns)


def sample_table(labels: list[str]) -> Table:
    columns = (Column(f"{place}", label) for place, label in enumerate(labels))
    return Table(name="sample", columns=(Column("number", _("Row")), *columns))
