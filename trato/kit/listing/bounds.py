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
            before = _now() if is_inner else ""
            limit(milliseconds)
            yield
            # The end of the outermost transaction ends the limit by itself.
            if is_inner:
                limit(before)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def _now() -> str:
    with connection.cursor() as sql:
        sql.execute("SELECT current_setting('statement_timeout')")
        return str(sql.fetchone()[0])


def limit(timeout: int | str) -> None:
    """Give each further statement of the transaction this long."""
    with connection.cursor() as sql:
        sql.execute("SELECT set_config('statement_timeout', %s, true)", [str(timeout)])
