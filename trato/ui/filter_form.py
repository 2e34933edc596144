"""The form of one filter of a list: how to compare, and what with."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from trato.kit.listing import ME, Field, Filter, Shape, operators_of
from trato.ui.fields import DayField, NumberField
from trato.ui.lists import OPERATORS
from trato.ui.widgets import ChipSelect

MOST_BOXES = 10
INPUTS: dict[Shape, tuple[str, ...]] = {
    Shape.NOTHING: (),
    Shape.TEXT: ("text",),
    Shape.NUMBER: ("number",),
    Shape.NUMBERS: ("least", "most"),
    Shape.DAY: ("day",),
    Shape.PERIOD: ("start", "end"),
    Shape.SPAN: ("days",),
    Shape.OPTIONS: ("options",),
}


class OperatorChoice(forms.RadioSelect):
    """Each comparison tells which inputs belong to it, so that only those are shown."""

    shapes: Mapping[str, Shape] = {}

    def create_option(self, name: str, value: Any, *given: Any, **more: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *given, **more)
        option["attrs"]["data-shape"] = str(self.shapes[value])
        return option


class FilterForm(forms.Form):
    op = forms.ChoiceField(label=gettext_lazy("Comparison"), widget=OperatorChoice, required=False)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=200, required=False)
    number = NumberField(label=gettext_lazy("Number"), required=False)
    least = NumberField(label=pgettext_lazy("filter", "From"), required=False)
    most = NumberField(label=pgettext_lazy("filter", "To"), required=False)
    day = DayField(label=gettext_lazy("Day"), required=False)
    start = DayField(label=pgettext_lazy("filter", "From"), required=False)
    end = DayField(label=pgettext_lazy("filter", "To"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=0, max_value=36_500, required=False
    )
    options = forms.MultipleChoiceField(label=gettext_lazy("Options"), required=False)

    def __init__(self, data: Any, field: Field, current: Filter | None) -> None:
        self.operators = {one.key: one for one in operators_of(field)}
        super().__init__(data, initial=self._values(current))
        compare = self.fields["op"]
        compare.choices = [(key, OPERATORS[key]) for key in self.operators]  # type: ignore[attr-defined]
        compare.widget.shapes = {key: one.shape for key, one in self.operators.items()}
        if Shape.OPTIONS in {one.shape for one in self.operators.values()}:
            me = [(ME, _("me"))] if field.is_person else []
            self._offer([*me, *field.choices().items()], current)

    def _offer(self, options: list[tuple[str, str]], current: Filter | None) -> None:
        """Few options as boxes, many as a field to type in."""
        known = dict(options)
        kept = [value for value in current.values if value not in known] if current else []
        options = [*((value, value) for value in kept), *options]
        offered = self.fields["options"]
        is_short = len(options) <= MOST_BOXES
        offered.widget = forms.CheckboxSelectMultiple() if is_short else ChipSelect()
        offered.choices = options  # type: ignore[attr-defined]

    def _values(self, current: Filter | None) -> dict[str, Any]:
        if current is None:
            return {"op": next(iter(self.operators))}
        names, values = INPUTS[current.operator.shape], current.values
        if current.operator.shape == Shape.OPTIONS:
            return {"op": current.operator.key, "options": list(values)}
        return {"op": current.operator.key} | dict(zip(names, values, strict=False))

    @property
    def shapes(self) -> list[tuple[Shape, Sequence[forms.BoundField]]]:
        """The inputs of each way of comparing that this field has."""
        found = dict.fromkeys(one.shape for one in self.operators.values())
        return [(shape, [self[name] for name in INPUTS[shape]]) for shape in found if INPUTS[shape]]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        operator = self.operators.get(given.get("op", ""))
        if operator is None:
            self.add_error("op", _("Choose how to compare."))
        names = INPUTS[operator.shape] if operator else ()
        wrong = any(name in self.errors for name in names)
        if names and not wrong and all(given.get(name) in (None, "", []) for name in names):
            self.add_error(names[0], _("Say what to compare with."))
        for name in {name for inputs in INPUTS.values() for name in inputs} - set(names):
            self.errors.pop(name, None)
        return given

    @property
    def asked(self) -> tuple[str, list[str]]:
        """The comparison and its values, as query strings have them."""
        word = self.cleaned_data["op"]
        values = [self.cleaned_data.get(name) for name in INPUTS[self.operators[word].shape]]
        if values and isinstance(values[0], list):
            return word, values[0]
        return word, ["" if value is None else _plain(value) for value in values]


def _plain(value: Any) -> str:
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)
