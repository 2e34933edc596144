"""Imports as programs get them."""

from collections.abc import Mapping
from typing import Any

from trato.customers.actions import Twins
from trato.identity.models import User
from trato.imports import queries
from trato.imports.api.schemas import (
    ChangedTold,
    ChangeTold,
    ColumnTold,
    ImportTold,
    ImportWhole,
    KeptTold,
    LeftOutTold,
    MappingTold,
    PreviewTold,
    ProblemTold,
    ReadingTold,
    ReasonTold,
    ResultTold,
    RowTold,
    SampleTold,
    StepTold,
    TwinTold,
    UndoneTold,
)
from trato.imports.mapping import Mapping as ColumnMapping
from trato.imports.mapping import preset_name
from trato.imports.models import Import, ImportRow
from trato.imports.problems import RowProblem

SHOWN = 50
KEPT = "kept"


def told(run: Import) -> ImportTold:
    return ImportTold.model_validate(run)


def whole(run: Import, user: User) -> ImportWhole:
    return ImportWhole(
        **told(run).model_dump(),
        reading=_reading(run),
        mapping=_mapping(run),
        left_out=[
            LeftOutTold(row=one.number, reason=one.code, detail=one.reason, cells=one.cells)
            for one in queries.left_out(run)
        ],
        new_fields=run.options.get("new_fields", []),
        result=_result(run),
        step=_step(run),
        undone=_undone(run, user),
    )


def _reading(run: Import) -> ReadingTold:
    return ReadingTold(
        encoding=run.reading.get("encoding") or "",
        separator=run.reading.get("separator") or "",
        header_row=run.reading.get("header_row") or 0,
        sheet=run.reading.get("sheet") or "",
        sheets=run.options.get("sheets", []),
    )


def _mapping(run: Import) -> MappingTold:
    mapping = ColumnMapping.from_json(run.mapping)
    cells = run.options.get("cells", {})
    parsing = run.options.get("parsing", {})
    return MappingTold(
        program=preset_name(mapping.preset),
        columns=[
            ColumnTold(
                header=column.header,
                target=column.target,
                certainty=column.confidence,
                reason=column.why,
                type=column.type,
                options=list(column.options),
                cells=cells.get(column.header, []),
            )
            for column in mapping.columns
        ],
        missing=queries.lacking(mapping),
        date_order=parsing.get("date_order", ""),
        decimal_comma=parsing.get("decimal_comma"),
        defaults=dict(mapping.defaults or {}),
        twins=run.options.get("twins") or Twins.UPDATE.value,
        strict=bool(run.options.get("strict")),
        ids_of=run.system,
    )


def _result(run: Import) -> ResultTold | None:
    counts = run.counts
    if "created" not in counts or run.is_working:
        return None
    return ResultTold(
        created=counts["created"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        refused=run.rows_refused,
        twins=counts.get("twins", 0),
        records=counts.get("records", {}),
    )


def _step(run: Import) -> StepTold | None:
    if not run.is_working:
        return None
    current = next(step for step in queries.steps(run) if step.is_current)
    return StepTold.model_validate(current)


def _undone(run: Import, user: User) -> UndoneTold | None:
    undone: Mapping[str, int] | None = run.counts.get("undone")
    if undone is None:
        return None
    taken = {model: number for model, number in undone.items() if model != KEPT}
    records = [
        KeptTold.model_validate({"kind": one.kind, "id": one.pk, "name": one.name})
        for one in queries.kept(run, user, limit=SHOWN)
    ]
    return UndoneTold(taken=taken, kept=undone.get(KEPT, 0), kept_records=records)


def preview(run: Import, user: User) -> PreviewTold:
    return PreviewTold(
        result=_result(run),
        sample=[
            SampleTold(number=row.number, values=row.values)
            for row in queries.good_rows(run)[:SHOWN]
        ],
        refused=[_row(row, row.problems) for row in queries.refused_rows(run)[:SHOWN]],
        refused_reasons=[
            ReasonTold(column=reason.column, detail=reason.message, rows=reason.count)
            for reason in queries.refused_reasons(run)
        ],
        warned=[_row(row, row.warnings) for row in queries.warned_rows(run)[:SHOWN]],
        twins=[_twin(twin) for twin in queries.twins(run, user)],
        changed=[_changed(one) for one in queries.changes(run, user)],
    )


def _row(row: ImportRow, found: list[dict[str, Any]]) -> RowTold:
    problems = map(RowProblem.from_json, found)
    return RowTold(
        number=row.number,
        cells=row.raw or [],
        problems=[
            ProblemTold(
                code=problem.code,
                column=problem.column,
                value=problem.value,
                detail=problem.message,
            )
            for problem in problems
        ],
    )


def _twin(twin: queries.Twin) -> TwinTold:
    return TwinTold(
        row=twin.number,
        name=twin.name,
        by=twin.by,
        value=twin.value,
        customer_id=twin.customer.pk if twin.customer else None,
        other_row=twin.other_row or None,
    )


def _changed(one: queries.Changed) -> ChangedTold:
    return ChangedTold(
        row=one.number,
        customer_id=one.customer.pk,
        changes=[
            ChangeTold(field=change.label, before=change.before, after=change.after)
            for change in one.changes
        ],
    )
