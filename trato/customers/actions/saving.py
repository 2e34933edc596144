"""Writing many customers at once: the one way in for forms, programs and files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from django.db import connection, transaction

from trato.customers.actions.creating import write_new
from trato.customers.actions.events import NewEvent, record_events
from trato.customers.actions.locking import lock_identities
from trato.customers.actions.merging import Difference, Profile, differences, profiles, said_already
from trato.customers.actions.remarks import keep_remarks
from trato.customers.drafts import CustomerDraft
from trato.customers.models import (
    Customer,
    EmailAddress,
    EventKind,
    ExternalId,
    PhoneNumber,
    PostalAddress,
)
from trato.customers.queries.matching import Identities, identities, row_key
from trato.identity.models import User
from trato.kit.database import update_in

_ROLES = """
INSERT INTO customers_roleinorganisation (person_id, organisation_id, title)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[])
ON CONFLICT DO NOTHING RETURNING person_id, organisation_id, id
"""
_HEED = """
UPDATE customers_externalid e SET row = ''
FROM unnest(%s::text[], %s::text[]) AS told (system, value)
WHERE e.system = told.system AND e.value = told.value
"""


# Why a draft was refused whose ids are those of two customers.
ID_OF_ANOTHER = "id_of_another"


class Twins(StrEnum):
    """What to do with a newcomer who shares an e-mail, tax number or telephone with somebody."""

    UPDATE = "update"
    REFUSE = "refuse"
    CREATE = "create"


class Result(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(slots=True)
class Outcome:
    """What became of one draft; ``before`` is what undoing an update needs.

    ``organisation`` is the id of one that had to be made for it, ``role`` that of a new one there.
    """

    result: Result
    customer_id: int | None
    twin_by: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    organisation: int | None = None
    role: int | None = None


@dataclass(slots=True)
class SavedCustomers:
    """What became of those who came along with something else: the names of the new ones, and what
    undoing the change of each known one needs, by id."""

    created: dict[int, str] = field(default_factory=dict)
    updated: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @classmethod
    def of(cls, drafts: Iterable[CustomerDraft], outcomes: Iterable[Outcome]) -> Self:
        found = cls()
        for draft, outcome in zip(drafts, outcomes, strict=True):
            if outcome.result == Result.CREATED and outcome.customer_id:
                found.created[outcome.customer_id] = draft.shown_name
            elif outcome.result == Result.UPDATED and outcome.customer_id:
                found.updated.append((outcome.customer_id, outcome.before))
        return found


@dataclass(slots=True)
class _Plan:
    """Which drafts make which new customer, and which change which known one."""

    outcomes: list[Outcome]
    new: list[tuple[int, CustomerDraft]] = field(default_factory=list)
    same_as_new: list[tuple[int, CustomerDraft, int, bool]] = field(default_factory=list)
    known: list[tuple[int, CustomerDraft, int, bool]] = field(default_factory=list)


@transaction.atomic
def save_customers(
    drafts: Sequence[CustomerDraft],
    *,
    at: datetime,
    user: User | None,
    source: str,
    twins: Twins = Twins.UPDATE,
    imported: bool = False,
    known: Identities | None = None,
) -> list[Outcome]:
    """Create who is new and complete who is known; one outcome a draft, in order.

    Who has a known external id is that customer and is overwritten by what the draft says. A row of
    a file that came before, or says nothing new of who has but a name, changes nothing. A twin
    (by e-mail, tax number or telephone) is only completed where something was missing. Empty
    values never erase. Who has ids of two customers is refused (`ID_OF_ANOTHER`). ``known`` is what
    the caller, who holds the lock, has asked already.
    """
    if known is None:
        lock_identities(drafts)
        known = identities(drafts)
    plan = _plan(drafts, known, twins)
    ids = _create(plan, at=at, user=user, source=source, imported=imported)
    for position, draft, index, overwrite in plan.same_as_new:
        plan.known.append((position, draft, ids[index], overwrite))
        plan.outcomes[position].customer_id = ids[index]
    _complete(plan, at=at, user=user, source=source, imported=imported)
    _heed(plan, known)
    kept = [
        (outcome.customer_id, draft)
        for draft, outcome in zip(drafts, plan.outcomes, strict=True)
        if outcome.customer_id and outcome.result != Result.REFUSED
    ]
    keep_remarks(kept, at=at, user=user, source=source, imported=imported)
    _link_organisations(drafts, plan.outcomes, at=at, user=user, source=source, imported=imported)
    return plan.outcomes


def _plan(drafts: Sequence[CustomerDraft], known: Identities, twins: Twins) -> _Plan:
    known.row |= said_already([draft for draft in drafts if draft.fingerprint not in known.row])
    plan = _Plan(outcomes=[])
    for position, draft in enumerate(drafts):
        plan.outcomes.append(_place(position, draft, known, plan, twins))
    return plan


def _place(
    position: int, draft: CustomerDraft, known: Identities, plan: _Plan, twins: Twins
) -> Outcome:
    # A customer planned in this batch has no id yet: it goes under -1, -2, … meanwhile.
    found, twin_by, overwrite = known.find(draft), "", True
    if found is None and (twin := known.twin(draft)):
        twin_by = twin[0]
        if twins == Twins.REFUSE:
            return Outcome(Result.REFUSED, twin[1] if twin[1] > 0 else None, twin_by)
        if twins == Twins.UPDATE:
            found, overwrite = twin[1], False
    if found is None:
        plan.new.append((position, draft))
        known.add(draft, -len(plan.new))
        return Outcome(Result.CREATED, None, twin_by)
    if known.gives_away(draft, found):
        return Outcome(Result.REFUSED, None, ID_OF_ANOTHER)
    if found > 0 and known.has_all_of(draft):
        return Outcome(Result.UNCHANGED, found)
    known.add(draft, found)
    if not overwrite:
        known.completed |= dict.fromkeys(draft.external_ids, draft.row)
    if found < 0:
        plan.same_as_new.append((position, draft, -found - 1, overwrite))
    else:
        plan.known.append((position, draft, found, overwrite))
    return Outcome(Result.UNCHANGED, found if found > 0 else None, twin_by)


def _create(
    plan: _Plan, *, at: datetime, user: User | None, source: str, imported: bool
) -> list[int]:
    ids = write_new([draft for _p, draft in plan.new], at=at)
    for (position, _draft), pk in zip(plan.new, ids, strict=True):
        plan.outcomes[position].customer_id = pk
    record_events(
        (
            NewEvent(
                customer_id=pk,
                kind=EventKind.CUSTOMER_CREATED,
                at=draft.since or at,
                key=row_key(draft.fingerprint),
            )
            for pk, (_position, draft) in zip(ids, plan.new, strict=True)
        ),
        recorded_at=at,
        user=user,
        source=source,
        imported=imported,
    )
    return ids


def _complete(plan: _Plan, *, at: datetime, user: User | None, source: str, imported: bool) -> None:
    now: dict[int, Profile] = profiles(
        {pk for _p, _d, pk, _o in plan.known}, [draft for _p, draft, _pk, _o in plan.known]
    )
    changed: dict[int, Difference] = {}
    for position, draft, pk, overwrite in plan.known:
        difference = differences(now[pk], draft, overwrite=overwrite)
        if not difference:
            continue
        now[pk].take(difference)
        outcome = plan.outcomes[position]
        outcome.result, outcome.before = Result.UPDATED, difference.before
        if pk in changed:
            changed[pk].merge(difference)
        else:
            changed[pk] = difference
    _write(now, changed, at)
    record_events(
        (
            NewEvent(
                customer_id=pk,
                kind=EventKind.CUSTOMER_CHANGED,
                at=at,
                payload={"changes": difference.shown()},
            )
            for pk, difference in changed.items()
        ),
        recorded_at=at,
        user=user,
        source=source,
        imported=imported,
    )


def _heed(plan: _Plan, known: Identities) -> None:
    """An id whose row says something else by now is like any other: its rows overwrite."""
    told = {
        pair for _p, draft, _pk, is_same in plan.known if is_same for pair in draft.external_ids
    }
    if heeded := sorted(told & known.completed.keys()):
        with connection.cursor() as sql:
            sql.execute(_HEED, [list(column) for column in zip(*heeded, strict=True)])


def _write(now: dict[int, Profile], changed: dict[int, Difference], at: datetime) -> None:
    rows = [now[pk].customer for pk, difference in changed.items() if difference.fields]
    names = sorted({name for difference in changed.values() for name in difference.fields})
    update_in(
        "customers_customer",
        ("id", *names, "updated_at"),
        ((row.pk, *(getattr(row, name) for name in names), at) for row in rows),
    )
    EmailAddress.objects.bulk_create([r for d in changed.values() for r in d.emails], 2000)
    PhoneNumber.objects.bulk_create([r for d in changed.values() for r in d.phones], 2000)
    PostalAddress.objects.bulk_create([r for d in changed.values() for r in d.addresses], 2000)
    ExternalId.objects.bulk_create([r for d in changed.values() for r in d.external_ids], 2000)


def _link_organisations(
    drafts: Sequence[CustomerDraft],
    outcomes: Sequence[Outcome],
    *,
    at: datetime,
    user: User | None,
    source: str,
    imported: bool,
) -> None:
    """People who came with the name of a company get their role there, the company its row."""
    wanted = [
        (outcome, draft)
        for draft, outcome in zip(drafts, outcomes, strict=True)
        if draft.organisation
        and outcome.customer_id
        and outcome.result != Result.REFUSED
        and draft.shown_name != draft.organisation
    ]
    if not wanted:
        return
    by_name, made = organisations_by_name(
        {draft.organisation for _outcome, draft in wanted},
        at=at,
        user=user,
        source=source,
        imported=imported,
    )
    rows = {
        (outcome.customer_id or 0, by_name[draft.organisation]): draft.job_title
        for outcome, draft in reversed(wanted)
        if outcome.customer_id != by_name[draft.organisation]
    }
    roles = _make_roles(rows)
    for outcome, draft in wanted:
        pk = by_name[draft.organisation]
        outcome.organisation = pk if pk in made else None
        made.discard(pk)
        outcome.role = roles.pop((outcome.customer_id or 0, pk), None)
        if outcome.role and outcome.result == Result.UNCHANGED:
            outcome.result = Result.UPDATED


def _make_roles(rows: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], int]:
    """The ids of those that were not there yet, by person and organisation."""
    people, places = [person for person, _place in rows], [place for _person, place in rows]
    with connection.cursor() as sql:
        sql.execute(_ROLES, [people, places, list(rows.values())])
        return {(person, place): pk for person, place, pk in sql.fetchall()}


def organisations_by_name(
    names: set[str], *, at: datetime, user: User | None, source: str, imported: bool
) -> tuple[dict[str, int], set[int]]:
    """The organisation of each name, and which had to be made; the caller holds their lock."""
    rows = Customer.objects.filter(kind=Customer.Kind.ORGANISATION, name__in=names)
    found = dict(rows.order_by("-id").values_list("name", "id"))
    missing = sorted(names - set(found))
    made = save_customers(
        [CustomerDraft(kind=Customer.Kind.ORGANISATION, name=name) for name in missing],
        at=at,
        user=user,
        source=source,
        imported=imported,
        known=Identities(),
    )
    for name, outcome in zip(missing, made, strict=True):
        if outcome.customer_id:
            found[name] = outcome.customer_id
    return found, {outcome.customer_id for outcome in made if outcome.customer_id}
