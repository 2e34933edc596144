"""What people changed in a row: who, when, before and after, from the database's own audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from trato.identity.models import User

LABEL_OF_CHANGE = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    who: str
    fields: tuple[tuple[str, str, str], ...]
    """What each field is called, how it was and how it became."""


def changes(row: models.Model, *, limit: int = 50) -> list[Change]:
    """The latest first. Each audited row holds what was there before the change."""
    kept = row.history.select_related("pgh_context").order_by("-pgh_id")  # type: ignore[attr-defined]
    before = list(kept.filter(pgh_label=LABEL_OF_CHANGE)[: limit + 1])
    after = [row, *before]
    names = _names(before)
    told = [
        Change(old.pgh_created_at, names.get(_author(old), ""), _difference(row, old, new))
        for old, new in zip(before[:limit], after, strict=False)
    ]
    return [change for change in told if change.fields]


def _author(old: Any) -> int | None:
    context = old.pgh_context
    return context.metadata.get("user") if context else None


def _names(kept: Iterable[Any]) -> dict[int | None, str]:
    ids = {author for old in kept if (author := _author(old))}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def _difference(row: models.Model, old: Any, new: Any) -> tuple[tuple[str, str, str], ...]:
    tracked = {field.attname for field in old._meta.concrete_fields}
    fields = [field for field in row._meta.concrete_fields if field.attname in tracked]
    return tuple(
        (str(field.verbose_name), _shown(field, old), _shown(field, new))
        for field in fields
        if getattr(old, field.attname) != getattr(new, field.attname)
    )


def _shown(field: Any, row: Any) -> str:
    value = getattr(row, field.attname)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)
