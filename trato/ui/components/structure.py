"""What holds other things: cards, menus, tabs, banners, empty states, lists of facts."""

from collections.abc import Iterable
from functools import lru_cache

from django.template import Context, Library
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from trato.ui import frames
from trato.ui.components.basics import edit_in_place
from trato.ui.components.basics import icon as draw_icon
from trato.ui.components.markup import (
    Frame,
    attributes,
    classes,
    element,
    escaped,
    filled,
    joined,
    render,
    trimmed,
)
from trato.ui.shell import Shell

register = Library()

BANNER_ICONS = {
    "info": "info",
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "octagon-alert",
}


@register.simple_tag(takes_context=True)
def shell_part(context: Context, template: str) -> SafeString:
    """A part of the frame that looks the same to everybody with the same places to go to."""
    return _shell_part(template, context["shell"].common)


@lru_cache(512)
def _shell_part(template: str, shell: Shell) -> SafeString:
    # A quarter of what a page takes to write would be its frame.
    return SafeString(get_template(template).render({"shell": shell}))


@register.simple_tag(takes_context=True)
def framed(context: Context, template: str, **given: object) -> SafeString:
    """A small part of a page that is written many times: see ``trato.ui.frames``."""
    return frames.framed(template, csrf_token=str(context.get("csrf_token") or ""), **given)


@register.simple_block_tag(takes_context=True)
def card(
    context: Context,
    content: str,
    title: str = "",
    icon: str = "",
    href: str = "",
    link: str = "",
    flush: bool = False,
    **given: object,
) -> SafeString:
    """A group with a line around it; ``flush`` lets a table reach the line."""
    given["class"] = classes("card", flush and "card-flush", str(given.pop("class", "")))
    return render(
        context,
        "card",
        content=content,
        title=title,
        icon=icon,
        href=href,
        link=link,
        given=attributes(given),
    )


@register.simple_block_tag
def menu(
    content: str,
    label: str,
    icon: str = "",
    variant: str = "secondary",
    align: str = "end",
    bare: bool = False,
    **given: object,
) -> SafeString:
    """A list of things to do behind a button; opens without JavaScript too."""
    given["class"] = classes("menu", f"menu-{align}", str(given.pop("class", "")))
    look = {"class": classes("button", f"button-{variant}", bare and "button-icon")}
    if bare:
        shown, look = draw_icon(icon), look | {"aria_label": label, "title": label}
    else:
        shown = filled("{}<span>{}</span>{}", draw_icon(icon), label, draw_icon("chevron-down"))
    return filled(
        '<details{} data-menu>{}<div class="menu-panel">{}</div></details>',
        attributes(given),
        element("summary", shown, **look),
        content,
    )


@register.simple_tag
def menu_item(
    label: str,
    href: str = "",
    icon: str = "",
    tone: str = "",
    hint: str = "",
    checked: bool | None = None,
    dialog: bool = False,
    **given: object,
) -> SafeString:
    """One thing to do. ``checked`` draws a tick for the one in force."""
    if "confirm" in given:
        given["hx_confirm"] = given.pop("confirm")
    given["class"] = classes("menu-item", tone and f"menu-item-{tone}", str(given.get("class", "")))
    if checked is not None:
        given["aria_current"] = "true" if checked else None
    if dialog:
        given |= {"hx_get": href, "hx_target": "#dialog", "hx_swap": "innerHTML"}
    end = draw_icon("check") if checked else element("small", hint) if hint else ""
    content = filled("{}<span>{}</span>{}", draw_icon(icon), label, end)
    if href:
        return element("a", content, href=href, **given)
    return element("button", content, **({"type": "submit"} | given))


MOST_AT_A_GLANCE = 12
_LABEL, _HREF = "\ue000", "\ue001"


@register.simple_tag
def menu_items(pairs: Iterable[tuple[str, str]], dialog: bool = False) -> SafeString:
    """A long menu: an item for each label and address; a very long one is searched by typing."""
    frame = Frame(menu_item(_LABEL, href=_HREF, dialog=dialog))
    items = [frame.filled({_LABEL: escaped(label), _HREF: escaped(href)}) for label, href in pairs]
    return joined([_menu_search(), *items] if len(items) > MOST_AT_A_GLANCE else items)


def _menu_search() -> SafeString:
    label = gettext("Type to find")
    look = {"type": "search", "class": "field-input menu-search", "autocomplete": "off"}
    look |= {"placeholder": label, "aria_label": label}
    return filled("<input{} data-menu-search hidden>", attributes(look))


@register.simple_tag
def menu_line() -> SafeString:
    return SafeString('<hr class="menu-line">')


@register.simple_tag
def menu_title(label: str) -> SafeString:
    return filled('<p class="menu-title">{}</p>', label)


@register.simple_block_tag
def tabs(content: str, label: str, **given: object) -> SafeString:
    """Views of the same thing, each a link."""
    given["class"] = classes("tabs", str(given.pop("class", "")))
    return element("nav", content, aria_label=label, **given)


@register.simple_tag
def tab(
    label: str,
    href: str,
    active: bool = False,
    count: int | str | None = None,
    icon: str = "",
    **given: object,
) -> SafeString:
    counted = "" if count is None else filled('<small class="tab-count">{}</small>', count)
    content = filled("{}<span>{}</span>{}", draw_icon(icon), label, counted)
    given["class"] = classes("tab", str(given.pop("class", "")))
    return element("a", content, href=href, aria_current="page" if active else None, **given)


@register.simple_tag
def crumb(label: str, href: str = "") -> SafeString:
    """A step of where I am; the last one has no address."""
    if href:
        return filled('<li><a href="{}">{}</a></li>', href, label)
    return filled('<li><span aria-current="page">{}</span></li>', label)


@register.simple_block_tag
def banner(content: str, tone: str = "info", title: str = "") -> SafeString:
    """A message that stays: what happened and what to do."""
    head = element("strong", title) if title else ""
    body = filled("{}<div>{}{}</div>", draw_icon(BANNER_ICONS[tone], 20), head, content)
    role = "alert" if tone == "bad" else "status"
    return element("div", body, role=role, **{"class": f"banner banner-{tone}"})


@register.simple_block_tag(takes_context=True)
def empty(
    context: Context,
    content: str,
    icon: str,
    title: str,
    text: str = "",
    small: bool = False,
    level: int = 2,
) -> SafeString:
    """What this page will do for you, and the first step."""
    return render(
        context,
        "empty",
        content=trimmed(content),
        icon=icon,
        title=title,
        text=text,
        small=small,
        level=level,
    )


@register.simple_block_tag
def facts(content: str) -> SafeString:
    return element("dl", content, **{"class": "facts"})


@register.simple_block_tag
def fact(content: str, label: str, icon: str = "", edit_url: str = "") -> SafeString:
    """A name and its value; with ``edit_url`` the value is changed in place."""
    value = edit_in_place(trimmed(content), edit_url, label) if edit_url else trimmed(content)
    return filled(
        '<div class="fact"><dt>{}<span>{}</span></dt><dd>{}</dd></div>',
        draw_icon(icon),
        label,
        value,
    )


@register.simple_block_tag
def editable(content: str, edit_url: str, label: str = "") -> SafeString:
    """A value that turns into its form where it stands."""
    return edit_in_place(trimmed(content), edit_url, label)


@register.simple_block_tag(takes_context=True)
def inline_form(context: Context, content: str, action: str, cancel_url: str) -> SafeString:
    """The form that an editable value turns into. Enter saves, Escape brings the value back."""
    return render(context, "inline_form", content=content, action=action, cancel_url=cancel_url)


@register.simple_block_tag
def disclosure(content: str, label: str, opened: bool = False, **given: object) -> SafeString:
    """Details that most people do not need."""
    given["class"] = classes("disclosure", str(given.pop("class", "")))
    summary = filled("<summary>{}<span>{}</span></summary>", draw_icon("chevron-right"), label)
    body = filled('{}<div class="disclosure-body">{}</div>', summary, content)
    return element("details", body, open=opened, **given)
