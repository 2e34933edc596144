"""Sending a file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from trato.imports.models import Import
from trato.ui.fields import FileField
from trato.ui.widgets import DropInput

MEGABYTE = 1024**2
MOST_MEGABYTES = 500
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
        if (file.size or 0) > MOST_MEGABYTES * MEGABYTE:
            raise forms.ValidationError(
                _(
                    "The file is larger than %(megabytes)s MB. Split it, or bring it in with the "
                    "command «trato import»."
                ),
                params={"megabytes": MOST_MEGABYTES},
            )
        return file
