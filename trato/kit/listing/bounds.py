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
    try:
        with transaction.atomic(), connection.cursor() as sql:
            sql.execute("SELECT current_setting('statement_timeout')")
            [before] = sql.fetchone()
            _set(milliseconds)
            yield
            _set(before)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def _set(timeout: int | str) -> None:
    with connection.cursor() as sql:
        sql.execute("SELECT set_config('statement_timeout', %s, true)", [str(timeout)])
