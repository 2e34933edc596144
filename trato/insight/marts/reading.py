"""The marts as views of the engine: everybody's, or those of the customers somebody may see."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from threading import Lock

import duckdb

from trato.customers.models import Stage
from trato.identity.models import User
from trato.identity.rules import Visibility
from trato.insight.marts.files import COMPARED, LAID_OUT, NOUNS, Marts, NoMarts, current
from trato.insight.warehouse.engine import engine, reach

WHOSE = ("segment", "team", "owner")
# Of a customer these have many rows, which do not say whose the customer is.
OF_CUSTOMERS = ("transitions", "months")
# Laid out as well, and empty where nothing is: what each customer brought in each of the usual
# periods; and what is compared of those who bought for two years (`queries.economics.spenders`).
_WHOSE = "segment BIGINT, team INTEGER, owner INTEGER"
ADDED_UP = {
    "earned": f"start DATE, until DATE, {_WHOSE}, customer BIGINT, orders INTEGER, amount DOUBLE,"
    " known DOUBLE, known_net DOUBLE, margin DOUBLE",
    "spenders": f"{_WHOSE}, customers BIGINT, second DOUBLE, first DOUBLE, second_squared DOUBLE,"
    " first_squared DOUBLE, product DOUBLE",
}
CUBES = {
    "moves": """
        SELECT segment, team, owner, day, from_stage, to_stage, count(*) AS moves
        FROM all_transitions GROUP BY ALL ORDER BY ALL
    """,
    "steps": """
        SELECT segment, team, owner, known_day, furthest, to_stage, count(*) AS customers
        FROM all_transitions JOIN (SELECT customer, known_day FROM all_scores) USING (customer)
        WHERE furthest < to_stage GROUP BY ALL ORDER BY ALL
    """,
    "stays": f"""
        SELECT segment, team, owner, kind, country, origin, cohort,
               greatest(coalesce(gone, as_of) - first_day, 0) AS days,
               gone IS NOT NULL AS has_left, count(*) AS customers
        FROM all_scores LEFT JOIN (
            SELECT customer, day AS gone FROM all_transitions
            WHERE is_first AND to_stage = {Stage.ABANDONMENT:d}
        ) USING (customer)
        WHERE first_day IS NOT NULL GROUP BY ALL ORDER BY ALL
    """,  # noqa: S608 the number of a stage
    "won": """
        SELECT segment, team, owner, origin, acquired_by, cohort, count(*) AS customers,
               sum(margin) FILTER (WHERE NOT isnan(margin)) AS margin,
               sum(lifetime_value) AS lifetime_value, count(lifetime_value) AS valued
        FROM all_scores WHERE cohort IS NOT NULL GROUP BY ALL ORDER BY ALL
    """,
    "margins": """
        SELECT segment, team, owner, origin, acquired_by, cohort, month, sum(margin) AS margin
        FROM all_months JOIN (SELECT customer, origin, acquired_by FROM all_scores) USING (customer)
        WHERE NOT isnan(margin) GROUP BY ALL ORDER BY ALL
    """,
    "turnover": """
        SELECT segment, team, owner, cohort, month, count(*) AS customers,
               sum(orders)::BIGINT AS orders, sum(amount) AS amount,
               sum(known) AS known, sum(known_net) AS known_net,
               sum(margin) FILTER (WHERE NOT isnan(margin)) AS margin
        FROM all_months GROUP BY ALL ORDER BY ALL
    """,
}
# Megabytes of memory for all that is asked at the same time, and for each million customers.
_MEMORY = 60
_MILLION = 1_000_000
# Those of the last refresh, and those that somebody may still read.
_KNOWN_AT_ONCE = 2
_schemas: dict[str, str] = {}
_describing = Lock()


def connect(user: User) -> duckdb.DuckDBPyConnection:
    """The marts as views, with the customers this user may see. Close it after use.

    Raises NoMarts.
    """
    marts = current()
    if marts is None:
        raise NoMarts
    return open_views(marts, seen_by(user))


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose customers somebody sees who does not see all of them."""

    owners: tuple[int, ...]
    teams: tuple[int, ...]


def seen_by(user: User) -> Seen | None:
    """The same rule as `CustomerQuerySet.visible_to`; nothing for who sees everybody."""
    if user.visibility == Visibility.ALL:
        return None
    owners, teams = {user.pk}, set[int]()
    if user.visibility == Visibility.TEAM:
        teams = set(user.teams.values_list("pk", flat=True))
        owners |= set(User.objects.filter(teams__in=teams).values_list("pk", flat=True))
    return Seen(tuple(sorted(owners)), tuple(sorted(teams)))


def open_views(marts: Marts, seen: Seen | None = None) -> duckdb.DuckDBPyConnection:
    """The marts as views; with ``seen``, only those customers. Close it after use.

    ``moves_of_customers`` are the transitions in the order of customers, to look one up.
    """
    # Two threads who come first would start an engine each.
    with _describing:
        connection = _engine().cursor()
        schema = _described(connection, marts)
    connection.execute(f"SET schema = '{schema}'")
    if seen is not None:
        _narrow(connection, seen)
    return connection


def _described(connection: duckdb.DuckDBPyConnection, marts: Marts) -> str:
    """The schema of the engine that has views of these marts: made once, since to look into the
    files takes longer than many a question."""
    told = repr((marts.place.root, sorted(marts.files.items())))
    schema = f"marts_{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    if schema not in _schemas:
        reach(connection, marts.place)
        millions = marts.place.rows(marts.files["scores"]) / _MILLION
        connection.execute(f"SET GLOBAL memory_limit = '{_memory(millions)}'")
        laid_out = _attached(connection, marts)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.execute(f"SET schema = '{schema}'")
        describe(connection, marts, laid_out)
        _schemas[schema] = laid_out
        for old in list(_schemas)[:-_KNOWN_AT_ONCE]:
            _forget(connection, old)
    return schema


def describe(connection: duckdb.DuckDBPyConnection, marts: Marts, laid_out: str = "") -> None:
    """Views of these marts where the connection makes them."""
    for noun, source in _sources(marts, laid_out).items():
        connection.execute(f"CREATE OR REPLACE VIEW {noun} AS {source}")
    for noun, columns in ADDED_UP.items():
        if laid_out:
            connection.execute(f"CREATE OR REPLACE VIEW all_{noun} AS FROM {laid_out}.{noun}")
        else:
            connection.execute(f"CREATE OR REPLACE TABLE all_{noun} ({columns})")
        connection.execute(f"CREATE OR REPLACE VIEW {noun} AS FROM all_{noun}")


def _forget(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    connection.execute(f"DROP SCHEMA {schema} CASCADE")
    laid_out = _schemas.pop(schema)
    if laid_out and laid_out not in _schemas.values():
        connection.execute(f"DETACH {laid_out}")


def _sources(marts: Marts, laid_out: str) -> dict[str, str]:
    found = {"moves_of_customers": f"FROM {table(marts, 'transitions')}"}
    for noun in (*NOUNS, *CUBES, COMPARED):
        is_laid_out = laid_out and noun != COMPARED
        found[f"all_{noun}"] = f"FROM {laid_out}.{noun}" if is_laid_out else _source(marts, noun)
        found[noun] = f"FROM all_{noun}"
    return found


def _source(marts: Marts, noun: str) -> str:
    """Its file; marts that were written before there were cubes are added up when asked."""
    if noun not in marts.files:
        return CUBES.get(noun, "SELECT NULL::BIGINT AS customer WHERE false")
    if noun not in OF_CUSTOMERS:
        return f"FROM {table(marts, noun)}"
    columns, scores = ", ".join(WHOSE), table(marts, "scores")
    who = f"(SELECT customer, {columns} FROM {scores})"  # noqa: S608 our names
    return f"SELECT {columns}, k.* FROM {table(marts, noun)} k JOIN {who} USING (customer)"  # noqa: S608


def table(marts: Marts, noun: str) -> str:
    """The file of a mart, in SQL."""
    path = marts.place.path(marts.files[noun]).replace("'", "''")
    return f"read_parquet('{path}')"


def _attached(connection: duckdb.DuckDBPyConnection, marts: Marts) -> str:
    """The name under which the engine knows the file of what is laid out; nothing without one that
    can be opened."""
    name = marts.files.get(LAID_OUT)
    if name is None:
        return ""
    known, path = name.partition(".")[0].replace("-", "_"), marts.place.path(name)
    path = path.replace("'", "''")
    try:
        connection.execute(f"ATTACH IF NOT EXISTS '{path}' AS {known} (READ_ONLY)")
    except duckdb.IOException:
        return ""
    return known


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine a process; each reader has a cursor of its own.

    A question that keeps two cores busy takes a third more of their time than one that keeps one,
    and the other processes have questions, too.
    """
    made = engine(memory=_memory(), threads=1)
    # Stages by day, weeks by month: an array of 2^18 groups, where the rule would be a hash table.
    made.execute("SET GLOBAL perfect_ht_threshold = 18")
    return made


def _memory(millions: float = 1.0) -> str:
    return f"{_MEMORY * max(millions, 1.0):.0f}MB"


def _narrow(connection: duckdb.DuckDBPyConnection, whom: Seen) -> None:
    theirs = (
        f"list_contains({_numbers(whom.owners)}, owner)"
        f" OR list_contains({_numbers(whom.teams)}, team)"
    )
    for noun in (*NOUNS, *CUBES, *ADDED_UP):
        connection.execute(f"CREATE TEMP VIEW {noun} AS FROM all_{noun} WHERE {theirs}")


def _numbers(ids: Iterable[int]) -> str:
    return json.dumps(sorted(int(one) for one in ids)) + "::BIGINT[]"
