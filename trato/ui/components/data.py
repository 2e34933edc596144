"""Tables: the head, the cells, picking rows and what can be done to them, the pager."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.template import Context, Library
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from trato.ui import formats
from trato.ui.components.basics import badge, edit_in_place, icon_button, stage, status
from trato.ui.components.basics import icon as draw_icon
from trato.ui.components.markup import attributes, classes, element, filled, joined, render
from trato.ui.components.values import day_tag, moment_tag
from trato.ui.table import Column, Table

register = Library()


@register.simple_block_tag(takes_context=True)
def table(
    context: Context, content: str, of: Table, caption: str = "", rows_id: str = ""
) -> SafeString:
    """The table around the rows that the page writes. On a phone each row is a card."""
    return render(context, "table", content=content, table=of, caption=caption, rows_id=rows_id)


@register.simple_tag
def pick(of: Table, pk: object, label: str) -> SafeString:
    """The box that picks a row; it belongs to the form of the bulk bar."""
    if not of.selectable:
        return SafeString("")
    return filled(
        '<td class="pick"><label><input type="checkbox" name="selected" value="{}" form="{}" '
        'aria-label="{}"></label></td>',
        pk,
        of.form_id,
        gettext("Select %(name)s") % {"name": label},
    )


@register.simple_tag
def named(
    label: str, href: str = "", hint: str = "", before: str = "", edit_url: str = ""
) -> SafeString:
    """A row's name, leading to the row; with ``edit_url`` it changes in place."""
    text = filled('<span class="name-text">{}</span>', label)
    link = filled('<a href="{}">{}</a>', href, text) if href else text
    small = element("small", hint) if hint else ""
    parts = filled("{}{}{}{}", before, link, small, _rename(edit_url) if edit_url else "")
    return element("div", parts, **{"class": classes("name", edit_url and "editable-place")})


def _rename(edit_url: str) -> SafeString:
    before, after = _rename_button(get_language() or "").split(_URL)
    return SafeString(f"{before}{escape(edit_url)}{after}")


# No text of ours has this: the place of the address in a button that every row has.
_URL = "\x01"


@cache
def _rename_button(language: str) -> SafeString:
    given: dict[str, Any] = {"class": "name-edit", "hx_get": _URL, "hx_swap": "outerHTML"}
    given["hx_target"] = "closest .editable-place"
    return icon_button(gettext("Edit the name"), "pencil", size="small", **given)


@register.simple_tag
def name_cell(
    label: str, href: str = "", hint: str = "", before: str = "", edit_url: str = ""
) -> SafeString:
    """The first cell: it names the row and leads to it. ``before`` may be an avatar."""
    shown = named(label, href, hint, before, edit_url)
    return element("th", shown, scope="row", **{"class": "name-cell"})


def _tags(value: Iterable[str]) -> SafeString:
    shown = [badge(tag) for tag in value]
    return element("span", joined(shown), **{"class": "badges"}) if shown else SafeString("")


def _yes_no(value: bool) -> str:
    return gettext("Yes") if value else gettext("No")


WRITERS: dict[str, Callable[[Any], str]] = {
    "text": str,
    "number": formats.number,
    "percent": lambda value: formats.percent(value, 1),
    "day": day_tag,
    "moment": moment_tag,
    "status": status,
    "stage": stage,
    "tags": _tags,
    "yes_no": _yes_no,
}


def written(column: Column, value: Any) -> str:
    """The value as this kind of column shows it; nothing for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, SafeString):
        return value
    if column.exact and column.is_right and isinstance(value, Decimal):
        return formats.exact_money(value, column.unit) if column.unit else formats.exact(value)
    if column.kind == "money":
        return formats.money(value, column.unit) if column.unit else formats.number(value, 2)
    return WRITERS[column.kind](value)


@register.simple_tag
def cell(column: Column, value: Any, edit_url: str = "") -> SafeString:
    """A cell written by its column's kind; ``edit_url`` makes it change in place."""
    shown = written(column, value)
    given: dict[str, object] = {"data_label": column.label}
    if column.is_right:
        given["class"] = "num"
    if edit_url:
        shown = edit_in_place(shown, edit_url, column.label)
    return element("td", shown, **given)


@register.simple_block_tag
def row_actions(content: str) -> SafeString:
    """The last cell: seen when the pointer or the keyboard is on the row."""
    return element("td", content, **{"class": "row-actions"})


@register.simple_block_tag(takes_context=True)
def bulk(context: Context, content: str, of: Table, action: str) -> SafeString:
    """The bar that appears when rows are picked. It posts ``selected``, or ``everything``."""
    return render(context, "bulk", content=content, table=of, action=action)


@register.simple_tag(takes_context=True)
def column_chooser(context: Context, of: Table, action: str) -> SafeString:
    """Which columns, in which order."""
    language = get_language() or ""
    choices = joined([_column_choice(column, language) for column in of.columns])
    return render(context, "column_chooser", table=of, action=action, choices=choices)


@lru_cache(1024)
def _column_choice(column: Column, language: str) -> SafeString:
    """A list may have sixty columns, the same on every page of it."""
    return SafeString(get_template("ui/column_choice.html").render({"column": column}))


@register.simple_tag
def pager(newer: str = "", older: str = "", words: str = "") -> SafeString:
    """One page back, one page on; nobody counts the whole list."""
    if not (newer or older):
        return SafeString("")
    links = joined(
        [
            _page_link(newer, pgettext("pages", "Previous"), "chevron-left", "prev"),
            _page_link(older, pgettext("pages", "Next"), "chevron-right", "next"),
        ]
    )
    label = gettext("Pages")
    shown = element("span", words, **{"class": "pager-words"}) if words else ""
    return filled('<nav class="pager" aria-label="{}">{}{}</nav>', label, shown, links)


def _page_link(href: str, label: str, symbol: str, relation: str) -> SafeString:
    before, after = (draw_icon(symbol), "") if relation == "prev" else ("", draw_icon(symbol))
    content = filled("{}<span>{}</span>{}", before, label, after)
    look = {"class": classes("button button-secondary")}
    if not href:
        return element("span", content, aria_disabled="true", **look)
    return element("a", content, href=href, rel=relation, **look)


@register.simple_tag
def more(url: str, label: str = "", rows: bool = False, columns: int = 1) -> SafeString:
    """The next part of a list: fetched when it comes into view, a link without JavaScript."""
    if not url:
        return SafeString("")
    target = "closest tr" if rows else "closest .more"
    given = attributes(
        {
            "href": url,
            "hx_get": url,
            "hx_trigger": "intersect once, click",
            "hx_target": target,
            "hx_swap": "outerHTML",
        }
    )
    words = label or gettext("Show more")
    link = filled('<a class="button button-ghost"{}><span>{}</span></a>', given, words)
    if rows:
        return filled('<tr class="more"><td colspan="{}">{}</td></tr>', columns, link)
    return filled('<div class="more">{}</div>', link)
