"""Trato's own words go before Django's."""

from django import forms
from django.utils import translation

from trato.ui.fields import NumberField


def test_django_speaks_to_people_as_trato_does() -> None:
    with translation.override("es"):
        errors = [
            error
            for field in (forms.EmailField(), NumberField(), forms.CharField(min_length=3))
            for error in _errors(field, "x")
        ]
    assert errors == [
        "Escribe un correo, como ana@ejemplo.es.",
        "Escribe un número.",
        "Escribe al menos 3 caracteres (ahora son 1).",
    ]


def _errors(field: forms.Field, value: str) -> list[str]:
    try:
        field.clean(value)
    except forms.ValidationError as error:
        return error.messages
    return []
