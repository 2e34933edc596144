"""Marts: what the last refresh made for the pages to read, as Parquet files that DuckDB queries.

* ``scores``: a row a customer, the columns of `customers.CustomerScore` and who they are;
* ``transitions``: a row a change of stage; ``months``: a row a customer and month with purchases;
* ``sales``: money by month, product, channel, store, seller and kind of customer;
* ``moves``, ``steps``, ``stays``, ``turnover``, ``won`` and ``margins``: changes of stage, those
  that went further than before, how long customers stay, the money of months, who was won, and what
  they have brought, added up by what every page can be narrowed by: a hundredth of the rows, which
  are read where somebody asks for something else;
* ``compared``: the customers whose prices were compared;
* ``laid_out``: scores, transitions and months once more, for the pages, in a file of DuckDB's own,
  which it reads several times as fast: with segment, team and owner, and in their order, so that
  those whom a page is narrowed to lie together. Not in an object store, where it cannot be opened.

Beside them lies what all of it was measured by (`trato.insight.refresh.learning`), and, while they
are of a day looked back to, the stages of the day reached before (`looking_back`).
"""

from trato.insight.marts.files import (
    COMPARED,
    LAID_OUT,
    NOTE,
    NOTE_LOCK,
    NOUNS,
    Marts,
    NoMarts,
    add,
    current,
    last,
    place,
    publish,
)
from trato.insight.marts.reading import (
    ADDED_UP,
    CUBES,
    OF_CUSTOMERS,
    WHOSE,
    Seen,
    connect,
    describe,
    open_views,
    seen_by,
    table,
)

__all__ = [
    "ADDED_UP",
    "COMPARED",
    "CUBES",
    "LAID_OUT",
    "NOTE",
    "NOTE_LOCK",
    "NOUNS",
    "OF_CUSTOMERS",
    "WHOSE",
    "Marts",
    "NoMarts",
    "Seen",
    "add",
    "connect",
    "current",
    "describe",
    "last",
    "open_views",
    "place",
    "publish",
    "seen_by",
    "table",
]
