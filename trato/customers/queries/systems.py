"""What other programs call customers."""

from collections.abc import Collection

from django.db import connection

# The systems are few and the ids many: from one to the next along the index.
_SYSTEMS = """
WITH RECURSIVE known AS (
    (SELECT system FROM customers_externalid ORDER BY system LIMIT 1)
    UNION ALL
    SELECT (SELECT e.system FROM customers_externalid e WHERE e.system > known.system
            ORDER BY e.system LIMIT 1)
    FROM known WHERE known.system IS NOT NULL
)
SELECT system FROM known WHERE system <> '' ORDER BY system
"""
_KNOWN = """
SELECT system, array_agg(value) FROM customers_externalid WHERE value = ANY(%s) GROUP BY system
"""
# A number as short as these may be somebody else's in another program.
LONGEST_SHARED = 5


def id_systems() -> list[str]:
    """The systems whose ids of customers are known, without the nameless one."""
    with connection.cursor() as sql:
        sql.execute(_SYSTEMS)
        return [system for (system,) in sql.fetchall()]


def ids_known(ids: Collection[str]) -> dict[str, list[str]]:
    """Which of the ids are known, by the system whose they are."""
    with connection.cursor() as sql:
        sql.execute(_KNOWN, [list(ids)])
        return dict(sql.fetchall())


def system_of(ids: Collection[str], known: dict[str, list[str]]) -> str:
    """Whose ids these are: those of the one system that knows half of them or more.

    The nameless one if it knows any, and where the ids that are known are short numbers: they say
    nothing, for any program may have such.
    """
    different = set(ids)
    if "" in known or not different:
        return ""
    many = [system for system, found in known.items() if 2 * len(found) >= len(different)]
    if len(many) != 1:
        return ""
    telling = [one for one in known[many[0]] if not one.isdigit() or len(one) > LONGEST_SHARED]
    return many[0] if 2 * len(telling) >= len(known[many[0]]) else ""
