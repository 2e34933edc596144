"""What can be wrong with a file, a row or a cell: a code and words for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trato.kit.text import Unreadable

type Param = str | int

SHOWN = 200
FILE_MESSAGES: dict[str, str | Promise] = {
    "file_empty": _("The file is empty."),
    "file_without_rows": _("There is no table in the file."),
    "file_binary": _("This is not a table. Send a CSV, TSV, XLSX, JSON lines or vCard file."),
    "file_html": _("This is a web page with the name of a table. Save it as XLSX or CSV."),
    "file_pdf": _("This is a PDF. Export the table as XLSX or CSV."),
    "file_parquet": _("This is a Parquet file. Export the table as XLSX or CSV."),
    "workbook_encrypted": _("The workbook has a password. Save it without one."),
    "workbook_old": _("This is an old Excel file (.xls). Save it as .xlsx or CSV."),
    "workbook_damaged": _("The workbook is damaged or cut short. Save it again, or as CSV."),
    "workbook_too_large": _("The workbook is too large to open. Save it as CSV."),
    "sheet_unknown": _("The workbook has no sheet “%(sheet)s”."),
    "archive_damaged": _("The compressed file is damaged or cut short."),
    "archive_encrypted": _("The compressed file has a password. Send it without one."),
    "archive_of_several": _("The compressed file holds %(count)s files. Send them one by one."),
    "archive_too_large": _("Unpacked, the file is larger than %(megabytes)s MB."),
    "file_too_large": _(
        "The file is larger than %(megabytes)s MB. Split it, or bring it in with the "
        "command “trato import”."
    ),
    "encoding_unknown": _("There is no encoding “%(encoding)s”."),
    "too_many_columns": _("The file has %(count)s columns; %(limit)s at most can be imported."),
    "file_of_deals": _(
        "This is a file of deals, and deals are not imported yet. Export the contacts and "
        "companies of that program and import those; won deals come in as orders, with a row for "
        "each product."
    ),
    "header_missing": _("Row %(row)s, where the headings should be, does not exist or is empty."),
}
ROW_MESSAGES: dict[str, str | Promise] = {
    "too_few_cells": _("The row has %(found)s cells instead of %(expected)s."),
    "too_many_cells": _("The row has %(found)s cells instead of %(expected)s."),
    "unclosed_quote": _("A quotation mark is opened and not closed."),
    "truncated_last_line": _("The file ends in the middle of this row."),
    "file_truncated": _("The file is cut short here: what followed is lost."),
    "bad_bytes": _("The row has characters that do not belong to the file's encoding."),
    "nul_bytes": _("The row has null bytes, as damaged files do."),
    "line_too_long": _("The row is too long."),
    "cell_too_long": _("A cell is longer than %(limit)s characters."),
    "json_invalid": _("This is not a valid JSON object."),
    "keys_unknown": _("“%(keys)s” is not in the first rows of the file, so it has no column."),
    "card_unclosed": _("The card has no end."),
    "card_invalid": _("The card cannot be read."),
    "footer": _("A note below the table."),
    "totals_row": _("A row of totals."),
    "header_repeated": _("The headings again."),
    "required": _("It must have a value."),
    "text_too_long": _("It is longer than %(limit)s characters."),
    "digits_lost": _("A spreadsheet has cut the digits of this number. Format it as text."),
    "not_a_number": _("It is not a number."),
    "number_too_large": _("The number is too large."),
    "number_too_precise": _("The number has more digits than can be kept."),
    "currency_unknown": _("“%(mark)s” is not a currency."),
    "not_a_date": _("It is not a date."),
    "not_a_time": _("The hour does not exist."),
    "date_not_in_calendar": _("That day does not exist."),
    "date_out_of_range": _("The year is out of range."),
    "date_order": _("Day and month are in another order than in the rest of the file."),
    "not_yes_or_no": _("It is neither yes nor no."),
    "not_a_choice": _("It is not one of the options."),
    "country_unknown": _("It is not a country."),
    "language_unknown": _("It is not a language."),
    "email_without_at": _("It is not an e-mail address: it has no @."),
    "email_invalid": _("It is not a valid e-mail address."),
    "telephone_too_short": _("The telephone number is too short."),
    "telephone_too_long": _("The telephone number is too long for its country."),
    "telephone_noted": _(
        "The telephone number does not fit the country of its row and is kept as a note. With its "
        "prefix, as in +44 20 7946 0018, or its country in another column, it is a telephone."
    ),
    "telephone_country_unknown": _("The telephone number has no valid country prefix."),
    "telephone_invalid": _("It is not a telephone number."),
    "telephone_not_in_use": _("No such telephone number is in use. It was kept."),
    "contacts_without_identity": _("There is no name, e-mail, telephone or id to tell it by."),
    "order_incomplete": _("Another line of the same order was refused."),
    "twin": _("There is a customer like this already (%(by)s)."),
    "id_of_another": _("Its ids are those of two different customers."),
    "unknown_customer": _("Unknown customer “%(name)s”."),
    "total_too_large": _("The order adds up to more than Trato can keep."),
    "unknown_product": _("Unknown product “%(name)s”."),
    "mapping_invalid": _("The mapping of the columns is not valid."),
    "order_without_product": _("The line has neither a product id nor a product name."),
    "line_too_large": _("Quantity by price is too large an amount."),
    "order_without_price": _("The line has neither a unit price nor a total."),
    "interaction_without_customer": _("It does not say with which customer."),
    "currency_of_others": _("It is in %(currency)s; custom fields hold amounts in %(ours)s."),
    "currencies_differ": _("The row has amounts in %(first)s and in %(second)s."),
    "cost_currencies": _("Rows of the same month and campaign are in %(first)s and in %(second)s."),
    "price_negative": _("A price cannot be less than nothing."),
    "cost_negative": _("A cost cannot be less than nothing."),
}
MESSAGES = FILE_MESSAGES | ROW_MESSAGES


class CannotRead(Exception):
    """The file as a whole cannot be read; says what to do instead."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def message(self) -> str:
        return str(MESSAGES.get(self.code, self.code)) % self.params

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with a row: in a cell when ``column`` (the heading) is given."""

    code: str
    column: str = ""
    value: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)

    @classmethod
    def of(cls, error: Unreadable, column: str, value: str) -> Self:
        return cls(error.code, column, value[:SHOWN], error.params)

    @property
    def message(self) -> str:
        """In the active language, without the column and the value."""
        return str(MESSAGES.get(self.code, self.code)) % self.params

    def to_json(self) -> dict[str, Any]:
        whole = {
            "code": self.code,
            "column": self.column,
            "value": self.value,
            "params": dict(self.params),
        }
        return {key: value for key, value in whole.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            data["code"], data.get("column", ""), data.get("value", ""), data.get("params", {})
        )
