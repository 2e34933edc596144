"""How a file is made, for when it was not understood by itself."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trato.imports.models import Import
from trato.imports.reading import FileKind, ReadingHints

ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows (CP1252)"),
    ("latin-1", "Latin-1 (ISO 8859-1)"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16 BE"),
    ("mac-roman", "Macintosh"),
]
SEPARATORS = [
    (",", _("Comma")),
    (";", _("Semicolon")),
    ("\t", _("Tabulator")),
    ("|", _("Vertical line")),
]
NAMES = ("encoding", "separator", "header_row", "sheet")


class LayoutForm(forms.Form):
    """What was found out; only what somebody changes, or had changed before, is told again."""

    kind = forms.ChoiceField(label=_("What it holds"), choices=Import.Kind.choices)
    encoding = forms.ChoiceField(
        label=_("Letters with accents look wrong? Encoding"), required=False
    )
    separator = forms.ChoiceField(label=_("What parts the columns"), required=False)
    header_row = forms.IntegerField(
        label=_("Row of the headings"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("0 if the file has no headings."),
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)

    def __init__(self, *args: Any, run: Import, **kwargs: Any) -> None:
        self.run = run
        self.found = {name: run.reading.get(name) for name in NAMES}
        kwargs.setdefault("initial", {"kind": run.kind, **self.found})
        kwargs.setdefault("prefix", "layout")
        super().__init__(*args, **kwargs)
        self._offer("encoding", ENCODINGS)
        self._offer("separator", SEPARATORS)
        self._offer("sheet", [(name, name) for name in run.options.get("sheets", [])])
        for name in NAMES:
            if name not in self._asked():
                del self.fields[name]

    def _asked(self) -> set[str]:
        kind = self.run.reading.get("kind")
        several = len(self.run.options.get("sheets", [])) > 1
        return {
            FileKind.DELIMITED: {"encoding", "separator", "header_row"},
            FileKind.SHEET: {"header_row", "sheet"} if several else {"header_row"},
            FileKind.JSON: {"encoding"},
            FileKind.VCARD: {"encoding"},
        }.get(FileKind(kind or FileKind.DELIMITED), set())

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field, found = self.fields[name], self.found[name]
        if found and found not in dict(choices):
            choices = [*choices, (found, found)]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def hints(self) -> ReadingHints:
        told = self.run.options.get("told", {})
        changed = {
            name: self.cleaned_data.get(name)
            for name in NAMES
            if name in self.fields and self.cleaned_data.get(name) not in ("", self.found[name])
        }
        known = {name: value for name, value in told.items() if name in asdict(ReadingHints())}
        return ReadingHints.from_json({**known, **changed})
