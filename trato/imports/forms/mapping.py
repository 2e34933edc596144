"""What each column becomes, and how doubtful cells are to be read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trato.customers.actions import Twins, custom_key
from trato.customers.models import Customer, CustomField
from trato.customers.queries.systems import id_systems
from trato.imports.mapping import (
    ABOUT,
    CUSTOM,
    DATES,
    EXTERNAL,
    FIELDS,
    NUMBERS,
    SKIP,
    SYSTEMS,
    Column,
    Mapping,
    Reason,
    ValueKind,
    field_of,
    preset_name,
    system_name,
)
from trato.imports.mapping.contents import type_of
from trato.imports.models import Import
from trato.imports.queries import lacking
from trato.imports.queries.own import own_fields
from trato.imports.queries.shown import id_label, short_label
from trato.ui import formats

NEW = "new:"
SURE = 0.8


@dataclass(frozen=True)
class Row:
    """A column of the file with its fields in the form and what its cells look like."""

    column: Column
    field: forms.BoundField
    type: forms.BoundField | None
    cells: str

    @property
    def is_sure(self) -> bool:
        return self.column.confidence >= SURE

    @property
    def is_skipped(self) -> bool:
        """Left out by the proposal; the page changes its word as soon as somebody chooses."""
        return not self.column.target

    @property
    def is_told(self) -> bool:
        return self.column.reason == Reason.TOLD


class MappingForm(forms.Form):
    date_order = forms.ChoiceField(
        label=_("Dates such as 03/04/2024"),
        choices=[
            ("DMY", _("day, month, year")),
            ("MDY", _("month, day, year")),
            ("YMD", _("year, month, day")),
        ],
    )
    decimals = forms.ChoiceField(
        label=_("Amounts"),
        choices=[("comma", "1.234,56"), ("point", "1,234.56")],
    )
    default_kind = forms.ChoiceField(
        label=_("If a row does not say what it is"),
        required=False,
        choices=[("", _("Person, or organisation if alone")), *Customer.Kind.choices],
    )
    default_status = forms.ChoiceField(
        label=_("If a row does not say the relationship"),
        required=False,
        choices=[("", _("Potential, until there is a purchase")), *Customer.Status.choices],
    )
    system = forms.ChoiceField(
        label=_("Which program gave the customers their ids?"), required=False
    )
    twins = forms.ChoiceField(
        label=_("Rows that look like a customer you have"),
        help_text=_("The same e-mail, tax number or telephone under another id."),
        choices=[
            (Twins.UPDATE, _("Complete that customer")),
            (Twins.REFUSE, _("Refuse the row")),
            (Twins.CREATE, _("Create another one")),
        ],
    )
    strict = forms.BooleanField(
        label=_("Refuse rows with unknown customers or products"),
        help_text=_("Otherwise they are created with what the row tells."),
        required=False,
    )

    def __init__(self, *args: Any, run: Import, **kwargs: Any) -> None:
        self.run = run
        self.proposed = Mapping.from_json(run.mapping)
        self.custom = {field.key: field for field in own_fields(run)}
        kwargs.setdefault("initial", self._initial())
        super().__init__(*args, **kwargs)
        choices = self._choices()
        for place, column in enumerate(self.proposed.columns):
            self._add(place, column, choices)
        if run.kind != Import.Kind.CUSTOMERS:
            for name in ("twins", "default_kind", "default_status"):
                del self.fields[name]
        if run.kind not in {Import.Kind.ORDERS, Import.Kind.INTERACTIONS}:
            del self.fields["strict"]
        self._ask_system()

    def _ask_system(self) -> None:
        """Only where there is a choice."""
        of_customers = any(field.key == "customer_id" for field in FIELDS[self.run.kind])
        systems = {*id_systems(), self.run.system} - {""} if of_customers else set()
        if not systems:
            del self.fields["system"]
            return
        names = sorted(((one, system_name(one)) for one in systems), key=lambda pair: pair[1])
        asked = self.fields["system"]
        cast(forms.ChoiceField, asked).choices = [("", _("None: they are your own")), *names]
        asked.help_text = " ".join(map(self._known_of, sorted(self._ids_known())))

    def _known_of(self, system: str) -> str:
        seen, known = self.run.options["ids_seen"], self._ids_known()[system]
        return gettext("%(known)s of %(seen)s ids in the first rows are known: %(whose)s.") % {
            "known": formats.number(known),
            "seen": formats.number(seen),
            "whose": system_name(system) if system else gettext("your own"),
        }

    def _ids_known(self) -> dict[str, int]:
        """Nothing of a file that came when that was not found out yet."""
        known: dict[str, int] = self.run.options.get("ids_known", {})
        return known

    def _initial(self) -> dict[str, Any]:
        parsing = self.run.options["parsing"]
        defaults = self.proposed.defaults or {}
        return {
            "date_order": parsing.get("date_order") or "DMY",
            "decimals": "point" if parsing.get("decimal_comma") is False else "comma",
            "default_kind": defaults.get("kind", ""),
            "default_status": defaults.get("status", ""),
            "twins": self.run.options.get("twins", Twins.UPDATE),
            "strict": self.run.options.get("strict", False),
            "system": self.run.system,
        }

    def _add(self, place: int, column: Column, choices: list[Any]) -> None:
        self.fields[f"column-{place}"] = forms.ChoiceField(
            label=column.header,
            required=False,
            choices=choices,
            initial=self._shown_target(column),
        )
        if self.run.kind in ABOUT:
            self.fields[f"type-{place}"] = forms.ChoiceField(
                label=_("Type of the new field “%(name)s”") % {"name": column.header},
                required=False,
                choices=CustomField.Type.choices,
                initial=column.type or type_of(self._cells(column)),
            )

    def _choices(self) -> list[Any]:
        kind = self.run.kind
        fields = [(field.key, short_label(field)) for field in FIELDS[kind]]
        groups: list[Any] = [(SKIP, _("Do not import")), (_("Fields of Trato"), fields)]
        if kind in ABOUT:
            known = [(f"{CUSTOM}{field.key}", field.label) for field in self.custom.values()]
            groups.append((_("Your fields"), [*known, (NEW, _("New field"))]))
        if kind == Import.Kind.CUSTOMERS:
            groups.append((_("Ids of other programs"), self._ids()))
        return groups

    def _ids(self) -> list[tuple[str, str]]:
        found = [column.target for column in self.proposed.columns]
        proposed = {target for target in found if target.startswith(EXTERNAL)}
        every = proposed | {f"{EXTERNAL}{system}" for system in SYSTEMS}
        pairs = [(target, id_label(target.removeprefix(EXTERNAL))) for target in every]
        return sorted(pairs, key=lambda pair: pair[1].casefold())

    def _shown_target(self, column: Column) -> str:
        if not column.custom_key:
            return column.target
        return column.target if column.custom_key in self.custom else NEW

    def _cells(self, column: Column) -> list[str]:
        cells: list[str] = self.run.options.get("cells", {}).get(column.header, [])
        return cells

    def rows(self) -> Iterator[Row]:
        """Each column with the first different cells it has, on one line."""
        for place, column in enumerate(self.proposed.columns):
            type_ = self[f"type-{place}"] if f"type-{place}" in self.fields else None
            cells = " · ".join(" ".join(cell.split()) for cell in self._cells(column))
            yield Row(column, self[f"column-{place}"], type_, cells)

    @property
    def preset_name(self) -> str:
        """The program that the file comes from."""
        return preset_name(self.proposed.preset)

    @property
    def skipped(self) -> int:
        return sum(1 for column in self.proposed.columns if not column.target)

    @property
    def doubtful(self) -> int:
        columns = self.proposed.columns
        return sum(1 for column in columns if column.target and column.confidence < SURE)

    @property
    def asks_dates(self) -> bool:
        return self._has(DATES, "date")

    @property
    def asks_numbers(self) -> bool:
        return self._has(NUMBERS, "number", "money")

    @property
    def dates_open(self) -> bool:
        return self.asks_dates and not self.run.options["parsing"].get("dates_certain")

    @property
    def numbers_open(self) -> bool:
        return self.asks_numbers and not self.run.options["parsing"].get("numbers_certain")

    def _has(self, kinds: frozenset[ValueKind], *types: str) -> bool:
        fields = [field_of(self.run.kind, column.target) for column in self.proposed.columns]
        return any(field.kind in kinds for field in fields if field) or any(
            column.type in types for column in self.proposed.columns
        )

    @property
    def missing(self) -> list[str]:
        """What the proposal lacks, said before anybody presses the button."""
        is_asked = self.run.options.get("kind_guessed")
        return [] if self.is_bound or is_asked else lacking(self.proposed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        missing = lacking(self.mapping())
        if missing:
            raise forms.ValidationError(
                _("No column is chosen for: %(names)s."), params={"names": ", ".join(missing)}
            )
        return cleaned

    def mapping(self) -> Mapping:
        columns = tuple(
            self._chosen(place, column) for place, column in enumerate(self.proposed.columns)
        )
        return replace(self.proposed, columns=columns, defaults=self._defaults())

    def _defaults(self) -> dict[str, str]:
        told = dict(self.proposed.defaults or {})
        for key in ("kind", "status"):
            if f"default_{key}" in self.fields:
                told[key] = self.cleaned_data.get(f"default_{key}", "")
        return {key: value for key, value in told.items() if value}

    def _chosen(self, place: int, column: Column) -> Column:
        target = self.cleaned_data.get(f"column-{place}", SKIP)
        told = replace(column, target=target, type="", options=(), confidence=1.0)
        told = replace(told, reason=Reason.TOLD)
        if target == NEW:
            type_ = self.cleaned_data.get(f"type-{place}") or column.type or CustomField.Type.TEXT
            if self._shown_target(column) == NEW and type_ == column.type:
                return column
            return replace(told, target=CUSTOM + self._new_key(column), type=type_)
        if target == column.target:
            return column
        field = self.custom.get(target.removeprefix(CUSTOM)) if target.startswith(CUSTOM) else None
        return replace(told, type=field.type, options=tuple(field.options)) if field else told

    def _new_key(self, column: Column) -> str:
        if column.custom_key and column.custom_key not in self.custom:
            return column.custom_key
        place = self.proposed.columns.index(column) + 1
        return custom_key(column.header) or f"field_{place}"

    def parsing(self) -> dict[str, Any]:
        return {
            "date_order": self.cleaned_data["date_order"],
            "decimal_comma": self.cleaned_data["decimals"] == "comma",
        }

    def options(self) -> dict[str, Any]:
        names = ("twins", "strict")
        told = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        system = self.cleaned_data.get("system", self.run.system)
        return told if system == self.run.system else told | {"ids_of": system}
