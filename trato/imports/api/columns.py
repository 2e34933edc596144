"""How a file is made and what its columns become."""

from dataclasses import replace
from typing import Any

from ninja import Router

from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.imports import actions
from trato.imports.api.finding import find_import, in_turn
from trato.imports.api.schemas import (
    ColumnGiven,
    FieldsTold,
    FieldTold,
    ImportWhole,
    MappingGiven,
    ReadingGiven,
)
from trato.imports.api.showing import whole
from trato.imports.mapping import FIELDS, Column, Mapping, Reason
from trato.imports.mapping.columns import is_target
from trato.imports.models import Import
from trato.imports.problems import CannotRead
from trato.imports.reading import ReadingHints
from trato.kit.rest.refusals import Invalid

router = Router()


@router.get(
    "/imports/fields/{kind}", response=FieldsTold, summary="What a column can become, by kind"
)
def list_fields(request: Call, kind: Import.Kind) -> FieldsTold:
    need(request, Permission.IMPORT)
    return FieldsTold(
        items=[
            FieldTold(
                key=field.key,
                label=str(field.label),
                required=field.required,
                example=field.example,
            )
            for field in FIELDS[kind]
        ]
    )


@router.put(
    "/imports/{int:import_id}/reading",
    response=ImportWhole,
    summary="Say how the file is made or what it holds; it is read anew",
)
def put_reading(request: Call, import_id: int, given: ReadingGiven) -> ImportWhole:
    run = find_import(request, import_id)
    hints = ReadingHints(**given.model_dump(exclude={"kind"}))
    try:
        with in_turn():
            run = actions.reread(run, kind=given.kind or run.kind, hints=hints)
    except CannotRead as error:
        raise Invalid.body(code=error.code, message=error.message) from None
    return whole(run, request.user)


@router.put(
    "/imports/{int:import_id}/mapping",
    response=ImportWhole,
    summary="Say what the columns become and how cells are read",
)
def put_mapping(request: Call, import_id: int, given: MappingGiven) -> ImportWhole:
    """An import that was checked has to be checked again."""
    run = find_import(request, import_id)
    mapping = _mapping(run, given)
    parsing = given.model_dump(include={"date_order", "decimal_comma"}, exclude_none=True)
    options = given.model_dump(include={"twins", "strict", "ids_of"}, exclude_none=True)
    try:
        with in_turn():
            run = actions.configure(run, mapping=mapping, parsing=parsing, options=options)
    except actions.ColumnsMissing as error:
        names = ", ".join(error.names)
        raise Invalid.body("columns", code="columns_missing", names=names) from None
    return whole(run, request.user)


def _mapping(run: Import, given: MappingGiven) -> Mapping:
    known = Mapping.from_json(run.mapping)
    told = _told_columns(known, given.columns)
    defaults = dict(known.defaults or {})
    if run.kind == Import.Kind.CUSTOMERS:
        pairs = {"kind": given.default_kind, "status": given.default_status}
        defaults |= {key: str(value) for key, value in pairs.items() if value}
    columns = tuple(told.get(column.header, column) for column in known.columns)
    return replace(known, columns=columns, defaults=defaults)


def _told_columns(known: Mapping, given: list[ColumnGiven]) -> dict[str, Column]:
    """Raises Invalid with the place of a heading or target that there is not."""
    by_header = {column.header: column for column in known.columns}
    told: dict[str, Column] = {}
    for place, one in enumerate(given):
        column = by_header.get(one.header)
        if column is None:
            raise Invalid.body("columns", place, "header", code="column_unknown")
        if not is_target(known.kind, one.target):
            raise Invalid.body("columns", place, "target", code="target_unknown")
        told[one.header] = _told(column, one)
    return told


def _told(column: Column, given: ColumnGiven) -> Column:
    plain: dict[str, Any] = {"target": given.target, "confidence": 1.0, "reason": Reason.TOLD}
    column = replace(column, **plain, type="", options=())
    if column.custom_key:
        return replace(column, type=given.type.value, options=tuple(given.options))
    return column
