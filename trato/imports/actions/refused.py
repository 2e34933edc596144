"""Refused rows go back to who sent them, as they were, with the reason."""

import csv
import io
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from trato.imports.actions.staging import file_of
from trato.imports.mapping import OURS
from trato.imports.models import Import
from trato.imports.queries import each_refused
from trato.imports.reading import ReadingHints, SourceRow, open_table
from trato.kit.exporting import guarded
from trato.kit.temporary import temporary_file


def write_refused(run: Import, target: IO[str]) -> int:
    """Write the refused rows as CSV, ready to be mended and sent again; returns how many."""
    writer = csv.writer(target)
    table = open_table(file_of(run), name=run.file_name, hints=ReadingHints.from_json(run.reading))
    writer.writerow([*map(guarded, table.headers), f"{OURS}{_('Problem')}"])
    refused = ((row.number, row.reason) for row in each_refused(run))
    written = 0
    for row, reason in _meet(table.rows(), refused):
        writer.writerow([*map(guarded, row.raw), reason])
        written += 1
    return written


def refused_file(run: Import) -> IO[bytes]:
    """The refused rows as a file of its own, gone when it is closed."""
    content = temporary_file()
    target = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    write_refused(run, target)
    target.detach()
    content.seek(0)
    return content


def _meet(
    rows: Iterator[SourceRow], refused: Iterator[tuple[int, str]]
) -> Iterator[tuple[SourceRow, str]]:
    """Both go up by row number: walk them side by side."""
    wanted = next(refused, None)
    for row in rows:
        if wanted is None:
            return
        if row.number == wanted[0]:
            yield row, wanted[1]
            wanted = next(refused, None)
