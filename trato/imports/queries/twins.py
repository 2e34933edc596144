"""Rows of a file that are, or look like, a customer who is known already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, islice

from django.utils.translation import gettext as _

from trato.customers.drafts import CustomerDraft
from trato.customers.models import Customer
from trato.customers.queries.matching import Identities, identities
from trato.identity.models import User
from trato.imports.drafting import customer_draft
from trato.imports.models import Import, ImportRow
from trato.imports.queries.rows import good_rows
from trato.imports.queries.shown import telephone

MOST_ROWS = 10_000
CHUNK = 4_000


@dataclass(frozen=True, slots=True)
class Match:
    """``by`` is empty for the same id; ``customer_id`` is below zero for an earlier row."""

    row: ImportRow
    draft: CustomerDraft
    customer_id: int
    by: str = ""
    value: str = ""


def matches(run: Import) -> Iterator[Match]:
    """As saving finds them: a row counts for the rows below it."""
    rows = good_rows(run)[:MOST_ROWS]
    for chunk in batched(rows.iterator(CHUNK), CHUNK, strict=False):
        drafts = [customer_draft(row.values, lambda _name: None, run.system) for row in chunk]
        yield from _of_chunk(chunk, drafts, identities(drafts))


def _of_chunk(
    rows: Sequence[ImportRow], drafts: Sequence[CustomerDraft], known: Identities
) -> Iterator[Match]:
    for row, draft in zip(rows, drafts, strict=True):
        same = known.find(draft)
        twin = known.twin(draft) if same is None else None
        if same is not None:
            yield Match(row, draft, same)
        elif twin:
            yield Match(row, draft, twin[1], twin[0], _shared(draft, twin[0], known))
        known.add(draft, same or (twin[1] if twin else -row.number))


def _shared(draft: CustomerDraft, by: str, known: Identities) -> str:
    """What they have in common."""
    if by == "tax_id":
        return draft.tax_id
    values, owners = (draft.emails, known.email) if by == "email" else (draft.phones, known.phone)
    return next(value for value in values if value in owners)


@dataclass(frozen=True, slots=True)
class Twin:
    """A row, the customer or the earlier row that it looks like, and by what.

    There is no ``customer`` where the user may not see who it is.
    """

    number: int
    name: str
    by: str
    value: str
    customer: Customer | None
    other_row: int


def twins(run: Import, user: User, *, limit: int = 20) -> list[Twin]:
    if run.kind != Import.Kind.CUSTOMERS or not run.counts.get("twins"):
        return []
    found = list(islice((match for match in matches(run) if match.by), limit))
    seen = visible(user, {match.customer_id for match in found})
    region = run.options.get("parsing", {}).get("region", "")
    return [
        Twin(
            number=match.row.number,
            name=match.draft.shown_name,
            by=_by(match.by),
            value=telephone(match.value, region) if match.by == "phone" else match.value,
            customer=seen.get(match.customer_id),
            other_row=max(-match.customer_id, 0),
        )
        for match in found
    ]


def visible(user: User, ids: set[int]) -> dict[int, Customer]:
    rows = Customer.objects.visible_to(user).filter(pk__in={pk for pk in ids if pk > 0})
    return {customer.pk: customer for customer in rows}


def _by(key: str) -> str:
    return {"email": _("E-mail"), "tax_id": _("Tax number"), "phone": _("Telephone")}[key]
