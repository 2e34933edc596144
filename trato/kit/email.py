"""E-mail addresses, checked by their form only: nobody is asked over the network."""

import re

from email_validator import EmailNotValidError, validate_email

from trato.kit.text import Unreadable, clean, is_blank

_USUAL = re.compile(
    r"(?=[^@]{1,64}@)[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*@(?:[a-z0-9]{1,30}(?:-[a-z0-9]{1,30})?\.){1,3}"
    r"(?:com|net|org|edu|info|es|eu|cat|mx|ar|co|cl|pe|uy|ve|br|pt|fr|it|uk|de)"
)
_SEPARATORS = re.compile(r"\s*(?::::|[;,\n\r|])\s*")
_SPACES = re.compile(r"\s+(?=[^\s@]+@)")
_NAMED = re.compile(r"<([^<>]+)>")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"))


def parse_email(text: str) -> str:
    """The address in lower case, or Unreadable. ``Ana <ana@example.com>`` is read too."""
    plain = clean(text).lower()
    return plain if _USUAL.fullmatch(plain) else _by_the_book(plain)


def _by_the_book(text: str) -> str:
    named = _NAMED.search(text)
    bare = (named[1] if named else text).translate(_INVISIBLE).strip(" '")
    if "@" not in bare:
        raise Unreadable("email_without_at")
    try:
        found = validate_email(
            bare.removeprefix("mailto:"),
            check_deliverability=False,
            allow_quoted_local=True,
            strict=True,
        )
    except EmailNotValidError:
        raise Unreadable("email_invalid") from None
    return found.normalized.lower()


def split_emails(text: str) -> list[str]:
    """The addresses in one cell, however they are set apart."""
    if "@" not in text[text.find("@") + 1 :]:
        return [] if is_blank(text) else [clean(text)]
    named = _NAMED.findall(text)
    if named:
        return named
    pieces = [piece for part in _SEPARATORS.split(clean(text)) for piece in _SPACES.split(part)]
    return [piece for piece in pieces if not is_blank(piece)]
