"""Expressions that PostgreSQL computes for us."""

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
