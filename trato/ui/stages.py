"""The seven stages of the journey as they are shown: always this number, name and icon."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

STAGES: dict[int | None, tuple[str | Promise, str]] = {
    1: (pgettext_lazy("stage", "Awareness"), "eye"),
    2: (pgettext_lazy("stage", "Consideration"), "book-open"),
    3: (pgettext_lazy("stage", "Shortlist"), "list-checks"),
    4: (pgettext_lazy("stage", "Purchase"), "shopping-bag"),
    5: (pgettext_lazy("stage", "Reconsideration"), "scale"),
    6: (pgettext_lazy("stage", "Repurchase"), "repeat"),
    7: (pgettext_lazy("stage", "Abandonment"), "door-open"),
}
