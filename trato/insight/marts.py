"""Marts: what the last refresh made for the pages to read, as Parquet files that DuckDB queries.

* ``scores``: a row a customer, the columns of `customers.CustomerScore` and who they are;
* ``transitions``: a row a change of stage; ``months``: a row a customer and month with purchases;
* ``sales``: money by month, product, channel, store, seller and kind of customer;
* ``moves``, ``steps``, ``stays`` and ``turnover``: changes of stage, those that went further than
  before, how long customers stay, and the money of months, added up by what every page can be
  narrowed by: a hundredth of the rows, which are read where somebody asks for something else;
* ``compared``: the customers whose prices were compared.

Beside them lies what all of it was measured by (`trato.insight.refresh.learning`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import duckdb
import pyarrow as pa
from django.conf import settings

from trato.customers.models import Stage
from trato.identity.models import User
from trato.identity.rules import Visibility
from trato.insight.warehouse.engine import engine, reach
from trato.insight.warehouse.place import Place

NOTE = "marts.json"
# Counted up when the columns change: pages then wait for the next refresh.
VERSION = 2
NOUNS = ("scores", "transitions", "months", "sales")
COMPARED = "compared"
CUBES = {
    "moves": """
        SELECT segment, team, owner, day, from_stage, to_stage, count(*) AS moves
        FROM all_transitions JOIN all_scores USING (customer) GROUP BY ALL ORDER BY ALL
    """,
    "steps": """
        SELECT segment, team, owner, known_day, furthest, to_stage, count(*) AS customers
        FROM all_transitions JOIN all_scores USING (customer)
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
    "turnover": """
        SELECT segment, team, owner, m.cohort, month, count(*) AS customers,
               sum(orders)::BIGINT AS orders, sum(m.amount) AS amount,
               sum(m.amount) FILTER (WHERE NOT isnan(m.margin)) AS known,
               sum(m.margin) FILTER (WHERE NOT isnan(m.margin)) AS margin
        FROM all_months m JOIN all_scores USING (customer) GROUP BY ALL ORDER BY ALL
    """,
}
_MEMORY = "200MB"


class NoMarts(Exception):
    """Nothing was ever worked out here: the first refresh is still to come."""


@dataclass(frozen=True)
class Marts:
    place: Place
    run: int
    as_of: date
    files: Mapping[str, str]
    is_of_now: bool = True
    # The name of the lake they were made of.
    lake: str = ""

    def read(self, noun: str, columns: list[str] | None = None) -> pa.Table:
        return self.place.read(self.files[noun], columns)


def place() -> Place:
    return Place.at(settings.LAKE).within("marts")


def current() -> Marts | None:
    """Those that pages read."""
    found = last()
    return found if found and found.is_of_now else None


def last() -> Marts | None:
    """Those of the last refresh, even if their columns are of an earlier version of Trato."""
    where = place()
    note = where.read_note(NOTE)
    if note is None:
        return None
    is_of_now = note.get("version", 1) == VERSION
    return Marts(
        where,
        note["run"],
        date.fromisoformat(note["as_of"]),
        note["files"],
        is_of_now,
        note.get("lake", ""),
    )


def publish(files: Mapping[str, str], *, run: int, as_of: date, lake: str) -> None:
    """From here on pages read these files; those before stay for who reads them now."""
    where, old = place(), last()
    note = {
        "version": VERSION,
        "run": run,
        "as_of": as_of.isoformat(),
        "files": dict(files),
        "lake": lake,
    }
    where.write_note(NOTE, note)
    where.keep_only([*files.values(), *(old.files.values() if old else [])])


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
    """The marts as views; with ``seen``, only those customers. Close it after use."""
    connection = _engine().cursor()
    reach(connection, marts.place)
    for noun in (*NOUNS, *CUBES, COMPARED):
        connection.execute(f"CREATE TEMP VIEW all_{noun} AS {_source(marts, noun)}")
        connection.execute(f"CREATE TEMP VIEW {noun} AS FROM all_{noun}")
    if seen is not None:
        _narrow(connection, seen)
    return connection


def _source(marts: Marts, noun: str) -> str:
    """Its file; marts that were written before there were cubes are added up when asked."""
    if noun not in marts.files:
        return CUBES.get(noun, "SELECT NULL::BIGINT AS customer WHERE false")
    path = marts.place.path(marts.files[noun]).replace("'", "''")
    return f"FROM read_parquet('{path}')"


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine a process; each reader has a cursor of its own."""
    return engine(memory=_MEMORY)


def _narrow(connection: duckdb.DuckDBPyConnection, whom: Seen) -> None:
    theirs = (
        f"list_contains({_numbers(whom.owners)}, owner)"
        f" OR list_contains({_numbers(whom.teams)}, team)"
    )
    seen = "customer IN (SELECT customer FROM scores)"
    for noun, condition in (
        ("scores", theirs),
        ("sales", theirs),
        *((cube, theirs) for cube in CUBES),
        ("transitions", seen),
        ("months", seen),
    ):
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {noun} AS FROM all_{noun} WHERE {condition}"
        )


def _numbers(ids: Iterable[int]) -> str:
    return json.dumps(sorted(int(one) for one in ids)) + "::BIGINT[]"
