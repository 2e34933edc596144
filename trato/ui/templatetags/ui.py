"""Every component and filter. A builtin: no template needs to load it."""

from django.template import Library

from trato.ui.components import basics, data, figures, forms, numbers, structure, timeline, values

register = Library()
for part in (basics, data, figures, forms, numbers, structure, timeline, values):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
