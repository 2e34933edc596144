"""What the numbers of a workbook stand for, as their formats tell."""

import re
from enum import StrEnum
from xml.etree.ElementTree import Element

_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_DURATION = 46
# Texts in quotation marks, escaped and filling signs, colours and currencies.
_PLAIN = re.compile(r'"[^"]*"|\\.|[_*].|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_OF_TIME = re.compile(r"[dmyhs]", re.IGNORECASE)


class Style(StrEnum):
    NUMBER = "number"
    DATE = "date"
    DURATION = "duration"


def styles_of(sheet: Element) -> list[Style]:
    """By the place of the style, which cells name."""
    own = {
        int(one.get("numFmtId", "0")): one.get("formatCode", "")
        for one in sheet.iterfind("{*}numFmts/{*}numFmt")
    }
    formats = [int(one.get("numFmtId", "0")) for one in sheet.iterfind("{*}cellXfs/{*}xf")]
    return [_custom(own[number]) if number in own else _built_in(number) for number in formats]


def _built_in(number: int) -> Style:
    if number == _DURATION:
        return Style.DURATION
    return Style.DATE if number in _DATES else Style.NUMBER


def _custom(code: str) -> Style:
    bare = _PLAIN.sub("", code).partition(";")[0]
    if _ELAPSED.search(bare):
        return Style.DURATION
    return Style.DATE if _OF_TIME.search(bare) else Style.NUMBER
