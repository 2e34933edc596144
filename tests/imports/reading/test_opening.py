import gzip
import io
import zipfile
from pathlib import Path

import pytest

from tests.imports.reading.files import bad, good, table
from trato.imports.reading import CannotRead, FileKind, open_table, sources

TEXT = "id,name,city\n1,Ana,Vigo\n2,Eva,Lugo\n"


def zipped(**members: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.csv", text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf \r\n", "file_empty"),
        (b"%PDF-1.7\n", "file_pdf"),
        (b"PAR1\x15\x04", "file_parquet"),
        (b"<html><table><tr>", "file_html"),
        (b"\x89PNG\r\n\x1a\n", "file_binary"),
        (bytes(range(256)) * 8, "file_binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook_old"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "workbook_encrypted",
        ),
        (zipped(a=TEXT, b=TEXT), "archive_of_several"),
        (zipped(a=TEXT)[:40], "archive_damaged"),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(data: bytes, code: str) -> None:
    with pytest.raises(CannotRead) as caught:
        table(data)
    assert caught.value.code == code
    assert caught.value.message


def test_a_path_and_a_stream_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(TEXT)
    assert good(open_table(path)) == good(table(TEXT))
    assert open_table(path).name == str(path)


def test_the_stream_stays_open() -> None:
    stream = io.BytesIO(TEXT.encode())
    found = open_table(stream)
    assert good(found) == good(found)
    assert not stream.closed


def test_the_name_decides_where_the_content_does_not() -> None:
    assert table("a\tb;c\n1\t2;3\n", name="x.tsv").layout.separator == "\t"


def test_compressed_files_are_unpacked() -> None:
    assert good(table(gzip.compress(TEXT.encode()))) == good(table(TEXT))
    assert good(table(zipped(a=TEXT))) == good(table(TEXT))


def test_what_came_before_the_cut_of_a_compressed_file_is_read() -> None:
    rows = "".join(f"{number},{hash((number, 1))},Vigo\n" for number in range(20_000))
    data = gzip.compress(f"id,name,city\n{rows}".encode())
    found = table(data[: len(data) // 2])
    assert 5_000 < len(good(found)) < 15_000
    assert [code for _number, code in bad(found)][-1] == "file_truncated"


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_UNPACKED", 1_000_000)
    data = gzip.compress(b"id,name\n" + b"1,aaaaaaaaaaaaaaaa\n" * 100_000)
    with pytest.raises(CannotRead, match="MB"):
        good(table(data))


def test_the_kind_is_found_by_content() -> None:
    assert table('{"id": 1}\n').layout.kind == FileKind.JSON
    assert table("BEGIN:VCARD\nFN:Ana\nEND:VCARD\n").layout.kind == FileKind.VCARD
    assert table('"{id}",name\n1,Ana\n').layout.kind == FileKind.DELIMITED
