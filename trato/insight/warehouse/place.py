"""Where the lake lies: a folder, or an object store, by one interface."""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

_KINDS = (".parquet", ".npz", ".duckdb", ".wal")
_ROWS_A_GROUP = 131_072


def _nothing(schema: pa.Schema, columns: list[str] | None) -> pa.RecordBatch:
    wanted = [schema.field(name) for name in columns or schema.names]
    return pa.RecordBatch.from_pylist([], schema=pa.schema(wanted))


@dataclass(frozen=True)
class Place:
    system: fsspec.AbstractFileSystem
    root: str

    @classmethod
    def at(cls, address: str) -> "Place":
        """A folder's path, or an address such as ``s3://bucket/trato``; made when there is none."""
        system, root = fsspec.core.url_to_fs(address)
        system.makedirs(root, exist_ok=True)
        return cls(system, root)

    def within(self, folder: str) -> "Place":
        self.system.makedirs(f"{self.root}/{folder}", exist_ok=True)
        return Place(self.system, f"{self.root}/{folder}")

    @property
    def is_local(self) -> bool:
        return isinstance(self.system, LocalFileSystem)

    def path(self, name: str) -> str:
        """What DuckDB opens, once it is in `engine.reach`."""
        path = f"{self.root}/{name}"
        return path if self.is_local else f"{self.protocol}://{path}"

    @property
    def protocol(self) -> str:
        protocol = self.system.protocol
        return protocol if isinstance(protocol, str) else str(protocol[0])

    @staticmethod
    def new_name(noun: str, kind: str) -> str:
        """Of a file that nobody has written yet."""
        return f"{noun}-{uuid.uuid4().hex[:12]}.{kind}"

    def write(self, noun: str, table: pa.Table, *, statistics: list[str] | bool = False) -> str:
        """A new file with the rows of a table; no file is ever written over. Returns its name."""
        return self.write_blocks(noun, iter([table]), statistics=statistics)

    def write_blocks(
        self,
        noun: str,
        blocks: Iterator[pa.Table | pa.RecordBatch],
        *,
        statistics: list[str] | bool = False,
    ) -> str:
        """A new file with the rows of all blocks, of which there is at least one."""
        name = self.new_name(noun, "parquet")
        first = next(blocks)
        with (
            self.system.open(f"{self.root}/{name}", "wb") as file,
            pq.ParquetWriter(
                file,
                first.schema,
                compression="zstd",
                compression_level=1,
                write_statistics=statistics,
            ) as writer,
        ):
            for block in chain([first], blocks):
                # A little more is a group of its own, not a group and a crumb.
                is_much = block.num_rows >= 2 * _ROWS_A_GROUP
                size = _ROWS_A_GROUP if is_much else max(block.num_rows, 1)
                writer.write(block, row_group_size=size)
        return name

    def rows(self, name: str) -> int:
        with self.system.open(f"{self.root}/{name}", "rb") as file:
            return int(pq.read_metadata(file).num_rows)

    def read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        with self.system.open(f"{self.root}/{name}", "rb") as file:
            return pq.read_table(file, columns=columns)

    def batches(self, name: str, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        with self.system.open(f"{self.root}/{name}", "rb") as file:
            # Read ahead, the whole file would be kept in memory.
            parquet = pq.ParquetFile(file, pre_buffer=False)
            if not parquet.metadata.num_rows:
                yield _nothing(parquet.schema_arrow, columns)
            yield from parquet.iter_batches(_ROWS_A_GROUP, columns=columns)

    def write_note(self, name: str, note: dict[str, Any]) -> None:
        """Replace a small JSON file at once: a reader sees the old one or the new one."""
        text = json.dumps(note, indent=1).encode()
        if not self.is_local:
            self.system.pipe_file(f"{self.root}/{name}", text)
            return
        following = f"{self.root}/{name}.next"
        self.system.pipe_file(following, text)
        self.system.mv(following, f"{self.root}/{name}")

    def read_note(self, name: str) -> dict[str, Any] | None:
        try:
            note: dict[str, Any] = json.loads(self.system.cat_file(f"{self.root}/{name}"))
        except FileNotFoundError:
            return None
        return note

    def write_bytes(self, noun: str, content: bytes) -> str:
        """A new file that is no table. Returns its name."""
        name = self.new_name(noun, "npz")
        self.system.pipe_file(f"{self.root}/{name}", content)
        return name

    def read_bytes(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        content: bytes = self.system.cat_file(f"{self.root}/{name}")
        return content

    def keep_only(self, names: Iterable[str]) -> None:
        """Clear away the files that no note names any more."""
        kept = set(names)
        for path in self.system.ls(self.root, detail=False):
            name = str(path).rsplit("/", 1)[-1]
            if name.endswith(_KINDS) and name not in kept:
                self.system.rm_file(path)
