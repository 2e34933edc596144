"""In which encoding a file is written, found by looking at its bytes."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from trato.imports.problems import CannotRead
from trato.imports.reading.sources import Source

SAMPLE = 256 * 1024
LONGEST_LINE = 1 << 20
_CHUNK = 1 << 20
_ENOUGH = 20_000
_ESCAPE = "surrogateescape"
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_BAD_BYTES = re.compile("[\udc80-\udcff]+")
_HALF_LETTERS = re.compile("[\ud800-\udfff]")
_REAL_LETTERS = re.compile("[^\x00-\x7f\udc80-\udcff]+")
_WESTERN_LETTERS = re.compile(rb"[A-Za-z][\xe0-\xfc]")
# á é ñ ó of old Macintosh programs; signs that nobody writes between letters in CP1252.
_MAC_LETTERS = re.compile(rb"[A-Za-z][\x87\x8e\x96\x97](?=[a-z])")
_ONLY_CP1252 = re.compile(rb"[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """``name`` is what people are told; ``errors`` lets damage through to be told row by row."""

    name: str
    bom: int = 0

    @property
    def errors(self) -> str:
        if self.name == "utf-8":
            return _ESCAPE
        return "trato_as_latin_1" if self.name in {"cp1252", "latin-1"} else "trato_marked"

    @property
    def codec(self) -> str:
        # Whoever says Latin-1 mostly means CP1252, which only adds signs where Latin-1 has none.
        return "cp1252" if self.name == "latin-1" else self.name


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


def _marked(error: UnicodeError) -> tuple[str, int]:
    """A sign that ``damage`` finds, whatever the encoding."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("trato_as_latin_1", _as_latin_1)
codecs.register_error("trato_marked", _marked)


def find_encoding(source: Source, told: str | None = None) -> Encoding:
    """The encoding told or found; broken bytes do not turn a UTF-8 file into something else."""
    head = source.head(SAMPLE)
    bom = next((mark for mark in _BOMS if head.startswith(mark)), b"")
    if told:
        return Encoding(_known(told), len(bom) if _BOMS.get(bom) == _known(told) else 0)
    if bom:
        return Encoding(_BOMS[bom], len(bom))
    return Encoding(_utf_16(head) or _by_census(source))


def text_of(source: Source, encoding: Encoding) -> io.TextIOWrapper:
    stream = source.open()
    stream.read(encoding.bom)
    return io.TextIOWrapper(stream, encoding.codec, encoding.errors, newline="")


def lines_of(source: Source, encoding: Encoding) -> Iterator[str]:
    """Lines with their ends; one longer than LONGEST_LINE comes in pieces."""
    with text_of(source, encoding) as text:
        yield from iter(partial(text.readline, LONGEST_LINE), "")


def damage(text: str) -> str:
    """The code of the problem of a text that was not decoded cleanly; empty for a clean one."""
    if "\0" in text:
        return "nul_bytes"
    return "" if text.isascii() or not _HALF_LETTERS.search(text) else "bad_bytes"


def shown(text: str) -> str:
    """A damaged text as well as it can be shown and stored: stray bytes as CP1252 has them."""
    whole = _BAD_BYTES.sub(_as_cp1252, text)
    return _HALF_LETTERS.sub("\ufffd", whole).replace("\0", "\ufffd")


def _as_cp1252(found: re.Match[str]) -> str:
    return found[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name)
        "".encode(name)
    except (LookupError, UnicodeError):
        raise CannotRead("encoding_unknown", encoding=name) from None
    plain = {"utf-8-sig": "utf-8", "iso8859-1": "latin-1", "utf-16": "utf-16-le"}
    return plain.get(found.name, found.name)


def _utf_16(head: bytes) -> str | None:
    """UTF-16 without its mark shows in zeros at every other byte, at least around separators."""
    pairs = len(head) // 2
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    most, least, name = max((odd, even, "utf-16-le"), (even, odd, "utf-16-be"))
    if most < max(2, pairs // 20) or least > most // 10:
        return None
    try:
        head[: 2 * pairs].decode(name, "strict" if len(head) < SAMPLE else "ignore")
    except UnicodeDecodeError:
        return None
    return name


@dataclass(slots=True)
class _Census:
    """How much in a file speaks for which encoding."""

    letters: int = 0
    broken: int = 0
    western: int = 0
    mac: int = 0
    only_cp1252: int = 0

    def add_broken(self, chunk: bytes, text: str) -> None:
        self.letters += len(_REAL_LETTERS.findall(text))
        self.broken += len(_BAD_BYTES.findall(text))
        self.western += len(_WESTERN_LETTERS.findall(chunk))
        self.mac += len(_MAC_LETTERS.findall(chunk))
        self.only_cp1252 += len(_ONLY_CP1252.findall(chunk))

    def verdict(self) -> str:
        if self.broken <= self.letters:
            return "utf-8"
        if self.mac > self.western:
            return "mac-roman"
        return "cp1252" if self.only_cp1252 else "latin-1"


def _by_census(source: Source) -> str:
    """Reads on until enough letters beyond ASCII were seen: the first may come late."""
    census = _Census()
    decoder, lenient = (codecs.getincrementaldecoder("utf-8")(how) for how in ("strict", _ESCAPE))
    with source.open() as stream:
        while chunk := stream.read(_CHUNK):
            before = decoder.getstate()
            try:
                census.letters += len(chunk) - len(decoder.decode(chunk))
            except UnicodeDecodeError:
                lenient.setstate(before)
                census.add_broken(chunk, lenient.decode(chunk))
                decoder.setstate(lenient.getstate())
            if census.letters + census.broken > _ENOUGH:
                break
    return census.verdict()
