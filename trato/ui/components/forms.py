"""Forms: one tag draws any field with its label, help and error."""

from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.template import Context, Library
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from trato.ui import formats
from trato.ui.components.basics import icon as draw_icon
from trato.ui.components.markup import attributes, classes, element, filled, joined, render
from trato.ui.widgets import MoneyInput, SwitchInput

register = Library()

KINDS: list[tuple[type[forms.Widget], str]] = [
    (SwitchInput, "switch"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "check"),
    (forms.SelectMultiple, "many"),
    (forms.Select, "select"),
    (forms.FileInput, "file"),
    (forms.Textarea, "area"),
    (forms.PasswordInput, "password"),
]


def kind_of(bound: BoundField) -> str:
    """How the field is drawn."""
    widget = bound.field.widget
    return next((kind for known, kind in KINDS if isinstance(widget, known)), "input")


def _affixes(bound: BoundField, prefix: str, suffix: str) -> tuple[str, str]:
    """What stands before and after the input; money brings its currency's sign."""
    widget = bound.field.widget
    if not isinstance(widget, MoneyInput) or prefix or suffix:
        return prefix, suffix
    sign = formats.currency_symbol(widget.currency)
    before = formats.money(0, widget.currency).startswith(sign)
    return (sign, "") if before else ("", sign)


@register.simple_tag(takes_context=True)
def field(  # noqa: PLR0913 a field's parts are its interface
    context: Context,
    bound: BoundField,
    label: str = "",
    hint: str = "",
    span: str = "",
    prefix: str = "",
    suffix: str = "",
    bare: bool = False,
    switch: bool = False,
    **given: object,
) -> SafeString:
    """A form's field: label, input, help and error, tied together for screen readers."""
    if bound.is_hidden:
        return SafeString(bound.as_widget())
    kind = "switch" if switch else kind_of(bound)
    before, after = _affixes(bound, prefix, suffix)
    return render(
        context,
        "field",
        bound=bound,
        kind=kind,
        label=label or bound.label,
        hint=hint or bound.help_text,
        span=span,
        prefix=before,
        suffix=after,
        bare=bare,
        marked=bound.field.required and _some_optional(bound.form),
        widget=_widget(bound, kind, given, label=label or str(bound.label) if bare else ""),
    )


def _some_optional(form: BaseForm) -> bool:
    """A star says something only where not every field has one."""
    return any(not known.required for known in form.fields.values())


def _widget(bound: BoundField, kind: str, given: dict[str, object], label: str) -> SafeString:
    """The input itself, with the look of its kind and the attributes of the tag."""
    if kind == "choices":
        return joined([_choice(sub) for sub in bound.subwidgets])
    attrs: dict[str, Any] = {
        key.strip("_").replace("_", "-"): value for key, value in given.items()
    }
    own = bound.field.widget.attrs.get("class", "")
    attrs["class"] = classes(f"field-{kind}", str(own), str(attrs.get("class", "")))
    if kind == "many":
        attrs["data-chips"] = True
        attrs["data-chips-label"] = gettext("Type to find")
    if label:
        attrs["aria-label"] = label
    return SafeString(bound.as_widget(attrs=attrs))


def _choice(sub: object) -> SafeString:
    tag, name = sub.tag(), sub.choice_label  # type: ignore[attr-defined]
    return filled('<label class="choice">{}<span>{}</span></label>', tag, name)


@register.simple_tag(takes_context=True)
def fields(context: Context, form: BaseForm) -> SafeString:
    """Every field of the form, in its order."""
    return joined([field(context, bound) for bound in form])


@register.simple_tag
def form_errors(form: BaseForm, focus: bool = True) -> SafeString:
    """What must be mended, with a link to each field."""
    if not form.errors:
        return SafeString("")
    own = [element("li", message) for message in form.non_field_errors()]
    linked = [
        filled('<li><a href="#{}">{}</a>: {}</li>', bound.id_for_label, bound.label, message)
        for bound in form
        for message in bound.errors
    ]
    title = element("strong", gettext("It was not saved. Check the following:"))
    body = filled(
        "{}<div>{}<ul>{}</ul></div>", draw_icon("octagon-alert", 20), title, joined(own + linked)
    )
    given = {"class": "banner banner-bad", "role": "alert", "tabindex": "-1", "data_focus": focus}
    return element("div", body, **given)


@register.simple_block_tag
def form_actions(content: str) -> SafeString:
    return element("div", content, **{"class": "form-actions"})


@register.simple_tag
def filter_chip(
    *words: str, href: str = "", remove_url: str = "", dialog: bool = False
) -> SafeString:
    """A filter as a sentence: field, comparison, value. One press changes it, one takes it off."""
    parts = joined([element("span", word) for word in words if word])
    opening = attributes({"hx_get": href, "hx_target": "#dialog"} if dialog else {})
    body = filled('<a href="{}"{}>{}</a>', href, opening, parts) if href else parts
    remove = filled(
        '<a class="chip-remove" href="{}" aria-label="{}">{}</a>',
        remove_url,
        gettext("Remove the filter %(name)s") % {"name": " ".join(str(word) for word in words)},
        draw_icon("x"),
    )
    return filled('<span class="chip">{}{}</span>', body, remove if remove_url else "")


@register.simple_tag
def search_box(name: str = "q", value: str = "", label: str = "", **given: object) -> SafeString:
    """A field that looks for things in this page's list."""
    named = label or gettext("Search")
    box = {"type": "search", "name": name, "value": value, "placeholder": named}
    given = box | {"aria_label": named, "autocomplete": "off", "data_search": True} | given
    return filled(
        '<label class="search-box">{}<input{}></label>', draw_icon("search"), attributes(given)
    )
