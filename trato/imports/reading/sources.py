"""The bytes of a file, read from the start as often as needed, unpacked on the way."""

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from trato.imports.problems import CannotRead
from trato.kit.temporary import temporary_file

MOST_UNPACKED = 4 * 1024**3
_CHUNK = 1 << 18
_MEGABYTE = 1024**2

_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError)

type Opener = Callable[[], IO[bytes]]


@dataclass(slots=True)
class Source:
    """``truncated`` is known once a packed file has been read to its end."""

    opener: Opener
    packing: str = ""
    truncated: bool = field(default=False, init=False)

    def open(self) -> io.BufferedReader:
        return io.BufferedReader(_Stream(self), _CHUNK)

    def head(self, size: int) -> bytes:
        with self.open() as stream:
            return stream.read(size)


def source_of(given: str | os.PathLike[str] | IO[bytes]) -> Source:
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        return Source(lambda: path.open("rb"))
    return Source(lambda: _rewound(given))


def unpacked(source: Source) -> Source:
    """The file within a gzip or a zip of one file; any other as it is."""
    head = source.head(4)
    if head[:2] == b"\x1f\x8b":
        return Source(lambda: cast(IO[bytes], gzip.GzipFile(fileobj=source.opener())), "gzip")
    if head == b"PK\x03\x04" and not is_workbook(source):
        return _from_zip(source)
    return source


def is_workbook(source: Source) -> bool:
    """Whether a zip is XLSX or its kin (or was, before somebody cut it short)."""
    with source.opener() as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                names = set(archive.namelist())
                return bool(names & {"[Content_Types].xml", "content.xml"})
        except _UNREADABLE:
            return b"[Content_Types].xml" in source.head(_CHUNK)


def copied(source: Source) -> IO[bytes]:
    """A file of its own with the unpacked bytes, for readers that jump to and fro."""
    target = temporary_file()
    with source.open() as stream:
        while chunk := stream.read(_CHUNK):
            target.write(chunk)
    target.seek(0)
    return target


def _from_zip(source: Source) -> Source:
    try:
        with source.opener() as stream, zipfile.ZipFile(stream) as archive:
            members = [member for member in archive.infolist() if _is_data(member)]
    except _UNREADABLE:
        raise CannotRead("archive_damaged") from None
    if len(members) > 1:
        raise CannotRead("archive_of_several", count=len(members))
    if not members:
        raise CannotRead("archive_damaged")
    if members[0].flag_bits & 1:
        raise CannotRead("archive_encrypted")
    name = members[0].filename
    return Source(lambda: zipfile.ZipFile(source.opener()).open(name), "zip")


def _is_data(member: zipfile.ZipInfo) -> bool:
    name = member.filename
    return not (member.is_dir() or name.startswith("__MACOSX/") or Path(name).name[:1] == ".")


def _opened(source: Source) -> IO[bytes]:
    try:
        return source.opener()
    except _UNREADABLE:
        raise CannotRead("archive_damaged") from None


def _rewound(stream: IO[bytes]) -> IO[bytes]:
    stream.seek(0)
    return cast(IO[bytes], _Borrowed(stream))


class _Borrowed(io.RawIOBase):
    """Somebody else's file, which closing leaves open."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(size)

    def readall(self) -> bytes:
        return self._stream.read()

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Stream(io.RawIOBase):
    """Reads to where a damaged archive ends instead of failing, and never more than allowed."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stream: IO[bytes] = io.BytesIO()
        self._stream = _opened(source)
        # ``read`` of a damaged gzip would lose what it had read before the damage.
        self._some = getattr(self._stream, "read1", self._stream.read)
        self._left = MOST_UNPACKED if source.packing else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise CannotRead("archive_too_large", megabytes=MOST_UNPACKED // _MEGABYTE)
        return len(data)

    def _read(self, size: int) -> bytes:
        try:
            return bytes(self._some(size))
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile):
            self._source.truncated = True
            return b""

    def close(self) -> None:
        self._stream.close()
        super().close()
