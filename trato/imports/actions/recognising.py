"""Whose ids of customers a file has."""

from collections.abc import Iterator, Sequence
from typing import Any

from trato.customers.queries.systems import ids_known, system_of
from trato.imports.mapping import Mapping
from trato.imports.models import Import
from trato.imports.parsing.cells import code
from trato.imports.reading import SourceRow
from trato.kit.text import Unreadable

LONGEST = 200


def whose_ids(run: Import, mapping: Mapping, sample: Sequence[SourceRow]) -> dict[str, Any]:
    """``system`` as somebody told (``ids_of``) or as the first rows let it be known, and how many
    of their different ids are known, by the system that knows them."""
    ids = set(_ids(mapping, sample))
    known = ids_known(ids)
    told = run.options.get("ids_of")
    return {
        "system": system_of(ids, known) if told is None else told,
        "ids_seen": len(ids),
        "ids_known": {system: len(found) for system, found in known.items()},
    }


def _ids(mapping: Mapping, sample: Sequence[SourceRow]) -> Iterator[str]:
    headers = [column.header for column in mapping.columns if column.target == "customer_id"]
    for row in sample:
        for header in headers:
            try:
                value = code((row.values or {}).get(header, ""), LONGEST)
            except Unreadable:
                continue
            if value:
                yield value
