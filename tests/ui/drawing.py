"""Draw a piece of template, as a page would."""

from django.template import Context, Engine

_ENGINE = Engine(
    app_dirs=True,
    libraries={name: f"django.templatetags.{name}" for name in ("i18n", "l10n", "static")},
    builtins=["trato.ui.templatetags.ui"],
)


def draw(source: str, **values: object) -> str:
    return _ENGINE.from_string(source).render(Context(values)).strip()
