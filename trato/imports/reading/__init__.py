"""Reading: from the bytes of a file to a table whose rows come one by one.

Source: the bytes, read again from the start as often as needed, unpacked on the way.
Layout: how the file is made (encoding, separator, headings), found out or told by ReadingHints.
Record: cells between two separators of rows. SourceRow: a record of the table, or what is wrong
with it. What cannot be read as a whole raises CannotRead.
"""

from trato.imports.problems import CannotRead, RowProblem
from trato.imports.reading.opening import open_table
from trato.imports.reading.table import FileKind, Layout, ReadingHints, SourceRow, Table

__all__ = [
    "CannotRead",
    "FileKind",
    "Layout",
    "ReadingHints",
    "RowProblem",
    "SourceRow",
    "Table",
    "open_table",
]
