"""The smallest parts: icons, buttons, badges, pills, avatars."""

import zlib
from functools import lru_cache

from django.template import Library
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy

from trato.ui.components.markup import attributes, classes, element, filled, joined
from trato.ui.stages import STAGES

register = Library()

AVATAR_COLOURS = 8
STATUSES = {
    "potential": (pgettext_lazy("customer", "Potential"), "circle-dashed"),
    "current": (pgettext_lazy("customer", "Current"), "circle-check"),
    "lost": (pgettext_lazy("customer", "Lost"), "circle-slash"),
}


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """One of lucide's icons; hidden from screen readers unless it has a label."""
    if not name:
        return SafeString("")
    return _drawn(name, size, str(label))


@lru_cache(2048)
def _drawn(name: str, size: int, label: str) -> SafeString:
    # A page has two hundred icons, of thirty kinds.
    meaning = attributes({"role": "img", "aria_label": label} if label else {"aria_hidden": "true"})
    return filled(
        '<svg class="{}"{}><use href="{}#{}"></use></svg>',
        classes("icon", size != 16 and f"icon-{size}"),
        meaning,
        static("ui/dist/icons.svg"),
        name,
    )


def _opening(href: str, dialog: bool, sheet: bool) -> dict[str, object]:
    """A link that htmx opens over the page; without JavaScript it is the page itself."""
    if not (dialog or sheet):
        return {}
    return {"hx_get": href, "hx_target": "#sheet" if sheet else "#dialog", "hx_swap": "innerHTML"}


@register.simple_tag
def button(
    label: str,
    variant: str = "secondary",
    icon: str = "",
    href: str = "",
    size: str = "",
    dialog: bool = False,
    sheet: bool = False,
    **given: object,
) -> SafeString:
    """A verb. With ``href`` a link that looks like a button."""
    given["class"] = classes(
        "button", f"button-{variant}", size and f"button-{size}", str(given.pop("class", ""))
    )
    if "confirm" in given:
        given["hx_confirm"] = given.pop("confirm")
    return _pressable(_content(label, icon), href, given | _opening(href, dialog, sheet))


def _content(label: str, icon_name: str) -> SafeString:
    return filled("{}<span>{}</span>", icon(icon_name), label)


def _pressable(content: SafeString, href: str, given: dict[str, object]) -> SafeString:
    if href:
        return element("a", content, href=href, **given)
    return element("button", content, **({"type": "submit"} | given))


@register.simple_tag
def icon_button(
    label: str,
    icon: str,
    href: str = "",
    variant: str = "ghost",
    size: str = "",
    dialog: bool = False,
    sheet: bool = False,
    **given: object,
) -> SafeString:
    """A button without a visible word; the label is its name and its tooltip."""
    given["class"] = classes(
        "button button-icon",
        f"button-{variant}",
        size and f"button-{size}",
        str(given.pop("class", "")),
    )
    if "confirm" in given:
        given["hx_confirm"] = given.pop("confirm")
    if not href:
        given.setdefault("type", "button")
    named = {"aria_label": label, "title": label} | given | _opening(href, dialog, sheet)
    return _pressable(_icon(icon), href, named)


_icon = icon


@register.simple_tag
def badge(
    label: str, tone: str = "neutral", icon: str = "", href: str = "", remove_url: str = ""
) -> SafeString:
    """A short word about a thing; with ``remove_url`` a tag that can be taken off."""
    text = element("a", label, href=href) if href else element("span", label)
    remove = filled(
        '<button type="button" class="badge-remove" aria-label="{}" hx-post="{}" '
        'hx-target="closest .badge" hx-swap="delete">{}</button>',
        gettext("Remove %(name)s") % {"name": label},
        remove_url,
        _icon("x"),
    )
    content = filled("{}{}{}", _icon(icon), text, remove if remove_url else "")
    return element("span", content, **{"class": f"badge tone-{tone}"})


@register.simple_tag
def status(name: str) -> SafeString:
    """Whether somebody is a potential, a current or a lost customer."""
    if name not in STATUSES:
        return SafeString("")
    label, symbol = STATUSES[name]
    content = filled("{}<span>{}</span>", icon(symbol), label)
    return element("span", content, **{"class": f"status status-{name}"})


@register.simple_tag
def stage(number: int | None, short: bool = False) -> SafeString:
    """One of the seven stages: its number, icon, name and colour never change."""
    if number not in STAGES:
        return SafeString("")
    name, symbol = STAGES[number]
    return filled(
        '<span class="stage stage-{}" title="{}"><b>{}</b>{}<span{}>{}</span></span>',
        number,
        name,
        number,
        icon(symbol),
        attributes({"class": "hidden-text"} if short else {}),
        name,
    )


@register.simple_tag
def journey(current: int | None) -> SafeString:
    """The seven steps, the one where somebody stands named."""
    steps = [
        element(
            "li",
            stage(number, short=number != current),
            **{"class": "journey-step", "aria-current": "step" if number == current else None},
        )
        for number in STAGES
    ]
    return element("ol", joined(steps), **{"class": "journey", "aria-label": gettext("Journey")})


def initials(name: str) -> str:
    """``AG`` of «Ana García López»; the first two letters of a single word."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[1][0]).upper()


@register.simple_tag
def avatar(name: str, size: int = 24, square: bool = False) -> SafeString:
    """Initials on a colour that always belongs to the same name."""
    colour = zlib.crc32(name.encode()) % AVATAR_COLOURS + 1
    return filled(
        '<span class="{}" aria-hidden="true">{}</span>',
        classes("avatar", f"avatar-{size}", f"avatar-colour-{colour}", square and "avatar-square"),
        initials(name),
    )


@register.simple_tag
def person(name: str, href: str = "", size: int = 20, square: bool = False) -> SafeString:
    """Who: the avatar with the name beside it."""
    if not name:
        return SafeString("")
    content = filled("{}<span>{}</span>", avatar(name, size, square), name)
    if href:
        return element("a", content, href=href, **{"class": "person"})
    return element("span", content, **{"class": "person"})


@register.simple_tag
def kbd(keys: str) -> SafeString:
    """``Ctrl K`` as keys on a keyboard."""
    caps = [element("kbd", key) for key in keys.split()]
    return element("span", joined(caps), **{"class": "keys"})


@register.simple_tag
def copy(text: str, label: str = "") -> SafeString:
    """A button that puts the text on the clipboard."""
    name = label or gettext("Copy %(text)s") % {"text": text}
    return icon_button(
        name, "copy", size="small", data_copy=text, data_copied=gettext("Copied"), hidden=True
    )


def edit_in_place(shown: str, edit_url: str, label: str = "") -> SafeString:
    """The value as a link that htmx turns into its form; ``label`` says what is edited."""
    name = gettext("Edit %(name)s") % {"name": label} if label else gettext("Edit")
    return filled(
        '<div class="editable-place"><a class="editable" href="{0}" hx-get="{0}" '
        'hx-target="closest .editable-place" hx-swap="outerHTML"><span>{1}</span>'
        '<span class="hidden-text">{2}</span>{3}</a></div>',
        edit_url,
        shown,
        name,
        icon("pencil"),
    )
