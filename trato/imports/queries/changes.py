"""What an import of customers would change of those who are known: before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from trato.customers.actions import Twins
from trato.customers.actions.merging import Difference, differences, plain, profiles
from trato.customers.models import Customer
from trato.identity.models import User
from trato.imports.mapping import field_of
from trato.imports.models import Import
from trato.imports.queries.shown import Writer, short_label
from trato.imports.queries.twins import Match, matches, visible

LOOKED_AT = 200
# The fields of imports under the names that customers have for them.
KEYS = {"since": "created_at", "emails": "email", "phones": "phone"}


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    customer: Customer
    number: int
    changes: list[Change]


def changes(run: Import, user: User, *, limit: int = 20) -> list[Changed]:
    """The first known customers that the rows change, as far as the user may see them."""
    if run.kind != Import.Kind.CUSTOMERS or not run.counts.get("updated"):
        return []
    completes = run.options.get("twins", Twins.UPDATE) == Twins.UPDATE
    known = (one for one in matches(run) if one.customer_id > 0 and (completes or not one.by))
    found = list(islice(known, LOOKED_AT))
    return list(islice(_changed(run, found, user), limit))


def _changed(run: Import, found: list[Match], user: User) -> Iterator[Changed]:
    seen = visible(user, {match.customer_id for match in found})
    with transaction.atomic():
        now = profiles(seen, [match.draft for match in found])
    words = _Words(run)
    for match in found:
        if match.customer_id not in now:
            continue
        difference = differences(now[match.customer_id], match.draft, overwrite=not match.by)
        if difference:
            told = list(words.changes(difference))
            yield Changed(seen[match.customer_id], match.row.number, told)


class _Words:
    """Differences as people read them."""

    def __init__(self, run: Import) -> None:
        self._run = run
        self._writer = Writer(run)

    def changes(self, difference: Difference) -> Iterator[Change]:
        for name, (before, after) in difference.shown().items():
            if name == "custom":
                yield from self._custom(before or {}, after)
            else:
                yield Change(self._label(name), self._text(name, before), self._text(name, after))

    def _label(self, name: str) -> str:
        if name == "external_ids":
            return _("Other id")
        field = field_of(self._run.kind, KEYS.get(name, name))
        if field is not None:
            return short_label(field)
        return str(capfirst(_verbose(name)))

    def _text(self, name: str, value: Any) -> str:
        if value in (None, "", []):
            return ""
        text = self._writer.text(KEYS.get(name, name), plain(value))
        if text:
            return text
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def _custom(self, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
        for key, value in after.items():
            if before.get(key) != value:
                label, old = self._writer.custom(key, before.get(key))
                yield Change(label, old, self._writer.custom(key, value)[1])


def _verbose(name: str) -> str:
    known: Any = Customer._meta.get_field(name.removesuffix("_id"))
    related = known.is_relation and known.auto_created
    return str(known.related_model._meta.verbose_name_plural if related else known.verbose_name)
