"""Opening a file: what it is, by its content first and its name second."""

import os
import re
from typing import IO

from trato.imports.problems import CannotRead
from trato.imports.reading.delimited import open_delimited
from trato.imports.reading.encoding import Encoding, find_encoding, text_of
from trato.imports.reading.jsonlines import open_json
from trato.imports.reading.sheets import open_workbook
from trato.imports.reading.sources import Source, is_workbook, source_of, unpacked
from trato.imports.reading.table import FileKind, ReadingHints, Table
from trato.imports.reading.vcards import open_vcards

_LOOKED_AT = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NOT_TABLES = {
    b"%PDF": "file_pdf",
    b"PAR1\x15": "file_parquet",
    b"\x89PNG": "file_binary",
    b"\xff\xd8\xff": "file_binary",
    b"GIF8": "file_binary",
    b"SQLite format 3": "file_binary",
    b"7z\xbc\xaf\x27\x1c": "file_binary",
    b"Rar!": "file_binary",
    b"\x7fELF": "file_binary",
}
_JSON = re.compile(r'[\s\ufeff]*(?:\[[\s]*)?\{\s*(?:"|\})')
_VCARD = re.compile(r"[\s\ufeff]*BEGIN:VCARD\s", re.IGNORECASE)
_HTML = re.compile(r"[\s\ufeff]*<(?:!doctype html|html|table|head|meta)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]|\ufffd")
_OPENERS = {
    FileKind.DELIMITED: open_delimited,
    FileKind.SHEET: open_workbook,
    FileKind.JSON: open_json,
    FileKind.VCARD: open_vcards,
}


def open_table(
    given: str | os.PathLike[str] | IO[bytes],
    *,
    name: str = "",
    hints: ReadingHints | None = None,
) -> Table:
    """The table in a file, or CannotRead with what to do instead.

    A stream must be seekable; it is read from its start each time and stays open.
    """
    told = hints or ReadingHints()
    shown = name or (os.fspath(given) if isinstance(given, str | os.PathLike) else "")
    source = unpacked(source_of(given))
    head = source.head(_LOOKED_AT)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise CannotRead("file_empty")
    kind = told.kind or _kind(source, head, told.encoding)
    return _OPENERS[kind](source, shown, told)


def _kind(source: Source, head: bytes, encoding: str | None) -> FileKind:
    _refuse_other_files(source, head)
    if head.startswith(b"PK\x03\x04"):
        return FileKind.SHEET
    text = _text(source, find_encoding(source, encoding))
    if _HTML.match(text):
        raise CannotRead("file_html")
    if _VCARD.match(text):
        return FileKind.VCARD
    if _JSON.match(text):
        return FileKind.JSON
    # Stray null bytes are damage within a table; a tenth of the file is no table at all.
    if len(_CONTROL.findall(text)) * 10 > len(text):
        raise CannotRead("file_binary")
    return FileKind.DELIMITED


def _refuse_other_files(source: Source, head: bytes) -> None:
    code = next((code for magic, code in _NOT_TABLES.items() if head.startswith(magic)), "")
    if head.startswith(_OLE):
        code = "workbook_encrypted" if _contains(source, _ENCRYPTED) else "workbook_old"
    if head.startswith(b"PK\x03\x04") and not is_workbook(source):
        code = "file_binary"
    if code:
        raise CannotRead(code)


def _contains(source: Source, wanted: bytes) -> bool:
    with source.open() as stream:
        tail = b""
        while chunk := stream.read(1 << 20):
            if wanted in tail + chunk:
                return True
            tail = chunk[-len(wanted) :]
    return False


def _text(source: Source, encoding: Encoding) -> str:
    with text_of(source, encoding) as stream:
        return stream.read(_LOOKED_AT)
