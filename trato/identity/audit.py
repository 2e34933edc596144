"""Who changed what: the rows that the database keeps of every change, told field by field."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from trato.identity.models import User
from trato.ui import formats


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record. ``field`` is empty when the whole record was removed."""

    at: datetime
    user: User | None
    record: str
    field: str
    before: str
    after: str


def plain_word(value: Any) -> str:
    """A bare value as people write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal | float | int):
        return formats.number(value)
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, list | tuple):
        return ", ".join(plain_word(item) for item in value)
    return str(value)


def _by_itself(key: str, value: Any) -> str:
    return plain_word(value)


@dataclass(frozen=True, slots=True)
class Keys:
    """How the keys of JSON fields, and fields without a name for people, are called; how their
    values are written; the currency of amounts; what is not told."""

    labels: Mapping[str, str] = field(default_factory=dict)
    write: Callable[[str, Any], str] = _by_itself
    money: Mapping[str, str] = field(default_factory=dict)
    hidden: Container[str] = ()


@dataclass(frozen=True, slots=True)
class _Difference:
    """A change before its values are put into words."""

    row: Any
    record: models.Model
    field: Any
    key: str
    before: Any
    after: Any


def changes(instance: models.Model, *, keys: Keys | None = None, limit: int = 300) -> list[Change]:
    """What people changed in this record, newest first."""
    return changes_among(type(instance), keys=keys, of={"pgh_obj": instance.pk}, limit=limit)


def changes_among(
    model: type[models.Model],
    *,
    keys: Keys | None = None,
    of: Mapping[str, object],
    limit: int = 300,
) -> list[Change]:
    """The same for all rows of a model that ``of`` singles out, those deleted since too."""
    tracked: Any = model
    keys = keys or Keys()
    kept = tracked.pgh_event_model.objects.filter(**of).select_related("pgh_context")
    rows = list(kept.order_by("-pgh_id")[:limit])
    differences = _differences(tracked, rows)
    found = [one for one in differences if not (one.field and one.field.name in keys.hidden)]
    users = User.objects.in_bulk({pk for row in rows if (pk := _author(row))})
    names = _names(found)
    return [_told(one, users, names, keys) for one in found]


def _author(row: Any) -> int | None:
    return row.pgh_context.metadata.get("user") if row.pgh_context else None


def _differences(model: Any, rows: Sequence[Any]) -> Iterator[_Difference]:
    """Each kept row is what was there before; the one after it is the next kept row, or now."""
    following = model._default_manager.in_bulk({row.pgh_obj_id for row in rows})
    own = {field.name for field in model._meta.concrete_fields if not field.primary_key}
    fields = [one for one in rows[0]._meta.concrete_fields if one.name in own] if rows else []
    for row in rows:
        later = following.get(row.pgh_obj_id)
        if row.pgh_label == "deleted" or later is None:
            gone = _as_model(model, row, fields)
            yield _Difference(row, gone, None, "", gone, None)
        else:
            yield from _compared(row, _as_model(model, row, fields), later, fields)
        following[row.pgh_obj_id] = row


def _as_model(model: Any, row: Any, fields: Sequence[Any]) -> models.Model:
    made: models.Model = model(**{field.attname: getattr(row, field.attname) for field in fields})
    return made


def _compared(
    row: Any, record: models.Model, later: Any, fields: Sequence[Any]
) -> Iterator[_Difference]:
    for one in fields:
        before, after = getattr(row, one.attname), getattr(later, one.attname)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            for key in sorted(before.keys() | after.keys()):
                if before.get(key) != after.get(key):
                    yield _Difference(row, record, one, key, before.get(key), after.get(key))
        else:
            yield _Difference(row, record, one, "", before, after)


def _names(found: Sequence[_Difference]) -> dict[tuple[str, Any], str]:
    """What the records are called that foreign keys pointed or point at."""
    wanted: dict[Any, set[Any]] = {}
    for one in found:
        if one.field is not None and one.field.is_relation:
            wanted.setdefault(one.field.related_model, set()).update({one.before, one.after})
    return {
        (model._meta.label, pk): str(record)
        for model, ids in wanted.items()
        for pk, record in model._default_manager.in_bulk(ids - {None}).items()
    }


def _told(
    one: _Difference,
    users: Mapping[int, User],
    names: Mapping[tuple[str, Any], str],
    keys: Keys,
) -> Change:
    author = _author(one.row)
    common = {
        "at": one.row.pgh_created_at,
        "user": users.get(author) if author else None,
        "record": str(one.record),
    }
    if one.field is None:
        return Change(**common, field="", before=str(one.before), after="")
    label = keys.labels.get(one.key or one.field.name, one.key or one.field.verbose_name)
    before, after = (
        keys.write(one.key, value) if one.key else _word(one.field, value, names, keys.money)
        for value in (one.before, one.after)
    )
    return Change(**common, field=str(capfirst(label)), before=before, after=after)


def _word(
    field: Any, value: Any, names: Mapping[tuple[str, Any], str], money: Mapping[str, str]
) -> str:
    if value is None or value == "" or value == []:
        return ""
    if field.name in money:
        return formats.money(value, money[field.name])
    if field.is_relation:
        return names.get((field.related_model._meta.label, value), f"#{value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return plain_word(value)
