"""The values of rows, by field: of one page, or of all that match, as a stream."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from trato.kit.listing.fields import Field, Listing
from trato.kit.listing.sources import Column, JsonKey, Related

BATCH = 2_000

type Row = dict[str, Any]


def rows_of(listing: Listing, pks: Sequence[int], columns: Iterable[str]) -> list[Row]:
    """The values of these columns for these rows, in their order, by one question."""
    fields = _fields(listing, columns)
    found = _values(listing.model._default_manager.filter(pk__in=pks), fields)
    by_pk = {pk: {"pk": pk} | _read(fields, values) for pk, *values in found}
    return [by_pk[pk] for pk in pks if pk in by_pk]


def stream(
    listing: Listing, rows: QuerySet[Any], columns: Iterable[str], *, every: bool = False
) -> Iterator[list[Row]]:
    """All of ``rows`` in their order, in batches, by a cursor of the server.

    With ``every``, fields of which a row may have several have all of them, not only the main one.
    """
    fields = _fields(listing, columns)
    # Outside a transaction the server would have to keep the whole answer aside first.
    with transaction.atomic():
        own = [field for field in fields if not isinstance(field.source, Related)]
        for batch in batched(_values(rows, own).iterator(BATCH), BATCH, strict=False):
            related = _related([pk for pk, *_values in batch], fields, every=every)
            yield [{"pk": pk} | related.get(pk, {}) | _read(own, values) for pk, *values in batch]


def _fields(listing: Listing, columns: Iterable[str]) -> list[Field]:
    return [field for key in columns if (field := listing.field(key)) is not None]


def _values(rows: QuerySet[Any], fields: Iterable[Field]) -> QuerySet[Any, tuple[Any, ...]]:
    """The id and, in their order, the values."""
    names = {f"_value_{place}": _expression(field) for place, field in enumerate(fields)}
    found: QuerySet[Any, tuple[Any, ...]] = rows.annotate(**names).values_list("pk", *names)
    return found


def _expression(field: Field) -> Any:
    if isinstance(field.source, JsonKey):
        return field.source.value
    if isinstance(field.source, Related):
        return field.source.first
    if isinstance(field.source, Column):
        return F(field.source.shown or field.source.path)
    raise TypeError(field.source)


def _read(fields: Sequence[Field], values: Sequence[Any]) -> Row:
    pairs = zip(fields, values, strict=True)
    return {field.key: field.source.read(value) for field, value in pairs}


def _related(pks: Sequence[int], fields: Iterable[Field], *, every: bool) -> dict[int, Row]:
    """One question for each other table, however many of its columns are wanted."""
    groups: dict[Any, list[tuple[str, Related]]] = defaultdict(list)
    for field in fields:
        if isinstance(field.source, Related):
            is_list = every and field.source.repeats
            only = Q() if is_list else field.source.only
            groups[field.source.model, field.source.link, only, is_list].append(
                (field.key, field.source)
            )
    found: dict[int, Row] = defaultdict(dict)
    for (model, link, only, is_list), members in groups.items():
        paths = [source.path for _key, source in members]
        rows = model._default_manager.filter(only, **{f"{link}__in": pks})
        for pk, *values in rows.order_by("-pk").values_list(link, *paths):
            new = {key: value for (key, _source), value in zip(members, values, strict=True)}
            found[pk] |= _before(new, found[pk]) if is_list else new
    return found


def _before(new: Row, later: Row) -> Row:
    return {key: [value, *later.get(key, [])] for key, value in new.items()}
