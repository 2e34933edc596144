"""Imports as programs send and get them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from trato.customers.models import Customer, CustomField
from trato.imports.models import Import
from trato.kit.rest.paging import Page, Paging
from trato.kit.rest.values import WHOLE, Given, Told, text

Heading = Annotated[str, Field(max_length=1000)]
TwinRule = Literal["update", "refuse", "create"]

_TARGET = (
    "What the column becomes: a key of `/imports/fields/{kind}`, `custom:` and the key of a custom"
    " field (one that does not exist is made), `external_id:` and the name of another system; empty"
    " to leave the column out."
)
_TWINS = "What becomes of rows that share an e-mail, tax number or telephone with a known customer."
_IDS_OF = (
    "The program whose ids the customers have, such as `hubspot`; empty for your own. Found out"
    " from the ids that are known if it is left out."
)
_STRICT = "Refuse rows with unknown customers or products; otherwise they are created."


class FileGiven(Given):
    kind: Import.Kind | None = Field(None, description="Found out from the headings if left out.")
    twins: TwinRule = Field("update", description=_TWINS)
    strict: bool = Field(False, description=_STRICT)
    ids_of: Annotated[str, text(60)] | None = Field(None, description=_IDS_OF)


class ReadingGiven(Given):
    """How the file is made; what is left out is found out."""

    kind: Import.Kind | None = Field(None, description="As it is, if left out.")
    encoding: Annotated[str, text(40)] | None = None
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    header_row: Annotated[int, Field(ge=0, le=100_000), WHOLE] | None = Field(
        None, description="The line of the headings; 0 if there are none."
    )
    sheet: Annotated[str, Field(max_length=200)] | None = None


class ColumnGiven(Given):
    header: Heading
    target: Annotated[str, text(200)] = Field(description=_TARGET)
    type: CustomField.Type = Field(
        CustomField.Type.TEXT, description="Of the custom field that is made."
    )
    options: list[Annotated[str, text(100, 1)]] = Field([], max_length=200)


class MappingGiven(Given):
    """Only what is sent changes; the other columns stay as they are."""

    columns: list[ColumnGiven] = Field([], max_length=500)
    date_order: Literal["DMY", "MDY", "YMD"] | None = None
    decimal_comma: bool | None = Field(None, description="Whether amounts are `1.234,56`.")
    default_kind: Customer.Kind | None = Field(None, description="Of rows that do not say it.")
    default_status: Customer.Status | None = Field(None, description="Of rows that do not say it.")
    twins: TwinRule | None = Field(None, description=_TWINS)
    strict: bool | None = Field(None, description=_STRICT)
    ids_of: Annotated[str, text(60)] | None = Field(None, description=_IDS_OF)


class FieldTold(Told):
    key: str
    label: str
    required: bool
    example: str


class FieldsTold(Told):
    items: list[FieldTold]


class ColumnTold(Told):
    header: str
    target: str = Field(description=_TARGET)
    certainty: float = Field(description="From 0 to 1.")
    reason: str = Field(description="Why this target was proposed, in words.")
    type: str = Field(description="Of a custom field; else empty.")
    options: list[str]
    cells: list[str] = Field(description="The first different cells.")


class ReadingTold(Told):
    encoding: str
    separator: str
    header_row: int
    sheet: str
    sheets: list[str]


class MappingTold(Told):
    program: str = Field(description="The program whose export this looks like; else empty.")
    columns: list[ColumnTold]
    missing: list[str] = Field(description="What no column gives and every row needs, in words.")
    date_order: str
    decimal_comma: bool | None
    defaults: dict[str, str]
    twins: TwinRule
    strict: bool
    ids_of: str = Field(description="The program whose ids the customers have; empty: your own.")


class ResultTold(Told):
    """Rows by what became of them, or would; `records` counts orders, customers and so on."""

    created: int
    updated: int
    unchanged: int
    refused: int
    twins: int = Field(description="Rows that look like another customer.")
    records: dict[str, dict[str, int]]


class StepTold(Told):
    label: str
    done: int
    total: int | None = Field(description="Null while it is not known.")
    is_about: bool = Field(description="Whether `total` is an estimate.")


class KeptTold(Told):
    kind: Literal["customer", "product", "order"]
    id: int
    name: str


class UndoneTold(Told):
    """What was taken back by kind, and how many records were kept because they are in use."""

    taken: dict[str, int]
    kept: int
    kept_records: list[KeptTold] = Field(description="The first that you may see.")


class ImportTold(Told):
    id: int
    kind: Import.Kind
    state: Import.State
    file_name: str
    rows_read: int
    rows_refused: int
    problem: str = Field(description="Why it failed; else empty.")
    user_id: int | None
    created_at: datetime
    finished_at: datetime | None


class LeftOutTold(Told):
    row: int = Field(description="The line of the file.")
    reason: str
    detail: str
    cells: list[str]


class ImportWhole(ImportTold):
    reading: ReadingTold
    mapping: MappingTold
    left_out: list[LeftOutTold] = Field(
        description="Lines taken for totals, notes or repeated headings, once it is checked."
    )
    new_fields: list[str] = Field(
        description="Custom fields that it brings, once it is checked; made when it is applied."
    )
    result: ResultTold | None = Field(
        description="Foreseen once it is checked, final once it is done."
    )
    step: StepTold | None = Field(description="What is being done; null when nothing is.")
    undone: UndoneTold | None


class ImportPage(Page[ImportTold]):
    pass


class ImportFilters(Paging):
    kind: Import.Kind | None = None
    state: Import.State | None = None


class ProblemTold(Told):
    code: str
    column: str = Field(description="The heading of the cell, if it is one.")
    value: str
    detail: str


class RowTold(Told):
    number: int = Field(description="The line of the file.")
    cells: list[str] = Field(description="As they are in the file.")
    problems: list[ProblemTold]


class ReasonTold(Told):
    column: str
    detail: str
    rows: int


class SampleTold(Told):
    number: int
    values: dict[str, Any] = Field(description="By field, as they were understood.")


class TwinTold(Told):
    row: int
    name: str
    by: str
    value: str
    customer_id: int | None = Field(description="Null if it is a row or you may not see whose.")
    other_row: int | None = Field(description="The earlier row of the file that it looks like.")


class ChangeTold(Told):
    field: str
    before: str
    after: str


class ChangedTold(Told):
    row: int
    customer_id: int
    changes: list[ChangeTold]


class PreviewTold(Told):
    """What applying would do: the first rows of each sort."""

    result: ResultTold | None
    sample: list[SampleTold]
    refused: list[RowTold]
    refused_reasons: list[ReasonTold] = Field(description="The most frequent first.")
    warned: list[RowTold] = Field(description="Come in, but without some cell.")
    twins: list[TwinTold]
    changed: list[ChangedTold]
