"""How components are written out: attributes, classes and inner templates.

``filled`` and ``escaped`` do what Django's ``format_html`` and ``conditional_escape`` do, several
times as fast: a page has two thousand values.
"""

import html
from collections.abc import Mapping

from django.template import Context
from django.utils.safestring import SafeString, mark_safe


def attributes(given: Mapping[str, object]) -> SafeString:
    """`` hx-get="/x" disabled``: ``_`` is a hyphen, True is bare, None and False are nothing."""
    shown = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        key = name.strip("_").replace("_", "-")
        shown.append(f" {key}" if value is True else f' {key}="{escaped(value)}"')
    return mark_safe("".join(shown))  # noqa: S308 each value is escaped above


def escaped(value: object) -> str:
    """Safe text as it is, any other with its marks escaped."""
    return str(value.__html__()) if hasattr(value, "__html__") else html.escape(str(value))


def filled(pattern: str, *values: object) -> SafeString:
    """The pattern with these values in its places, each escaped."""
    return mark_safe(pattern.format(*map(escaped, values)))  # noqa: S308


def classes(*names: str | bool | None) -> str:
    return " ".join(name for name in names if isinstance(name, str) and name)


def element(name: str, content: object, /, **given: object) -> SafeString:
    return filled("<{0}{1}>{2}</{0}>", name, attributes(given), content)


def joined(parts: list[SafeString]) -> SafeString:
    return mark_safe("".join(map(escaped, parts)))  # noqa: S308


def render(context: Context, name: str, **values: object) -> SafeString:
    """A component's own template; it sees its values and nothing of the page."""
    template = context.template.engine.get_template(f"ui/{name}.html")  # type: ignore[union-attr]
    inner = context.new(values)
    inner["csrf_token"] = context.get("csrf_token")
    inner["request"] = context.get("request")
    return template.render(inner)


def trimmed(content: str) -> SafeString:
    """What a block tag holds, without the white space around it; it has been escaped already."""
    return mark_safe(content.strip())  # noqa: S308
