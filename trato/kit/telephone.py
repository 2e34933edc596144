"""Telephone numbers in the one form that can be compared and dialled: E.164, ``+34600123456``."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from trato.kit.text import Unreadable, clean, is_blank, lost_digits

_SEPARATORS = re.compile(r"\s*(?::::|[;\n\r|]|\s/\s|,(?!,))\s*")
_REASONS = {
    ValidationResult.TOO_SHORT: "telephone_too_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "telephone_too_short",
    ValidationResult.TOO_LONG: "telephone_too_long",
    ValidationResult.INVALID_COUNTRY_CODE: "telephone_country_unknown",
}


@dataclass(frozen=True, slots=True)
class Telephone:
    e164: str
    original: str
    extension: str = ""
    in_use: bool = True


def parse_telephone(text: str, region: str | None) -> Telephone:
    """The number as dialled from ``region`` (two letters) when it has no prefix of its own.

    Its length must fit its country. Whether its series is in use is only told, not refused by:
    countries open new ones faster than libraries learn of them.
    """
    original = clean(text)
    bare = original.lstrip("'=").strip('"').removeprefix("tel:")
    if lost_digits(bare):
        raise Unreadable("digits_lost")
    number = _parsed(bare, region)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE:
        raise Unreadable(_REASONS.get(reason, "telephone_invalid"))
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    in_use = phonenumbers.is_valid_number(number)
    return Telephone(e164, original, number.extension or "", in_use)


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber:
    international = f"+{text[2:]}" if text.startswith("00") else text
    for candidate in dict.fromkeys((international, text)):
        try:
            return phonenumbers.parse(candidate, region)
        except NumberParseException as error:
            kind = error.error_type
    if kind == NumberParseException.INVALID_COUNTRY_CODE:
        raise Unreadable("telephone_country_unknown")
    if kind == NumberParseException.TOO_LONG:
        raise Unreadable("telephone_too_long")
    short = kind in (NumberParseException.TOO_SHORT_NSN, NumberParseException.TOO_SHORT_AFTER_IDD)
    raise Unreadable("telephone_too_short" if short else "telephone_invalid")


def split_telephones(text: str) -> list[str]:
    """The numbers in one cell: `` ::: ``, ``;``, ``,``, a new line or `` / `` between them."""
    return [part for part in _SEPARATORS.split(clean(text)) if not is_blank(part)]
