"""Lists as files: CSV for spreadsheets and programs, XLSX, Parquet; all as streams.

``headings`` says which fields become which columns; ``csv_parts`` yields the file as it goes,
``write`` puts any format into a file. Both take the batches of ``trato.kit.listing.stream``.

A *layout* is how values are written: for people of a language, or canonical, which is the form
that ``trato import`` takes back without a mapping.
"""

from trato.kit.exporting.csv import MARKED, csv_parts, guarded, unguarded
from trato.kit.exporting.files import Format, write
from trato.kit.exporting.layout import CANONICAL, Heading, Layout, headings

__all__ = [
    "CANONICAL",
    "MARKED",
    "Format",
    "Heading",
    "Layout",
    "csv_parts",
    "guarded",
    "headings",
    "unguarded",
    "write",
]
