"""Parts of a page that are written many times and differ in a few texts.

Their template is rendered once, with marks in place of the texts; each of them is a join of texts
after that. A customer's page has a hundred, which took half of the time to write it.
"""

from functools import lru_cache

from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from trato.ui.components.markup import Frame, escaped

_MARKS = [chr(code) for code in range(0xE000, 0xE020)]


def framed(template: str, /, **given: object) -> SafeString:
    """The part with these texts, which it may show and put into addresses, no more. What else is
    given, and an empty text, decides what the part consists of."""
    blanks = tuple(name for name, value in given.items() if value and isinstance(value, str))
    fixed = tuple(item for item in given.items() if item[0] not in blanks)
    frame = _frame(template, blanks, fixed, get_language())
    values = {mark: escaped(given[name]) for name, mark in zip(blanks, _MARKS, strict=False)}
    return frame.filled(values)


@lru_cache(1024)
def _frame(
    template: str,
    blanks: tuple[str, ...],
    fixed: tuple[tuple[str, object], ...],
    _language: str | None,
) -> Frame:
    marks = dict(zip(blanks, map(SafeString, _MARKS), strict=False))
    return Frame(get_template(template).render({**dict(fixed), **marks}).strip())
