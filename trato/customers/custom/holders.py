"""Which records have fields of the company's own: those of its customers, and what the apps above
add when they start.
"""

from django.db.models import Model

from trato.customers.models import Customer, CustomField

# Each has a JSON field ``custom``. Contacts are events: theirs are in the payload.
HOLDERS: dict[str, type[Model]] = {CustomField.About.CUSTOMER: Customer}

# Keys that files have for other things, by what the fields are of.
TAKEN: dict[str, frozenset[str]] = {}
