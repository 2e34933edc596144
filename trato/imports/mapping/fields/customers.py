"""Of a customer."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.imports.mapping.fields.field import Field, ValueKind
from trato.imports.mapping.fields.whose import CUSTOMER_ID

CUSTOMERS = (
    CUSTOMER_ID,
    Field(
        key="kind",
        label=_("Person or organisation"),
        kind=ValueKind.CUSTOMER_KIND,
        example="person",
    ),
    Field(key="name", label=pgettext_lazy("of a customer", "Name"), example="Ana García"),
    Field(key="given_name", label=_("Given name"), longest=150, canonical=False, example="Ana"),
    Field(key="middle_name", label=_("Middle name"), longest=150, canonical=False, example="María"),
    Field(
        key="family_name",
        label=_("Family name"),
        join=" ",
        longest=150,
        canonical=False,
        example="García Ruiz",
    ),
    Field(
        key="email",
        label=_("E-mail"),
        kind=ValueKind.EMAIL,
        repeatable=True,
        example="ana@example.com",
    ),
    Field(
        key="phone",
        label=_("Telephone"),
        kind=ValueKind.PHONE,
        repeatable=True,
        example="600 123 456",
    ),
    Field(
        key="birth_date",
        label=_("Date of birth"),
        kind=ValueKind.BIRTH_DATE,
        example="1980-02-29",
    ),
    Field(key="street", label=_("Street and number"), join=", ", example="Rúa do Príncipe 12"),
    Field(key="city", label=_("City"), longest=150, example="Vigo"),
    Field(
        key="postal_code",
        label=_("Postal code"),
        kind=ValueKind.POSTAL_CODE,
        longest=20,
        example="36202",
    ),
    Field(key="region", label=_("Province or region"), longest=150, example="Pontevedra"),
    Field(key="country", label=_("Country"), kind=ValueKind.COUNTRY, example="España"),
    Field(
        key="tax_id", label=_("Tax number"), kind=ValueKind.TAX_ID, longest=40, example="B12345678"
    ),
    Field(key="created_at", label=_("Customer since"), kind=ValueKind.MOMENT, example="2021-05-03"),
    Field(
        key="organisation",
        label=_("Organisation where the person works"),
        canonical=False,
        example="Panadería Sol",
    ),
    Field(
        key="job_title",
        label=_("Position"),
        longest=150,
        canonical=False,
        example="Gerente",
    ),
    Field(
        key="languages",
        label=_("Languages"),
        kind=ValueKind.LANGUAGE,
        repeatable=True,
        canonical=False,
        example="es",
    ),
    Field(
        key="tags",
        label=_("Tags"),
        kind=ValueKind.WORDS,
        repeatable=True,
        longest=60,
        canonical=False,
        example="VIP, mayorista",
    ),
    Field(key="owner", label=_("Owner (name or e-mail)"), canonical=False, example="Inés Moreau"),
    Field(key="origin", label=_("Origin"), longest=100, canonical=False, example="Recomendación"),
    Field(
        key="status",
        label=_("Relationship (potential, current, lost)"),
        kind=ValueKind.STATUS,
        canonical=False,
        example="current",
    ),
    Field(
        key="notes",
        label=_("Notes"),
        kind=ValueKind.LONG_TEXT,
        join="\n",
        longest=100_000,
        canonical=False,
    ),
    Field(
        key="consent_email",
        label=_("Accepts offers by e-mail"),
        kind=ValueKind.FLAG,
        canonical=False,
        example="yes",
    ),
    Field(
        key="consent_email_at",
        label=_("Accepted offers by e-mail on"),
        kind=ValueKind.MOMENT,
        canonical=False,
        example="2024-03-14 09:12",
    ),
    Field(
        key="consent_email_how",
        label=_("How offers by e-mail were accepted"),
        join=" ",
        longest=200,
        canonical=False,
        example="Formulario de la web",
    ),
)
