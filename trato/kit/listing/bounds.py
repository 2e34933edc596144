"""How long the database may look."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class TooSlow(Exception):
    """The answer was not there in time."""


@contextmanager
def within(milliseconds: int) -> Iterator[None]:
    """Give every statement of the block this long. Raises TooSlow."""
    is_inner = connection.in_atomic_block
    try:
        with transaction.atomic():
            before = limit(milliseconds)
            yield
            # The end of the outermost transaction ends the limit by itself.
            if is_inner:
                limit(before)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def limit(timeout: int | str) -> str:
    """Give each further statement of the transaction this long; it had what is returned.

    None of them starts others to help it: those are there when a page's few rows are found.
    """
    with connection.cursor() as sql:
        sql.execute(
            "SELECT now, set_config('statement_timeout', %s, true),"
            " set_config('max_parallel_workers_per_gather', '0', true)"
            " FROM current_setting('statement_timeout') now",
            [str(timeout)],
        )
        return str(sql.fetchone()[0])
