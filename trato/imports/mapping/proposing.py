"""Proposing what each column of a file means."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain, count
from typing import Protocol

from trato.imports.mapping.columns import (
    ABOUT,
    CUSTOM,
    EXTERNAL,
    OURS,
    SKIP,
    Column,
    Mapping,
    Reason,
)
from trato.imports.mapping.contents import looks_like, type_of
from trato.imports.mapping.fields import FIELDS, field_of
from trato.imports.mapping.presets import outlook_addresses, recognise
from trato.imports.mapping.synonyms import hint, meaning
from trato.imports.mapping.systems import foreign_id
from trato.imports.reading import SourceRow
from trato.kit.text import clean, is_blank, normalise_header, slug

_SURE = {
    Reason.CANONICAL: 1.0,
    Reason.PRESET: 0.95,
    Reason.CUSTOM_FIELD: 0.9,
    Reason.SYNONYM: 0.85,
    Reason.WORDS: 0.6,
    Reason.CONTENT: 0.5,
    Reason.EXTRA: 0.5,
}
# What a canonical file has at least, besides half of its headings.
_TELLING = {
    "customers": [{"customer_id"}, {"name"}, {"email"}],
    "products": [{"product_id", "name"}],
    "orders": [{"order_id", "ordered_at", "product_id", "quantity", "unit_price"}],
    "interactions": [{"at", "kind"}, {"at", "subject"}],
    "costs": [{"month", "amount"}],
}
_NUMBERED = re.compile(r"(.*?)\s*\d+$")
_LABELS = re.compile(
    r"(?:email|phone|address|organization|website|relation|event) \d+ (?:label|type)"
)
_IN_ADDRESS = re.compile(r"(?:\w+ )?(?:address|direccion|domicilio) (\w.*)")
_ADDRESS = frozenset({"street", "city", "postal_code", "region", "country"})
# How far below titles of groups the headings are sought, and how many it takes.
_BELOW = 3
_SEVERAL = 3
_OF_SOMEBODY = frozenset({"orders", "interactions"})
_PERCENT = re.compile(r"%|\b(?:porcentaje|percent|percentage|pct)\b", re.IGNORECASE)
_BY_CONTENT: dict[str, dict[str, str]] = {
    "customers": {"email": "email", "phone": "phone"},
    "orders": {"email": "customer_email", "date": "ordered_at"},
    "interactions": {"email": "customer_email", "date": "at"},
    "products": {},
    "costs": {"date": "month"},
}


class CustomFieldLike(Protocol):
    """What is needed of a custom field that an administrator has defined."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def options(self) -> Sequence[str]: ...


def propose(
    kind: str,
    headers: Sequence[str],
    sample: Sequence[SourceRow] = (),
    custom_fields: Iterable[CustomFieldLike] = (),
) -> Mapping:
    """A target for each column, with how sure it is and why; ``custom_fields`` are those of what
    the file holds.

    Columns that mean nothing to us become custom fields when the file is written for Trato;
    otherwise they are skipped until somebody decides.
    """
    return _Proposal(kind, headers, sample, list(custom_fields)).mapping()


def guess_kind(headers: Sequence[str]) -> str | None:
    """What a file with these headings holds, or None when they do not tell."""
    for kind in _ORDER:
        if is_canonical(kind, headers):
            return kind
    headings = _headings(headers)
    preset = recognise(headings)
    if preset is not None:
        return preset.kind
    if any(heading.startswith("deal ") for heading in headings):
        return None
    return next((kind for kind in _ORDER if _speaks_for(kind, headings)), None)


def heading_row(headers: Sequence[str], sample: Sequence[SourceRow]) -> int | None:
    """The number of a row below the headings that has more of them: those were but titles of
    groups of columns.
    """
    known = _understood(headers)
    for row in sample[:_BELOW]:
        if _understood(row.raw) >= max(_SEVERAL, 2 * known + 1):
            return row.number
    return None


def _understood(cells: Sequence[str]) -> int:
    """How many different fields of one kind of file these cells are headings of."""
    headings = _headings(cells)
    return max(len({meaning(kind, one) for one in headings} - {None}) for kind in _ORDER)


def is_canonical(kind: str, headers: Sequence[str]) -> bool:
    """Whether the file was written for Trato: its headings are our own names of fields.

    Other programs call things name and email too: without our id, half of the columns must be ours.
    """
    names = {_name(header) for header in headers}
    if not any(telling <= names for telling in _TELLING[kind]):
        return False
    if kind != "customers" or "customer_id" in names:
        return True
    return len(names & {field.key for field in FIELDS[kind]}) * 2 >= len(names)


_STATUS_WORDS = frozenset(
    {"activo", "inactivo", "potencial", "cliente", "actual", "perdido", "baja", "alta", "lead"}
    | {"prospecto", "nuevo", "customer", "lost", "active", "inactive", "current", "potential"}
)
_ORDER = ("orders", "interactions", "costs", "products", "customers")
_SIGNS: dict[str, tuple[set[str], ...]] = {
    "orders": (
        {"order_id"},
        {"ordered_at", "customer_id", "customer_name", "customer_email"},
        {"quantity", "unit_price", "line_total"},
        {"product_id", "product_name"},
    ),
    "interactions": (
        {"at"},
        {"customer_id", "customer_email", "customer_name"},
        {"subject", "body", "kind"},
        {"kind", "channel", "author"},
    ),
    "costs": ({"month"}, {"amount"}, {"source", "campaign"}),
    "products": (
        {"product_id", "name"},
        {"price", "cost"},
        {"name", "category", "brand", "description"},
    ),
    "customers": (
        {"name", "given_name", "family_name", "organisation", "email", "phone"},
        {"email", "phone", "city", "postal_code", "country", "tax_id", "birth_date", "job_title"},
    ),
}


def _speaks_for(kind: str, headings: Sequence[str]) -> bool:
    """Each sign is given by a column of its own."""
    hits = {meaning(kind, heading) for heading in headings}
    return all(hits & sign for sign in _SIGNS[kind])


def _name(header: str) -> str:
    return clean(header).strip("\ufeff").casefold()


def _headings(headers: Sequence[str]) -> list[str]:
    return [normalise_header(header) for header in headers]


class _Proposal:
    """One file's columns, looked at by one rule after the other."""

    def __init__(
        self,
        kind: str,
        headers: Sequence[str],
        sample: Sequence[SourceRow],
        custom_fields: list[CustomFieldLike],
    ) -> None:
        self._kind = kind
        self._headers = headers
        self._headings = _headings(headers)
        self._preset = recognise(self._headings, kind)
        self._canonical = self._preset is None and is_canonical(kind, headers)
        self._custom = custom_fields
        rows = [row.raw for row in sample if row.problem is None]
        self._cells = [
            [row[place] for row in rows if place < len(row)] for place in range(len(headers))
        ]

    def mapping(self) -> Mapping:
        columns = [self._column(place) for place in range(len(self._headers))]
        columns = self._settled(self._named(columns))
        preset = self._preset
        return Mapping(
            kind=self._kind,
            columns=tuple(columns),
            preset=preset.key if preset else "",
            canonical=self._canonical,
            defaults=self._defaults(columns),
            fill_down=bool(preset and preset.fill_down),
        )

    def _column(self, place: int) -> Column:
        header = self._headers[place]
        if header.startswith(OURS):
            return Column(header)
        rules: tuple[tuple[Reason, Callable[[int], str | None]], ...] = (
            (Reason.PRESET, self._by_preset),
            (Reason.CANONICAL, self._by_name),
            (Reason.CUSTOM_FIELD, self._by_custom_field),
            (Reason.SYNONYM, self._by_system),
            (Reason.SYNONYM, self._by_meaning),
            (Reason.WORDS, self._by_words),
            (Reason.CONTENT, self._by_content),
        )
        for reason, rule in rules:
            target = rule(place)
            if target is not None:
                return self._made(header, target, reason)
        return self._extra(place)

    def _made(self, header: str, target: str, reason: Reason) -> Column:
        custom = next((one for one in self._custom if f"{CUSTOM}{one.key}" == target), None)
        return Column(
            header,
            target,
            _SURE[reason] if target else 0.0,
            reason if target else Reason.UNKNOWN,
            type=custom.type if custom else "",
            options=tuple(custom.options) if custom else (),
            percent=target in ("discount", "tax") and bool(_PERCENT.search(header)),
        )

    def _by_name(self, place: int) -> str | None:
        header = self._headers[place]
        name, own = _name(header), clean(header).strip("\ufeff")
        if self._kind == "customers" and own.startswith(EXTERNAL) and own != EXTERNAL:
            return own
        return name if name and field_of(self._kind, name) else None

    def _by_preset(self, place: int) -> str | None:
        if self._preset is None:
            return None
        if self._preset.key == "outlook":
            places = outlook_addresses(self._headings, self._filled())
            if self._headings[place] in places:
                return places[self._headings[place]]
        return self._preset.target(self._headings[place])

    def _filled(self) -> set[str]:
        columns = zip(self._headings, self._cells, strict=True)
        return {heading for heading, cells in columns if not all(map(is_blank, cells))}

    def _by_custom_field(self, place: int) -> str | None:
        heading = self._headings[place]
        for one in self._custom:
            if heading in (normalise_header(one.key), normalise_header(one.label)):
                return f"{CUSTOM}{one.key}"
        return None

    def _by_system(self, place: int) -> str | None:
        if self._kind != "customers":
            return None
        return foreign_id(self._headings[place], self._cells[place])

    def _by_meaning(self, place: int) -> str | None:
        heading = self._headings[place]
        if _LABELS.fullmatch(heading):
            return SKIP
        found = meaning(self._kind, heading)
        numbered = _NUMBERED.fullmatch(heading)
        if found is None and numbered:
            found = meaning(self._kind, numbered[1])
            field = field_of(self._kind, found) if found else None
            found = found if field and (field.repeatable or field.join) else None
        if found is None and (inner := _IN_ADDRESS.fullmatch(heading)):
            part = meaning(self._kind, inner[1])
            found = part if part in _ADDRESS else None
        return self._by_look(place, found) if found else None

    def _by_look(self, place: int, target: str) -> str:
        """Headings with two meanings are settled by what stands below them."""
        cells = [cell for cell in self._cells[place] if not is_blank(cell)]
        if self._kind in _OF_SOMEBODY and target in ("customer_name", "customer_id"):
            return _who(self._headings[place], cells, target)
        if self._kind == "customers" and self._headings[place] == "estado":
            return "status" if cells and all(map(_is_status, cells)) else "region"
        return target

    def _by_words(self, place: int) -> str | None:
        return hint(self._kind, self._headings[place])

    def _by_content(self, place: int) -> str | None:
        return _BY_CONTENT[self._kind].get(looks_like(self._cells[place]))

    def _extra(self, place: int, taken: Collection[str] = ()) -> Column:
        header = self._headers[place]
        if not self._canonical or self._kind not in ABOUT:
            return Column(header)
        key = slug(header) or f"field_{place + 1}"
        numbered = (f"{CUSTOM}{key}_{number}" for number in count(2))
        free = (target for target in chain([f"{CUSTOM}{key}"], numbered) if target not in taken)
        return Column(
            header,
            next(free),
            _SURE[Reason.EXTRA],
            Reason.EXTRA,
            type=type_of(self._cells[place]),
        )

    def _named(self, columns: list[Column]) -> list[Column]:
        """``Nombre`` beside ``Apellidos`` is the given name; a company alone is the customer."""
        if self._kind == "products":
            return _with(columns, "description", "name", lacking={"name"})
        if self._kind != "customers" or self._preset is not None:
            return columns
        columns = _with(columns, "name", "given_name", lacking={"given_name"}, having="family_name")
        return _with(columns, "organisation", "name", lacking={"name", "given_name", "family_name"})

    def _defaults(self, columns: Sequence[Column]) -> dict[str, str]:
        if self._preset is not None:
            return dict(self._preset.defaults)
        headings = zip(self._headings, columns, strict=True)
        named = [heading for heading, column in headings if column.target == "name"]
        company = self._kind == "customers" and any(
            meaning("customers", heading) == "organisation" for heading in named
        )
        has_kind = any(column.target == "kind" for column in columns)
        return {"kind": "organisation"} if company and not has_kind else {}

    def _settled(self, columns: list[Column]) -> list[Column]:
        """Of columns that mean the same single thing the surest keeps it; what a file written for
        Trato has besides is not lost for that.
        """
        best: dict[str, Column] = {}
        for column in columns:
            rival = best.get(column.target)
            if rival is None or column.confidence > rival.confidence:
                best[column.target] = column
        taken = set(best)
        settled = []
        for place, column in enumerate(columns):
            if best[column.target] is not column and not self._takes_several(column):
                column = self._extra(place, taken)
                taken.add(column.target)
            settled.append(column)
        return settled

    def _takes_several(self, column: Column) -> bool:
        field = field_of(self._kind, column.target)
        if column.target == SKIP or (field is None and not column.custom_key):
            return True
        return field is not None and (field.repeatable or bool(field.join))


def _who(heading: str, cells: Sequence[str], target: str) -> str:
    """``Cliente`` above codes is the id, above words the name."""
    if heading not in ("cliente", "customer", "client") or not cells:
        return target
    coded = sum(1 for cell in cells if any(map(str.isdigit, cell)) and " " not in cell.strip())
    return "customer_id" if coded * 2 > len(cells) else "customer_name"


def _is_status(cell: str) -> bool:
    return normalise_header(cell) in _STATUS_WORDS


def _with(
    columns: list[Column], old: str, new: str, *, lacking: set[str], having: str = ""
) -> list[Column]:
    """The first column of one target gets another where nothing else has that."""
    targets = {column.target for column in columns}
    if targets & lacking or old not in targets or (having and having not in targets):
        return columns
    place = next(place for place, column in enumerate(columns) if column.target == old)
    return [
        replace(column, target=new) if position == place else column
        for position, column in enumerate(columns)
    ]
