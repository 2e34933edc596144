"""Who may write what identifies a customer, so that two writers cannot create one customer twice.

A writer of few customers locks what identifies these alone: two programs that send others do not
wait for each other. A writer of many locks all, once the writers of few are done.
"""

from collections.abc import Iterable, Iterator
from zlib import crc32

from django.db import connection

from trato.customers.drafts import CustomerDraft
from trato.customers.queries.matching import tax_key
from trato.kit.database import one_writer

LOCK = 7_001
_PLACES = 70_011
_KEYS = 70_012
# PostgreSQL has room for 6,400 locks unless told otherwise (max_locks_per_transaction ×
# max_connections), and these writers may take 4,000 of them.
FEW = 500
AT_ONCE = 8


def lock_identities(drafts: Iterable[CustomerDraft] | None = None) -> None:
    """Wait until nobody writes what identifies one of the drafts, and keep others from it until
    our transaction ends; without drafts, all that identifies anybody.

    Call it once in a transaction: a writer of few who then wants more could wait for one who waits
    for them.
    """
    keys = None if drafts is None else {key for draft in drafts for key in _keys(draft)}
    if keys is None or len(keys) > FEW or not _found_place():
        one_writer(LOCK)
        return
    # All in the same order: no two can wait for each other.
    numbers = sorted({crc32(key.encode()) - 2**31 for key in keys})
    with connection.cursor() as sql:
        sql.execute(
            "SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) AS key",
            [_KEYS, numbers],
        )


def _found_place() -> bool:
    """One of those who may write at once; with it the writers of many are kept out."""
    with connection.cursor() as sql:
        sql.execute(
            "SELECT pg_advisory_xact_lock_shared(%s) FROM generate_series(1, %s) AS place"
            " WHERE pg_try_advisory_xact_lock(%s, place) LIMIT 1",
            [LOCK, AT_ONCE, _PLACES],
        )
        return sql.fetchone() is not None


def _keys(draft: CustomerDraft) -> Iterator[str]:
    yield from (f"{system}:{value}" for system, value in draft.external_ids)
    yield from draft.emails
    yield from draft.phones
    if key := tax_key(draft.tax_id):
        yield key
    if draft.fingerprint:
        yield from (draft.fingerprint, draft.shown_name)
    if draft.organisation:
        yield draft.organisation
