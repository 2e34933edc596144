"""Of what winning or keeping customers cost in a month."""

from django.utils.translation import gettext_lazy as _

from trato.imports.mapping.fields.field import Field, ValueKind

COSTS = (
    Field(
        key="month",
        label=_("Month"),
        kind=ValueKind.MONTH,
        required=True,
        example="2024-03",
    ),
    Field(key="source", label=_("Source"), longest=100, example="Instagram"),
    Field(key="campaign", label=_("Campaign"), longest=200, example="Semana del filtro"),
    Field(
        key="amount",
        label=_("Amount spent"),
        kind=ValueKind.MONEY,
        required=True,
        example="350,00",
    ),
    Field(
        key="purpose",
        label=_("What for: to win customers or to keep them"),
        kind=ValueKind.COST_PURPOSE,
        example="acquire",
    ),
    Field(key="currency", label=_("Currency"), kind=ValueKind.CURRENCY, example="EUR"),
    Field(key="note", label=_("Note"), join=" ", canonical=False, example="Anuncios"),
)
