"""The lines of the lake beside the marts: who bought a product, in a shop, from somebody ..."""

import duckdb
import numpy as np
import pyarrow as pa

from trato.insight.warehouse import lake
from trato.insight.warehouse.engine import reach
from trato.insight.warehouse.lake import Lake

_COLUMNS = (
    "customer, DATE '1970-01-01' + day AS day, product, channel, store, seller, amount,"
    " is_purchase, is_return AND quantity >= 0 AS is_given_back"
)


def show(connection: duckdb.DuckDBPyConnection) -> bool:
    """Views of this connection: ``lines`` (customer, day, product, seller, amount, is_purchase,
    whether the order ``is_given_back`` whole; channel and store as codes), ``channels`` and
    ``stores`` (code, word) and ``products``. False without a lake."""
    found = lake.current()
    if found is None:
        return False
    reach(connection, found.place)
    codes = found.manifest.codes
    connection.register("channels", _words(codes.channels))
    connection.register("stores", _words(codes.stores))
    connection.register("products", found.products.select(["product", "category_path"]))
    connection.register("read_anew", pa.table({"customer": np.array(found.manifest.changed, int)}))
    connection.execute(f"CREATE TEMP VIEW lines AS {_lines(found)}")
    return True


def _words(known: list[str]) -> pa.Table:
    """The texts by their code; -1 is no text."""
    return pa.table({"code": np.arange(-1, len(known)), "word": ["", *known]})


def _lines(found: Lake) -> str:
    """Who is in the file beside the base counts there only."""
    base, beside = found.manifest.base["lines"], found.manifest.beside.get("lines")
    if beside is None:
        return _file(found, base)
    kept = f"{_file(found, base)} ANTI JOIN read_anew USING (customer)"
    return f"{kept} UNION ALL {_file(found, beside)}"


def _file(found: Lake, name: str) -> str:
    path = found.place.path(name).replace("'", "''")
    return f"SELECT {_COLUMNS} FROM read_parquet('{path}')"  # noqa: S608 - our file
