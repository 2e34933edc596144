"""DuckDB as it is run here."""

import duckdb
from django.conf import settings

THREADS = 2


def engine(*, memory: str) -> duckdb.DuckDBPyConnection:
    """A database of its own, gone when closed. What does not fit into ``memory``, such as
    ``200MB``, goes to a file meanwhile: under TRATO_HOME, as everything else."""
    scratch = str(settings.TRATO_HOME / "scratch")
    return duckdb.connect(
        ":memory:",
        config={"threads": THREADS, "memory_limit": memory, "temp_directory": scratch},
    )
