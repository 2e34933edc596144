"""What the gallery shows its components with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from trato.ui.charts import Part
from trato.ui.components.basics import STATUSES
from trato.ui.fields import DayField, FileField, MoneyField
from trato.ui.table import Column, Table
from trato.ui.widgets import ChipSelect, SwitchInput


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    name: str
    kind: str
    status: str
    stage: int | None
    value: Decimal | None
    orders: int | None
    last: date | None
    tags: tuple[str, ...] = ()


PEOPLE = [
    ("Ana García Llorente", "person", "current", 6, "12480.50", 31, 0, ("VIP", "Vinos")),
    ("Distribuciones Peñalara, S. L.", "organisation", "current", 5, "8930.00", 12, 41, ("B2B",)),
    ("Íñigo Zubizarreta", "person", "potential", 2, None, None, None, ()),
    ("María José Núñez-Ávila", "person", "lost", 7, "415.90", 2, 420, ("Recuperar",)),
    ("Clínica Dental Sant Jordi", "organisation", "current", 4, "1290.00", 1, 1, ()),
    ("Óscar Peña", "person", "potential", 3, None, None, None, ("Feria 2026",)),
    ("Zoë Whitfield", "person", "current", 6, "2204.75", 9, 12, ()),
    ("Jardines del Sur", "organisation", "potential", 1, None, None, None, ()),
]


def rows(today: date) -> list[Row]:
    return [
        Row(
            pk=index,
            name=name,
            kind=kind,
            status=status,
            stage=stage,
            value=Decimal(value) if value else None,
            orders=orders,
            last=None if days is None else today - timedelta(days=days),
            tags=tags,
        )
        for index, (name, kind, status, stage, value, orders, days, tags) in enumerate(PEOPLE, 1)
    ]


def table(params: Mapping[str, Any], sort: str) -> Table:
    columns = (
        Column("name", gettext("Name"), sortable=True, fixed=True),
        Column("status", gettext("Status"), kind="status"),
        Column("stage", gettext("Stage"), kind="stage", sortable=True),
        Column("value", gettext("Value"), kind="money", unit="EUR", sortable=True),
        Column("orders", gettext("Orders"), kind="number", sortable=True),
        Column("last", gettext("Last purchase"), kind="day", sortable=True),
        Column("tags", gettext("Tags"), kind="tags"),
        Column("origin", gettext("Origin"), shown=False),
    )
    return Table("samples", columns, params, sort or "-value", selectable=True, has_actions=True)


def compact(of: Table) -> Table:
    columns = tuple(replace(column, sortable=False) for column in of.columns[:6])
    return replace(of, name="compact", columns=columns, selectable=False, compact=True)


def base_parts() -> list[Part]:
    values = (("current", 3120), ("potential", 1240), ("lost", 890))
    return [Part(str(STATUSES[name][0]), value, name, "#charts") for name, value in values]


def stage_parts() -> list[Part]:
    values = (1240, 610, 305, 420, 510, 2190, 890)
    return [Part(str(number), value, f"stage-{number}") for number, value in enumerate(values, 1)]


def channel_parts() -> list[Part]:
    values = {
        gettext("Shop"): 84210.5,
        gettext("Web"): 51800.0,
        gettext("Telephone"): 12940.0,
        gettext("Fair"): 2310.0,
    }
    return [Part(label, value, "pino") for label, value in values.items()]


def moments(now: datetime) -> list[datetime]:
    return [now - timedelta(hours=hours) for hours in (1, 3, 26, 30)]


WRONG = {"name": "", "kind": "person", "email": "ana@", "budget": "doce"}


class SampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("We only write where there is consent."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[
            ("person", gettext_lazy("Person")),
            ("organisation", gettext_lazy("Organisation")),
        ],
    )
    tags = forms.MultipleChoiceField(
        label=gettext_lazy("Tags"),
        required=False,
        widget=ChipSelect,
        choices=[(word, word) for word in ("VIP", "Vinos", "B2B", "Feria 2026", "Recuperar")],
    )
    budget = MoneyField(label=gettext_lazy("Budget"), currency="EUR", required=False)
    since = DayField(label=gettext_lazy("Customer since"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("Preferred channel"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("mail", gettext_lazy("E-mail")), ("phone", gettext_lazy("Telephone"))],
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea)
    password = forms.CharField(
        label=gettext_lazy("Password"), required=False, widget=forms.PasswordInput
    )
    file = FileField(label=gettext_lazy("File"), required=False, endings=(".csv", ".xlsx"))
    agreed = forms.BooleanField(
        label=gettext_lazy("Wants to receive news"),
        required=False,
        help_text=gettext_lazy("Kept with the date and the text that was shown."),
    )
    active = forms.BooleanField(
        label=gettext_lazy("Active"), required=False, initial=True, widget=SwitchInput
    )
