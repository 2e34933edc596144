"""The words for what can be wrong with a call, by its code."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trato.imports.problems import ROW_MESSAGES

type Words = str | Promise

TITLES: dict[str, tuple[int, Words, Words]] = {
    "unreadable_body": (
        400,
        _("The body cannot be read"),
        _("Send one valid JSON document, without null characters and with no field twice."),
    ),
    "bad_address": (400, _("The address cannot be read"), _("It holds a null character.")),
    "unauthenticated": (
        401,
        _("No valid token"),
        _("Send “Authorization: Bearer trato_…” with a token that is neither expired nor revoked."),
    ),
    "token_may_not_write": (
        403,
        _("The token may only read"),
        _("Use a token with the scope “write”."),
    ),
    "not_permitted": (
        403,
        _("You may not do this"),
        _("The role of the token's user does not include it."),
    ),
    "not_found": (404, _("Nothing found"), _("There is nothing here that you may see.")),
    "method_not_allowed": (
        405,
        _("The address has no such method"),
        _("The header “Allow” says which it has."),
    ),
    "twin_found": (
        409,
        _("The customer may be there already"),
        _("Somebody has the same e-mail, telephone, tax number or external id."),
    ),
    "has_purchases": (
        409,
        _("The customer has purchases"),
        _("Customers with purchases are kept: the books need them."),
    ),
    "order_kept": (
        409,
        _("The order is kept"),
        _("Only what is pending or cancelled can be deleted. Cancel the order first."),
    ),
    "category_in_use": (
        409,
        _("The category is not empty"),
        _("Move the products and categories that are in it first."),
    ),
    "last_administrator": (
        409,
        _("Nobody else manages users"),
        _("Somebody must remain who can manage users."),
    ),
    "order_closed": (
        409,
        _("The order is closed"),
        _("Only what is pending changes field by field. Reopen it, or replace it with PUT."),
    ),
    "number_taken": (409, _("There is one already"), _("Use PUT to replace it.")),
    "import_further_on": (
        409,
        _("The import is at another step"),
        _("Read it to see its state; somebody may have been faster."),
    ),
    "not_worked_out": (
        409,
        _("This has not been worked out yet"),
        _("Ask for a refresh of the analysis first."),
    ),
    "conflict": (
        409,
        _("The data has changed meanwhile"),
        _("Read it again and repeat the call if it is still wanted."),
    ),
    "cursor_gone": (
        410,
        _("The cursor is of another log"),
        _("The database was restored from a copy. Read the log again from its beginning."),
    ),
    "body_too_large": (413, _("The body is too large"), _("Send the data in smaller parts.")),
    "invalid": (422, _("Some values cannot be taken"), _("See “errors” for each one.")),
    "key_of_another_call": (
        422,
        _("The idempotency key belongs to another call"),
        _("Use a new key for each new call."),
    ),
    "too_many_calls": (
        429,
        _("Too many calls"),
        _("Wait as many seconds as the header “Retry-After” says."),
    ),
    "server_error": (
        500,
        _("Something failed on our side"),
        _("The error has been logged. Try again later."),
    ),
}

_WHOLE = _("It must be a whole number.")
_DECIMAL = _("It must be a number, such as 12.50.")
_DATE = _("It must be a date, such as 2026-03-31.")
_MOMENT = _("It must be a moment with its time zone, such as 2026-03-31T10:00:00Z.")
_FLAG = _("It must be true or false.")
_LIST = _("It must be a list.")
_OBJECT = _("It must be an object with fields.")
_PLACES = _("It must have %(decimal_places)s decimals at most.")
_DIGITS = _("It must have %(max_digits)s digits at most.")
_WHOLE_DIGITS = _("It must have %(whole_digits)s digits before the point at most.")

FIELD_WORDS: dict[str, Words] = {
    "missing": _("It is required."),
    "extra_forbidden": _("There is no such field."),
    "string_type": _("It must be text."),
    "string_too_short": _("It must not be empty."),
    "string_too_long": _("It must have %(max_length)s characters at most."),
    "string_pattern_mismatch": _("It must have the form %(pattern)s."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _("The number is too large."),
    "greater_than": _("It must be more than %(gt)s."),
    "greater_than_equal": _("It must be %(ge)s or more."),
    "less_than": _("It must be less than %(lt)s."),
    "less_than_equal": _("It must be %(le)s or less."),
    "decimal_type": _DECIMAL,
    "decimal_parsing": _DECIMAL,
    "finite_number": _DECIMAL,
    "decimal_max_digits": _DIGITS,
    "decimal_max_places": _PLACES,
    "decimal_whole_digits": _WHOLE_DIGITS,
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "enum": _("Choose one of %(expected)s."),
    "literal_error": _("Choose one of %(expected)s."),
    "list_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "too_long": _("It must have %(max_length)s items at most."),
    "too_short": _("It must not be empty."),
    "timezone_aware": _MOMENT,
    "parameter_unknown": _("There is no such parameter here. There are: %(known)s."),
    "parameter_needless": _("There is no such parameter: this takes none."),
    "parameter_repeated": _("It is there several times; send it once."),
    "cursor_unknown": _("This cursor is not one of this list. Begin without one."),
    "key_unreadable": _("It must have %(limit)s plain characters at most."),
    "user_unknown": _("There is no active user with this id."),
    "team_unknown": _("There is no team with this id."),
    "team_required": _("Who sees the records of their team needs a team."),
    "member_unknown": _("There is no user with this id."),
    "email_taken": _("Somebody else signs in with this e-mail."),
    "customer_unknown": _("There is no customer with this id that you may see."),
    "customer_required": _("Say whose it is."),
    "only_people": _("Only people work somewhere, and this is an organisation."),
    "only_organisations": _("This is a person: people work at organisations."),
    "address_empty": _("Say at least the town or the country."),
    "still_to_come": _("This is still to come."),
    "product_unknown": _("There is no product with this code."),
    "number_repeated": _("Another order of this call has the same number."),
    "category_unknown": _("There is no category with this id."),
    "custom_field_unknown": _("There is no custom field with this key."),
    "custom_field_value": _("It is not a value for a custom field of the type “%(type)s”."),
    "number_too_precise": _("It has more digits than can be kept."),
    "not_a_contact": _("This kind of event is not written by hand."),
    "filter_unknown": _("The list has no such filter, or not with this value: %(part)s"),
    "kind_unknown": _("The headings do not tell what the file holds. Say it."),
    "column_unknown": _("The file has no column with this heading."),
    "target_unknown": _("There is no such field for this kind of file."),
    "columns_missing": _("No column is chosen for: %(names)s."),
    "currency_unknown": _("There is no such currency."),
    "discount_too_large": _("The discount is more than the line adds up to."),
    "discount_negative": _("The discount takes off: here it cannot be negative."),
    "discount_positive": _("The line is negative, so its discount is negative, too."),
    "quantity_zero": _("It must not be zero; negative for a return."),
    "tax_negative": _("The line is not negative, so its tax cannot be negative either."),
    "tax_positive": _("The line is negative, so its tax is negative, too."),
    "total_too_large": _("The total is too large."),
    "value_too_large": _("A number, date or text does not fit."),
}
_WHEN_NOTHING_FITS = _("This value cannot be taken.")


def _group(code: str) -> Words | None:
    """The many ways in which a date or moment can be wrong need one sentence."""
    if code.startswith("datetime_"):
        return _MOMENT
    return _DATE if code.startswith("date_") else None


def field_words(code: str, params: dict[str, Any]) -> str:
    """What is wrong with a value, in the active language."""
    words = FIELD_WORDS.get(code) or ROW_MESSAGES.get(code) or _group(code) or _WHEN_NOTHING_FITS
    if "expected" in params:
        # As Python says it.
        expected = params["expected"].replace(" or ", ", ").replace("True", "true")
        params = params | {"expected": expected}
    try:
        return str(words) % params
    except KeyError:
        return str(_WHEN_NOTHING_FITS)
