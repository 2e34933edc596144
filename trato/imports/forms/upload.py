"""Sending a file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from trato.imports import actions
from trato.imports.models import Import
from trato.imports.problems import CannotRead
from trato.ui.fields import FileField
from trato.ui.widgets import DropInput

# What a browser offers to choose; what a file really is its content tells.
ENDINGS = ".csv,.tsv,.txt,.xlsx,.xlsm,.json,.jsonl,.ndjson,.vcf,.vcard,.zip,.gz"


class UploadForm(forms.Form):
    file = FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=255,
        widget=DropInput(attrs={"accept": ENDINGS}),
    )
    kind = forms.ChoiceField(
        label=_("What it holds"),
        required=False,
        choices=[("", _("Find out from the headings")), *Import.Kind.choices],
    )

    def clean_file(self) -> Any:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            actions.check_size(file.size or 0)
        except CannotRead as error:
            raise forms.ValidationError(str(error)) from None
        return file
