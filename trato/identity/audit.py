"""Who changed what: the rows that the database keeps of every change, told field by field."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from trato.identity.models import User
from trato.kit.rest.values import amount_text, number_text
from trato.ui import formats

MOST = 300
# How many decimals amounts of money are kept with, and nothing else.
CENTS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record. ``field`` is empty when the whole record came or went.

    ``part`` names what of the record it is about, where that is not the record itself; ``name`` is
    the field as programs call it, ``old`` and ``new`` are its values for them.
    """

    at: datetime
    user: User | None
    record: str
    field: str
    before: str
    after: str
    part: str = ""
    name: str = ""
    old: Any = None
    new: Any = None


def plain_value(field: Any, value: Any) -> Any:
    """A value of a model's field as programs get it everywhere."""
    if isinstance(value, Decimal):
        return amount_text(value) if field.decimal_places == CENTS else number_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def plain_values(record: Any, fields: Iterable[Any]) -> dict[str, Any]:
    """A record that came or went, by the names that programs know."""
    return {one.attname: plain_value(one, getattr(record, one.attname)) for one in fields}


def plain_word(value: Any) -> str:
    """A bare value as people write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return formats.number(value, max(0, -int(value.normalize().as_tuple().exponent)))
    if isinstance(value, float | int):
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


def changes(instance: models.Model, *, keys: Keys | None = None, limit: int = MOST) -> list[Change]:
    """What people changed in this record, newest first."""
    return changes_among(type(instance), keys=keys, of={"pgh_obj": instance.pk}, limit=limit)


def changes_among(
    model: type[models.Model],
    *,
    keys: Keys | None = None,
    of: Mapping[str, object],
    limit: int = MOST,
) -> list[Change]:
    """The same for all rows of a model that ``of`` singles out, those deleted since too."""
    tracked: Any = model
    keys = keys or Keys()
    kept = tracked.pgh_event_model.objects.filter(**of).select_related("pgh_context")
    rows = list(kept.order_by("-pgh_id")[:limit])
    differences = _differences(tracked, rows)
    found = [one for one in differences if not (one.field and one.field.name in keys.hidden)]
    users, names = authors(rows), _names(found)
    return [_told(one, users.get(one.row.pk), names, keys) for one in found]


def links(
    model: type[models.Model], *, of: Mapping[str, int], other: str, label: object
) -> list[Change]:
    """Which records were tied to one and which no longer are, newest first.

    ``of`` singles the one out; ``other`` is the foreign key to those.
    """
    tracked: Any = model
    kept = tracked.pgh_event_model.objects.filter(**of).select_related("pgh_context")
    rows = list(kept.order_by("-pgh_id")[:MOST])
    users = authors(rows)
    field: Any = model._meta.get_field(other)
    names = _called(field.related_model, {getattr(row, field.attname) for row in rows})
    found = []
    for row in rows:
        pk = getattr(row, field.attname)
        word, is_new = names.get(pk, f"#{pk}"), row.pgh_label == "added"
        sides = ("", word) if is_new else (word, "")
        values = (None, pk) if is_new else (pk, None)
        at, user = row.pgh_created_at, users.get(row.pk)
        found.append(Change(at, user, word, str(label), *sides, "", field.attname, *values))
    return found


def creations(rows: Sequence[Any]) -> list[Change]:
    """Who made these records, as each tells by itself, under the names that they had then.

    They are of one model, with ``created_at`` and ``created_by``.
    """
    if not rows:
        return []
    model = type(rows[0])
    kept = model.pgh_event_model.objects.filter(pgh_obj__in=[row.pk for row in rows])
    oldest = kept.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    fields = _kept_fields(model)
    first = {row.pgh_obj_id: _as_model(model, row, fields) for row in oldest}
    return [
        Change(row.created_at, row.created_by, name, "", "", name, new=plain_values(made, fields))
        for row in rows
        for made in [first.get(row.pk, row)]
        for name in [str(made)]
    ]


def newest_first(*found: Sequence[Change], limit: int = 50) -> list[Change]:
    """Several histories as one."""
    return sorted(chain(*found), key=lambda one: one.at, reverse=True)[:limit]


def authors(rows: Sequence[Any]) -> dict[int, User]:
    """Who is known to have written the kept rows, by the key of each row."""
    users = User.objects.in_bulk({pk for row in rows if (pk := _author(row))})
    known = ((row.pk, users.get(_author(row) or 0)) for row in rows)
    return {key: user for key, user in known if user is not None}


def _author(row: Any) -> int | None:
    return row.pgh_context.metadata.get("user") if row.pgh_context else None


def _differences(model: Any, rows: Sequence[Any]) -> Iterator[_Difference]:
    """Each kept row is what was there before; the one after it is the next kept row, or now."""
    following = model._default_manager.in_bulk({row.pgh_obj_id for row in rows})
    fields = _kept_fields(model)
    for row in rows:
        later = following.get(row.pgh_obj_id)
        if row.pgh_label == "added":
            made = _as_model(model, row, fields)
            yield _Difference(row, made, None, "", "", made)
        elif row.pgh_label == "deleted" or later is None:
            gone = _as_model(model, row, fields)
            yield _Difference(row, gone, None, "", gone, "")
        else:
            yield from _compared(row, _as_model(model, row, fields), later, fields)
        following[row.pgh_obj_id] = row


def _kept_fields(model: Any) -> list[Any]:
    """Those of the model's fields that the audit keeps."""
    own = {field.name for field in model._meta.concrete_fields if not field.primary_key}
    return [one for one in model.pgh_event_model._meta.concrete_fields if one.name in own]


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
        (model._meta.label, pk): word
        for model, ids in wanted.items()
        for pk, word in _called(model, ids - {None}).items()
    }


def _called(model: Any, ids: set[Any]) -> dict[Any, str]:
    """The names of records, those deleted since too, where the audit remembers them."""
    named = {pk: str(record) for pk, record in model._default_manager.in_bulk(ids).items()}
    events = getattr(model, "pgh_event_model", None)
    if events is not None and (gone := ids - named.keys()):
        rows = events.objects.filter(pgh_obj__in=gone, pgh_label="deleted")
        fields = _kept_fields(model)
        named |= {row.pgh_obj_id: str(_as_model(model, row, fields)) for row in rows}
    return named


def _told(
    one: _Difference,
    user: User | None,
    names: Mapping[tuple[str, Any], str],
    keys: Keys,
) -> Change:
    common: dict[str, Any] = {
        "at": one.row.pgh_created_at,
        "user": user,
        "record": str(one.record),
    }
    if one.field is None:
        fields = [f for f in _kept_fields(type(one.record)) if f.name not in keys.hidden]
        old, new = (
            plain_values(side, fields) if side else None for side in (one.before, one.after)
        )
        before, after = str(one.before), str(one.after)
        return Change(**common, field="", before=before, after=after, old=old, new=new)
    label = keys.labels.get(one.key or one.field.name, one.key or one.field.verbose_name)
    before, after = (
        keys.write(one.key, value) if one.key else _word(one.field, value, names, keys.money)
        for value in (one.before, one.after)
    )
    old, new = (
        value if one.key else plain_value(one.field, value) for value in (one.before, one.after)
    )
    return Change(
        **common,
        field=str(capfirst(label)),
        before=before,
        after=after,
        name=f"{one.field.name}.{one.key}" if one.key else one.field.attname,
        old=old,
        new=new,
    )


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
