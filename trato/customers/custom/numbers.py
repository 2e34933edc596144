"""Numbers and amounts of money in custom fields: what of them can be kept.

They are numbers of JSON, so that lists filter and sort by them. Of those with a point fifteen
digits always come back as they were, and of more only those of which no digit is lost are taken.
"""

from decimal import Decimal

from trato.customers.models import CustomField
from trato.kit.text import Unreadable

GREATEST = 10**15
MONEY_PLACES = 4


def own_number(value: Decimal, type_: str) -> int | float:
    """The number as it is kept, every digit of it. Raises Unreadable."""
    if not value.is_finite() or abs(value) >= GREATEST:
        raise Unreadable("number_too_large")
    kept = json_number(value)
    if type_ == CustomField.Type.MONEY and round(value, MONEY_PLACES) != value:
        raise Unreadable("decimal_max_places", decimal_places=MONEY_PLACES)
    if Decimal(str(kept)) != value:
        raise Unreadable("number_too_precise")
    return kept


def json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
