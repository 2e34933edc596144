"""How components are written out: attributes, classes and inner templates.

``filled`` and ``escaped`` do what Django's ``format_html`` and ``conditional_escape`` do, several
times as fast: a page has two thousand values.
"""

import html
import re
from collections.abc import Iterable, Mapping

from django.template import Context
from django.utils.safestring import SafeString


def attributes(given: Mapping[str, object]) -> SafeString:
    """`` hx-get="/x" disabled``: ``_`` is a hyphen, True is bare, None and False are nothing."""
    shown = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        key = name.strip("_").replace("_", "-")
        shown.append(f" {key}" if value is True else f' {key}="{escaped(value)}"')
    return SafeString("".join(shown))


def escaped(value: object) -> str:
    """Safe text as it is, any other with its marks escaped."""
    return str(value.__html__()) if hasattr(value, "__html__") else html.escape(str(value))


def filled(pattern: str, *values: object) -> SafeString:
    """The pattern with these values in its places, each escaped."""
    return SafeString(pattern.format(*map(escaped, values)))


class Frame:
    """Markup that many things on a page share, with marks (``\ue000`` and those that follow, which
    no text of ours has) where they differ.

    A page has hundreds of cells and menu items: what is the same in all of them is written once.
    """

    def __init__(self, markup: str) -> None:
        self.parts = re.split("([\ue000-\uf8ff])", markup)

    def filled(self, values: Mapping[str, str]) -> SafeString:
        """``values`` are safe, by their marks."""
        return SafeString("".join([values.get(part, part) for part in self.parts]))


def classes(*names: str | bool | None) -> str:
    return " ".join(name for name in names if isinstance(name, str) and name)


def element(name: str, content: object, /, **given: object) -> SafeString:
    return filled("<{0}{1}>{2}</{0}>", name, attributes(given), content)


def joined(parts: Iterable[object]) -> SafeString:
    return SafeString("".join(map(escaped, parts)))


def render(context: Context, name: str, **values: object) -> SafeString:
    """A component's own template; it sees its values and nothing of the page."""
    template = context.template.engine.get_template(f"ui/{name}.html")  # type: ignore[union-attr]
    inner = context.new(values)
    inner["csrf_token"] = context.get("csrf_token")
    inner["request"] = context.get("request")
    return template.render(inner)


def trimmed(content: str) -> SafeString:
    """What a block tag holds, without the white space around it; it has been escaped already."""
    return SafeString(content.strip())
