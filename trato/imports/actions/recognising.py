"""Whose ids of customers a file has."""

from collections.abc import Iterator, Sequence
from typing import Any

from trato.customers.queries.systems import id_systems, ids_known, system_of
from trato.imports.mapping import EXTERNAL, SYSTEMS, Mapping
from trato.imports.models import Import
from trato.imports.parsing.cells import code
from trato.imports.reading import SourceRow
from trato.kit.text import Unreadable

CUSTOMER_ID = "customer_id"
LONGEST = 200


def whose_ids(run: Import, mapping: Mapping, sample: Sequence[SourceRow]) -> dict[str, Any]:
    """``system`` as somebody told (``ids_of``) or as the first rows let it be known, and how many
    of their different ids are known, by the system that knows them.

    A system that has a column of its own has none of the others.
    """
    ids = set(_ids(mapping, sample))
    elsewhere = {target.removeprefix(EXTERNAL) for _header, target in id_columns(mapping)}
    known = {system: found for system, found in ids_known(ids).items() if system not in elsewhere}
    told = run.options.get("ids_of")
    return {
        "system": system_of(ids, known) if told is None else as_known(told),
        "ids_seen": len(ids),
        "ids_known": {system: len(found) for system, found in known.items()},
    }


def id_columns(mapping: Mapping) -> list[tuple[str, str]]:
    """The headings and targets of what tells customers by ids."""
    return [
        (column.header, column.target)
        for column in mapping.columns
        if column.target == CUSTOMER_ID or column.target.startswith(EXTERNAL)
    ]


def as_known(told: str) -> str:
    """The system as it is written where it is known: ``hubspot`` for ``HubSpot``."""
    known = id_systems()
    if told in known:
        return told
    return {one.casefold(): one for one in [*SYSTEMS, *known]}.get(told.casefold(), told)


def _ids(mapping: Mapping, sample: Sequence[SourceRow]) -> Iterator[str]:
    headers = [header for header, target in id_columns(mapping) if target == CUSTOMER_ID]
    for row in sample:
        for header in headers:
            try:
                value = code((row.values or {}).get(header, ""), LONGEST)
            except Unreadable:
                continue
            if value:
                yield value
