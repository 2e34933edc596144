from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trato.customers.actions import Twins, custom_key
from trato.customers.models import CustomField
from trato.customers.queries.profile import custom_fields
from trato.imports.mapping import CUSTOM, FIELDS, SKIP, Column, Mapping, Reason
from trato.imports.models import Import
from trato.ui.fields import FileField

NEW = "new:"


class UploadForm(forms.Form):
    file = FileField(label=_("File"))
    kind = forms.ChoiceField(
        label=_("What it holds"),
        required=False,
        choices=[("", _("Find out")), *Import.Kind.choices],
    )


@dataclass(frozen=True)
class Row:
    """A column of the file with its field in the form and what its cells look like."""

    column: Column
    field: forms.BoundField


class MappingForm(forms.Form):
    """What each column becomes, and how doubtful cells are to be read."""

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
        label=_("Refuse rows with unknown customers or products"), required=False
    )

    def __init__(self, *args: Any, run: Import, **kwargs: Any) -> None:
        self.run = run
        self.proposed = Mapping.from_json(run.mapping)
        kwargs.setdefault("initial", self._initial())
        super().__init__(*args, **kwargs)
        choices = self._choices()
        for place, column in enumerate(self.proposed.columns):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=column.header,
                required=False,
                choices=choices,
                initial=self._shown_target(column),
            )
        if run.kind != Import.Kind.CUSTOMERS:
            del self.fields["twins"]
        if run.kind not in {Import.Kind.ORDERS, Import.Kind.INTERACTIONS}:
            del self.fields["strict"]

    def _initial(self) -> dict[str, Any]:
        parsing = self.run.options["parsing"]
        return {
            "date_order": parsing.get("date_order") or "DMY",
            "decimals": "point" if parsing.get("decimal_comma") is False else "comma",
            "twins": self.run.options.get("twins", Twins.UPDATE),
            "strict": self.run.options.get("strict", False),
        }

    def _choices(self) -> list[Any]:
        kind = self.run.kind
        groups: list[Any] = [(SKIP, _("Do not import"))]
        groups.append(
            (_("Fields"), [(field.key, field.label) for field in FIELDS[kind]]),
        )
        if kind == Import.Kind.CUSTOMERS:
            known = [(f"{CUSTOM}{field.key}", field.label) for field in custom_fields()]
            groups.append((_("Your fields"), [*known, (NEW, _("New field of yours"))]))
        others = {
            column.target: column.target.partition(":")[2]
            for column in self.proposed.columns
            if column.target.startswith("external_id:")
        }
        if others:
            groups.append((_("Ids of other systems"), list(others.items())))
        return groups

    def _shown_target(self, column: Column) -> str:
        if not column.custom_key:
            return column.target
        known = {field.key for field in custom_fields()}
        return column.target if column.custom_key in known else NEW

    def rows(self) -> Iterator[Row]:
        for place, column in enumerate(self.proposed.columns):
            yield Row(column, self[f"column-{place}"])

    def rows_with_cells(self) -> Iterator[tuple[Row, list[str]]]:
        """Each column with the first different cells it has."""
        cells = self.run.options.get("cells", {})
        for row in self.rows():
            yield row, cells.get(row.column.header, [])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        missing = self.mapping().missing()
        if missing:
            names = ", ".join(str(field.label) for field in missing)
            raise forms.ValidationError(
                _("No column is chosen for: %(names)s."), params={"names": names}
            )
        return cleaned

    def mapping(self) -> Mapping:
        columns = tuple(
            self._chosen(column, self.cleaned_data.get(f"column-{place}", SKIP))
            for place, column in enumerate(self.proposed.columns)
        )
        return replace(self.proposed, columns=columns)

    def _chosen(self, column: Column, target: str) -> Column:
        if target == self._shown_target(column):
            return column
        if target == NEW:
            type_ = column.type or CustomField.Type.TEXT
            target = CUSTOM + custom_key(column.header)
            return replace(column, target=target, type=type_, reason=Reason.TOLD, confidence=1.0)
        return replace(column, target=target, type="", reason=Reason.TOLD, confidence=1.0)

    def parsing(self) -> dict[str, Any]:
        return {
            "date_order": self.cleaned_data["date_order"],
            "decimal_comma": self.cleaned_data["decimals"] == "comma",
        }

    def options(self) -> dict[str, Any]:
        names = ("twins", "strict")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
