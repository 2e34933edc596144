"""The files of the marts, and the note that says which ones pages read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
from django.conf import settings

from trato.insight.models import MARTS_VERSION
from trato.insight.warehouse.place import Place

NOTE = "marts.json"
NOUNS = ("scores", "transitions", "months", "sales")
COMPARED = "compared"
LAID_OUT = "laid_out"
# Held while a note is written that depends on the last one.
NOTE_LOCK = 7_011


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
    is_of_now = note.get("version", 1) == MARTS_VERSION
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
    _write_down(Marts(where, run, as_of, files, lake=lake))
    where.keep_only([*files.values(), *(old.files.values() if old else [])])


def add(marts: Marts, files: Mapping[str, str]) -> None:
    """One more file of marts that are the current ones."""
    _write_down(replace(marts, files={**marts.files, **files}))


def _write_down(marts: Marts) -> None:
    note = {
        "version": MARTS_VERSION,
        "run": marts.run,
        "as_of": marts.as_of.isoformat(),
        "files": dict(marts.files),
        "lake": marts.lake,
    }
    marts.place.write_note(NOTE, note)
