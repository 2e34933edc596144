from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.identity.models import User
from trato.imports.models import Import, ImportRow
from trato.ui import formats
from trato.ui.table import Column, Table


def refused_rows(run: Import) -> QuerySet[ImportRow]:
    return run.rows.filter(problems__isnull=False).order_by("number")


def refused_sample(run: Import, limit: int = 50) -> list[ImportRow]:
    return list(refused_rows(run)[:limit])


def recent_imports(user: User, limit: int = 50) -> list[Import]:
    return list(Import.objects.visible_to(user).select_related("user")[:limit])


def good_sample(run: Import, limit: int = 20) -> list[ImportRow]:
    return list(run.rows.filter(problems__isnull=True).order_by("number")[:limit])


def each_refused(run: Import) -> Iterator[ImportRow]:
    yield from refused_rows(run).iterator(2000)


@dataclass(frozen=True)
class Count:
    label: str
    value: int
    hint: str = ""


@dataclass(frozen=True)
class Told:
    """What an import did, or would do, in words and numbers."""

    counts: list[Count]
    records: list[str]
    twins: str
    undone: str
    writes: bool


def told(run: Import) -> Told:
    counts = run.counts
    created, updated = counts.get("created", 0), counts.get("updated", 0)
    twins = counts.get("twins", 0)
    return Told(
        counts=[
            Count(_("Rows that create"), created),
            Count(_("Rows that update"), updated),
            Count(_("Rows that change nothing"), counts.get("unchanged", 0)),
            Count(_("Refused rows"), run.rows_refused),
        ],
        records=_records(counts.get("records", {})),
        twins=ngettext(
            "%(count)s row looks like a customer you have",
            "%(count)s rows look like customers you have",
            twins,
        )
        % {"count": formats.number(twins)}
        if twins
        else "",
        undone=_undone(counts.get("undone", {})),
        writes=bool(created or updated),
    )


def _records(records: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Such as «Orders: 18,532 created» for each kind of record."""
    names = {
        "customers": _("Customers"),
        "products": _("Products"),
        "orders": _("Orders"),
        "interactions": _("Contacts"),
    }
    words = {
        "created": _("%s created"),
        "updated": _("%s updated"),
        "unchanged": _("%s unchanged"),
        "refused": _("%s refused"),
    }
    lines = []
    for name, results in records.items():
        parts = [words[result] % formats.number(n) for result, n in results.items() if n]
        if parts:
            lines.append(f"{names[name]}: {', '.join(parts)}")
    return lines


def _undone(undone: Mapping[str, int]) -> str:
    kept = undone.get("kept", 0)
    if not kept:
        return _("Everything it wrote was taken back.")
    return ngettext(
        "%(count)s record was kept: it is in use or was changed since.",
        "%(count)s records were kept: they are in use or were changed since.",
        kept,
    ) % {"count": formats.number(kept)}


def list_table() -> Table:
    columns = (
        Column("file", _("File")),
        Column("created", _("When"), kind="moment"),
        Column("user", _("Who")),
        Column("read", _("Rows"), kind="number"),
        Column("refused", _("Refused"), kind="number"),
        Column("state", _("State")),
    )
    return Table(name="imports", columns=columns)


def mapping_table() -> Table:
    columns = (
        Column("heading", _("Column")),
        Column("cells", _("First cells")),
        Column("target", _("Becomes")),
        Column("why", _("Why")),
    )
    return Table(name="mapping", columns=columns)
