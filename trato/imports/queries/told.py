"""What an import did, or would do, in words and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.imports.models import Import, ImportChange
from trato.imports.queries.rows import refused_rows, warned_rows
from trato.ui import formats

LISTS = {
    "customers": "customers:list",
    "products": "catalog:list",
    "orders": "sales:list",
    "costs": "acquisition:costs",
}
# Lists that know when a row was written down.
WITH_CREATION = frozenset({"customers"})


@dataclass(frozen=True, slots=True)
class Count:
    """A figure with its words: «2», «will be created», «customers»."""

    label: str
    value: int
    hint: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """``further`` are records that come into being on the way, such as customers of orders;
    ``completed`` those of whom such rows say more."""

    counts: list[Count]
    further: list[str]
    completed: str
    refused: int
    warned: int
    twins: int
    writes: bool
    list_url: str
    list_label: str


def told(run: Import) -> Told:
    counts = run.counts
    own = counts.get("records", {}).get(run.kind, {})
    is_whole = run.kind in {Import.Kind.ORDERS, Import.Kind.COSTS}
    figures = {
        name: own.get(name, 0) if is_whole else counts.get(name, 0)
        for name in ("created", "updated", "unchanged")
    }
    refused = refused_rows(run).count()
    return Told(
        counts=[*_figures(run, figures), _refused(run, refused)],
        further=_further(run),
        completed=_completed(run),
        refused=refused,
        warned=warned_rows(run).count(),
        twins=counts.get("twins", 0),
        writes=bool(counts.get("created", 0) or counts.get("updated", 0)),
        list_url=list_url(run, "created") or list_url(run, "updated"),
        list_label=_see(run.kind),
    )


def _figures(run: Import, figures: Mapping[str, int]) -> list[Count]:
    words = _past if run.finished_at else _future
    return [
        Count(words(name, number), number, records(run.kind, number), list_url(run, name))
        for name, number in figures.items()
    ]


def _future(name: str, number: int) -> str:
    return {
        "created": ngettext("Will be created", "Will be created", number),
        "updated": ngettext("Will be updated", "Will be updated", number),
        "unchanged": _("Without changes"),
    }[name]


def _past(name: str, number: int) -> str:
    return {
        "created": ngettext("Was created", "Were created", number),
        "updated": ngettext("Was updated", "Were updated", number),
        "unchanged": _("Without changes"),
    }[name]


def _refused(run: Import, number: int) -> Count:
    is_past = bool(run.finished_at)
    label = ngettext("Was refused", "Were refused", number)
    if not is_past:
        label = ngettext("Will be refused", "Will be refused", number)
    return Count(label, number, ngettext("row", "rows", number), "#refused" if number else "")


def records(kind: str, number: int) -> str:
    """The word for so many records of a kind."""
    return {
        "customers": ngettext("customer", "customers", number),
        "products": ngettext("product", "products", number),
        "orders": ngettext("order", "orders", number),
        "interactions": ngettext("contact", "contacts", number),
        "costs": ngettext("cost", "costs", number),
    }[kind]


def _see(kind: str) -> str:
    return {
        "customers": _("See the customers"),
        "products": _("See the products"),
        "orders": _("See the orders"),
        "costs": _("See the costs"),
    }.get(kind, "")


def _further(run: Import) -> list[str]:
    """«120 customers», created because rows name them; organisations of other customers, too."""
    found = run.counts.get("records", {})
    numbers = {kind: found.get(kind, {}).get("created", 0) for kind in LISTS}
    numbers[run.kind] = 0
    if run.kind == Import.Kind.CUSTOMERS:
        made = found.get(run.kind, {}).get("created", 0)
        numbers[run.kind] = made - run.counts.get("created", 0)
    return [
        f"{formats.number(number)} {records(kind, number)}"
        for kind, number in numbers.items()
        if number
    ]


def _completed(run: Import) -> str:
    found = run.counts.get("records", {})
    numbers = {kind: found.get(kind, {}).get("updated", 0) for kind in LISTS if kind != run.kind}
    parts = [f"{formats.number(n)} {records(kind, n)}" for kind, n in numbers.items() if n]
    return ", ".join(parts)


def list_url(run: Import, result: str) -> str:
    """The list where the written records are; customers by the day of their creation."""
    if run.state != Import.State.DONE or result not in {"created", "updated"}:
        return ""
    if not run.counts.get(result, 0) or run.kind not in LISTS or run.finished_at is None:
        return ""
    try:
        address = reverse(LISTS[run.kind])
    except NoReverseMatch:
        return ""
    if run.kind not in WITH_CREATION:
        return address
    field = "created" if result == "created" else "changed"
    day = formats.local(run.finished_at).date()
    return f"{address}?{urlencode({f'{field}.on': day.isoformat()})}"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, and how much was kept."""

    taken: str
    kept: int


def undone(run: Import) -> Undone:
    counts = run.counts.get("undone", {})
    kinds = {"customer": "customers", "product": "products", "order": "orders", "cost": "costs"}
    numbers = {kind: counts.get(model, 0) for model, kind in kinds.items()}
    numbers["interactions"] = counts.get("event", 0)
    parts = [f"{formats.number(n)} {records(kind, n)}" for kind, n in numbers.items() if n]
    return Undone(", ".join(parts), counts.get("kept", 0))


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the work: waiting, under way or done; of how much, if only about, is not said."""

    label: str
    state: str
    done: int = 0
    total: int | None = None
    is_about: bool = False

    @property
    def is_current(self) -> bool:
        return self.state == "current"

    @property
    def detail(self) -> str:
        if not self.done:
            return ""
        if self.total is None or self.is_about or self.state == "done":
            return _rows(self.done)
        numbers = {"done": formats.number(self.done), "all": formats.number(self.total)}
        return _("%(done)s of %(all)s") % numbers


def _rows(number: int) -> str:
    words = ngettext("%(count)s row", "%(count)s rows", number)
    return words % {"count": formats.number(number)}


def steps(run: Import) -> list[Step]:
    """What is being done, and what comes after it."""
    if run.state == Import.State.STAGING:
        return _staging(run)
    if run.state == Import.State.UNDOING:
        taken = sum(run.counts.get("undone", {}).values())
        total = taken + run.changes.exclude(action=ImportChange.Action.KEPT).count()
        return [Step(_("Take back what was written"), "current", taken, total)]
    return [Step(_("Write the rows"), "current", run.rows_done, run.rows_good)]


def _staging(run: Import) -> list[Step]:
    read, compare = _("Read and check the rows"), _("Compare them with what you have")
    if run.rows_done:
        return [
            Step(read, "done", run.rows_read, run.rows_read),
            Step(compare, "current", run.rows_done, run.rows_good),
        ]
    total = max(run.rows_total, run.rows_read) if run.rows_total else None
    return [Step(read, "current", run.rows_read, total, is_about=True), Step(compare, "waiting")]
