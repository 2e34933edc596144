"""How long the database may look."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

# Processes that would help are there when a page's few rows are found.
_ALONE = {"max_parallel_workers_per_gather": "0"}


class TooSlow(Exception):
    """The answer was not there in time."""


@contextmanager
def within(milliseconds: int, settings: Mapping[str, str] | None = None) -> Iterator[None]:
    """Give every statement of the block this long, and these settings. Raises TooSlow."""
    is_inner = connection.in_atomic_block
    wanted = {"statement_timeout": str(milliseconds), **_ALONE, **(settings or {})}
    try:
        with transaction.atomic():
            before = _set(wanted)
            yield
            # The end of the outermost transaction ends them by itself.
            if is_inner:
                _set(before)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def _set(wanted: Mapping[str, str | None]) -> dict[str, str | None]:
    """Let these hold until the transaction ends; returns what held before."""
    with connection.cursor() as sql:
        sql.execute(
            "SELECT name, was, set_config(name, wanted, true) FROM"
            " (SELECT name, current_setting(name, true) AS was, wanted"
            " FROM unnest(%s::text[], %s::text[]) AS t (name, wanted) OFFSET 0) AS held",
            [list(wanted), list(wanted.values())],
        )
        return {name: was for name, was, _now in sql.fetchall()}
