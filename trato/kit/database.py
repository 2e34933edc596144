"""Expressions that PostgreSQL computes for us, and settings of one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import BigIntegerField, Func, TextField


class SortKey(Func):
    """Lower case without accents, the same on every database, whatever its collation."""

    function = "trato_sort_key"
    output_field = TextField()
    arity = 1


class CurrentTransaction(Func):
    """The id of the transaction that writes the row; it never wraps around."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = BigIntegerField()
    arity = 0


def one_writer(lock: int) -> None:
    """Wait until no other transaction holds this lock, and hold it until ours ends."""
    with connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


@contextmanager
def erasing_events() -> Iterator[None]:
    """Allow deletes from the append-only log within the caller's transaction, and then no more."""
    with connection.cursor() as sql:
        sql.execute("SELECT set_config('trato.rewrite_events', 'on', true)")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                sql.execute("SELECT set_config('trato.rewrite_events', '', true)")
