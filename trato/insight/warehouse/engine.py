"""DuckDB as it is run here."""

from contextlib import suppress

import duckdb
from django.conf import settings

from trato.insight.warehouse.place import Place

THREADS = 2


def engine(*, memory: str, threads: int = THREADS) -> duckdb.DuckDBPyConnection:
    """A database of its own, gone when closed. What does not fit into ``memory``, such as
    ``200MB``, goes to a file meanwhile: under TRATO_HOME, as everything else."""
    scratch = str(settings.SCRATCH)
    return duckdb.connect(
        ":memory:",
        config={"threads": threads, "memory_limit": memory, "temp_directory": scratch},
    )


def reach(database: duckdb.DuckDBPyConnection, place: Place) -> None:
    """Let it read the files of a place, wherever that is."""
    if place.is_local or database.filesystem_is_registered(place.protocol):
        return
    # Of two who come at once, one finds it done.
    with suppress(duckdb.InvalidInputException):
        database.register_filesystem(place.system)
