"""Fields read what people write."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from tests.ui.drawing import draw
from trato.ui.fields import DayField, FileField, MoneyField, NumberField, plain_number
from trato.ui.widgets import ChipSelect, SwitchInput


class Sample(forms.Form):
    name = forms.CharField(help_text="As on the invoice.")
    price = MoneyField(currency="EUR", required=False)
    since = DayField(required=False)
    tags = forms.MultipleChoiceField(choices=[("a", "A")], widget=ChipSelect, required=False)
    way = forms.ChoiceField(choices=[("m", "Mail")], widget=forms.RadioSelect, required=False)
    active = forms.BooleanField(required=False, widget=SwitchInput)
    file = FileField(endings=(".csv",), required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize(
    ("language", "written", "read"),
    [
        ("es", "1.234,56", "1234.56"),
        ("es", "1.234", "1234"),
        ("es", "12.5", "12.5"),
        ("es", "1.234.567", "1234567"),
        ("es", "1 234,5 €", "1234.5"),
        ("es", "-3,5", "-3.5"),
        ("en", "1,234.56", "1234.56"),
        ("en", "1,234", "1234"),
        ("en", "1234,5", "1234.5"),
        ("en", "0.125", "0.125"),
        ("en", "", ""),
    ],
)
def test_numbers_as_written(language: str, written: str, read: str) -> None:
    with translation.override(language):
        assert plain_number(written) == read


def test_money_is_read_and_shown_in_the_same_way() -> None:
    with translation.override("es"):
        form = Sample({"name": "Ana", "price": "1.234,50"})
        assert form.is_valid()
        assert form.cleaned_data["price"] == Decimal("1234.50")
        assert 'value="1234,50"' in str(Sample(initial={"price": Decimal("1234.50")})["price"])


def test_words_are_no_number() -> None:
    assert "price" in Sample({"name": "Ana", "price": "twelve"}).errors


def test_a_number_has_its_limits() -> None:
    with pytest.raises(forms.ValidationError):
        NumberField(max_value=10).clean("11")


def test_a_file_of_another_kind_is_refused() -> None:
    files = {"file": SimpleUploadedFile("photo.png", b"x")}
    form = Sample({"name": "Ana"}, files)  # type: ignore[arg-type]
    assert "Choose one of: .csv." in form.errors["file"][0]


def test_a_day_is_shown_as_the_browser_wants_it() -> None:
    shown = str(Sample(initial={"since": date(2024, 3, 12)})["since"])
    assert 'type="date"' in shown
    assert 'value="2024-03-12"' in shown


def test_a_field_is_tied_to_its_label_its_help_and_its_error() -> None:
    shown = draw("{% field form.name %}", form=Sample({"name": ""}))
    assert '<label class="field-label" for="id_name">' in shown
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_name_error"' in shown


def test_money_shows_its_currency_on_the_side_of_the_language() -> None:
    english = draw("{% field form.price %}", form=Sample())
    with translation.override("es"):
        spanish = draw("{% field form.price %}", form=Sample())
    assert english.index("€") < english.index("<input")
    assert spanish.index("€") > spanish.index("<input")


def test_every_field_is_drawn_by_its_kind() -> None:
    shown = draw("{% fields form %}", form=Sample())
    for mark in ("data-chips", "<fieldset", "field-of-switch", "data-drop", "data-reveal"):
        assert mark in shown
    assert '<input type="hidden" name="hidden"' in shown
    assert ' style="' not in shown


def test_a_field_without_a_label_keeps_its_name() -> None:
    assert 'aria-label="Name"' in draw("{% field form.name bare=True %}", form=Sample())


def test_errors_lead_to_their_fields() -> None:
    shown = draw("{% form_errors form %}", form=Sample({}))
    assert 'role="alert"' in shown
    assert '<a href="#id_name">Name</a>' in shown
    assert draw("{% form_errors form %}", form=Sample()) == ""
