import json

import pytest

from tests.imports.parsing.rows import codes, parsed, values, warned
from trato.imports.mapping import Column, Mapping
from trato.imports.parsing import ParseSettings, parse_row
from trato.imports.problems import RowProblem
from trato.imports.reading import SourceRow


def test_a_canonical_row_becomes_typed_values() -> None:
    found = values(
        "customers",
        "customer_id|kind|name|email|phone|birth_date|street|city|postal_code|country|tax_id|created_at",
        "C-1|persona|Ana  García|ANA@Example.com|600 12 34 56|29/02/1980|Rúa 1\nbajo|Vigo|36201"
        "|España|b-12.345|12/03/2021 09:30",
    )
    assert found == {
        "customer_id": "C-1",
        "kind": "person",
        "name": "Ana García",
        "email": ["ana@example.com"],
        "phone": ["+34600123456"],
        "phone_originals": {"+34600123456": "600 12 34 56"},
        "birth_date": "1980-02-29",
        "street": "Rúa 1, bajo",
        "city": "Vigo",
        "postal_code": "36201",
        "country": "ES",
        "tax_id": "B12345",
        "created_at": "2021-03-12T09:30:00+01:00",
    }
    assert json.loads(json.dumps(found)) == found


def test_a_name_is_put_together_of_its_parts() -> None:
    found = values("customers", "First Name|Middle name|Last Name|Email", "Ana|María|Ruiz|a@x.es")
    assert found["name"] == "Ana María Ruiz"
    assert found["given_name"] == "Ana María"
    assert found["family_name"] == "Ruiz"


def test_two_surnames_in_two_columns_are_one() -> None:
    found = values("customers", "Nombre|Primer apellido|Segundo apellido", "Ana|García|Ruiz")
    assert found["family_name"] == "García Ruiz"


def test_a_company_without_a_person_is_the_customer() -> None:
    rows = parsed("customers", "Empresa|Contacto|Teléfono", "Sol|Ana|600123456", "Luna||600123457")
    assert rows[0].values["name"] == "Ana"
    assert rows[0].values["organisation"] == "Sol"
    assert rows[1].values["name"] == "Luna"
    assert rows[1].values["kind"] == "organisation"
    assert "organisation" not in rows[1].values


def test_several_addresses_and_numbers_are_lists_without_repetition() -> None:
    found = values(
        "customers",
        "Nombre|Correo|Correo 2|Teléfono",
        "Ana|a@x.es ::: b@x.es|A@x.es; c@x.es|600123456, +34 600 123 457",
    )
    assert found["email"] == ["a@x.es", "b@x.es", "c@x.es"]
    assert found["phone"] == ["+34600123456", "+34600123457"]


def test_a_telephone_is_dialled_from_the_country_of_its_row() -> None:
    found = values("customers", "Nombre|Teléfono|País", "Gaëlle|04 50 11 22 33|Francia")
    assert found["phone"] == ["+33450112233"]


@pytest.mark.parametrize("word", ["null", "N/A", "-", "None", "NULL"])
def test_words_for_nothing_leave_a_field_empty(word: str) -> None:
    row = f"Ana|{word}|{word}|{word}|{word}"
    found = values("customers", "Nombre|Correo|Fecha de nacimiento|País|NIF", row)
    assert found == {"name": "Ana"}


def test_secondary_things_that_are_wrong_do_not_cost_the_row() -> None:
    row = "Ana|spam@|123|31/02/1980|Atlantis"
    found = parsed("customers", "Nombre|Correo|Teléfono|Fecha de nacimiento|País", row)[0]
    assert not found.problems
    assert found.values == {"name": "Ana"}
    assert sorted(warned(found)) == [
        ("country_unknown", "Atlantis"),
        ("date_not_in_calendar", "31/02/1980"),
        ("email_invalid", "spam@"),
        ("telephone_too_short", "123"),
    ]


def test_a_row_that_tells_nobody_is_refused_with_all_that_is_wrong() -> None:
    found = parsed("customers", "Nombre|Correo|Teléfono|Ciudad", "null|spam@|123|Vigo")[0]
    assert codes(found) == [
        ("", "contacts_without_identity"),
        ("Correo", "email_invalid"),
        ("Teléfono", "telephone_too_short"),
    ]


def test_an_id_of_another_system_alone_tells_nobody_and_our_own_does() -> None:
    hubspot = parsed("customers", "Record ID|First Name|Last Name|Email", "103|||")[0]
    assert codes(hubspot) == [("", "contacts_without_identity")]
    assert values("customers", "customer_id|name|email", "17850||") == {"customer_id": "17850"}


def test_an_id_of_another_system_tells_customers_where_a_file_has_nothing_else() -> None:
    told = values("customers", "Record ID|City", "103|Vigo")
    assert told == {"external_ids": [["hubspot", "103"]], "city": "Vigo"}


def test_a_number_that_does_not_fit_its_country_is_kept_as_a_note() -> None:
    rows = parsed("customers", "Nombre|Teléfono|Notas", "|020 7946 0018|", "Ann|0044|té")
    assert not rows[0].problems
    assert rows[0].values == {"name": "020 7946 0018", "notes": "Tel. 020 7946 0018"}
    assert warned(rows[0]) == [("telephone_noted", "020 7946 0018")]
    assert rows[1].values == {"name": "Ann", "notes": "té"}


def test_the_country_of_a_row_makes_its_number_a_telephone() -> None:
    told = values("customers", "Nombre|Teléfono|País", "|020 7946 0018|Reino Unido")
    assert (told["phone"], told.get("notes")) == (["+442079460018"], None)


def test_an_id_that_a_spreadsheet_destroyed_needs_another_way_to_the_customer() -> None:
    rows = parsed("customers", "customer_id|name|email", "1,23E+15|Ana|a@x.es", "1,23E+15|Ana|")
    assert not rows[0].problems
    assert warned(rows[0]) == [("digits_lost", "1,23E+15")]
    assert codes(rows[1]) == [("customer_id", "digits_lost")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("00123", "00123"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("'Ĩ1", "'Ĩ1"),
        ("''007", "'007"),
        ("17850.0", "17850"),
    ],
)
def test_ids_keep_their_digits(text: str, code: str) -> None:
    assert values("customers", "customer_id|name", f"{text}|Ana")["customer_id"] == code


def test_the_zero_that_a_spreadsheet_drops_of_a_postal_code_comes_back() -> None:
    assert values("customers", "Nombre|CP", "Ana|1200")["postal_code"] == "01200"
    assert values("customers", "Nombre|CP|País", "Ana|1200|PT")["postal_code"] == "1200"


def test_tags_come_in_many_forms() -> None:
    assert values("customers", "Nombre|Etiquetas", 'Ana|"VIP","Blog"')["tags"] == ["VIP", "Blog"]
    assert values("customers", "Nombre|Etiquetas", "Ana|* myContacts ::: Clientes ; VIP")[
        "tags"
    ] == [
        "Clientes",
        "VIP",
    ]


def test_stages_of_other_programs_are_relationships() -> None:
    rows = parsed("customers", "Name|Lifecycle Stage", "Ana|lead", "Eva|customer", "Luz|Baja")
    assert [row.values["status"] for row in rows] == ["potential", "current", "lost"]


def test_consent_keeps_its_evidence() -> None:
    headers = "Email Address|First Name|OPTIN_TIME|OPTIN_IP"
    found = values("customers", headers, "ada@example.com|Ada|2024-03-14 09:12:31|10.0.0.1")
    assert found["consent_email"] == {
        "granted": True,
        "at": "2024-03-14T09:12:31+01:00",
        "how": "10.0.0.1",
    }
    rows = parsed("customers", "Nombre|Newsletter", "Ana|sí", "Eva|no", "Luz|Bounced")
    assert rows[0].values["consent_email"] == {"granted": True}
    assert rows[1].values["consent_email"] == {"granted": False}
    assert "consent_email" not in rows[2].values


def test_languages_are_codes() -> None:
    assert values("customers", "Nombre|Idiomas", "Ana|español, Inglés, fr-FR")["languages"] == [
        "es",
        "en",
        "fr",
    ]


def test_custom_fields_have_their_types() -> None:
    types = {"n": "number", "d": "date", "f": "flag", "c": "choices", "t": "text"}
    columns = [Column("name", "name")]
    for key, type_ in types.items():
        columns.append(Column(key, f"custom:{key}", type=type_, options=("Rojo", "Azul")))
    mapping = Mapping(kind="customers", columns=tuple(columns))
    headers = tuple(column.header for column in columns)
    settings = ParseSettings(decimal_comma=True)
    row = SourceRow(2, ["Ana", "1.234,5", "12/03/2024", "sí", "rojo; AZUL", "=1+1"], headers)
    found = parse_row("customers", mapping, row, settings)
    assert found.values["custom"] == {
        "n": 1234.5,
        "d": "2024-03-12",
        "f": True,
        "c": ["Rojo", "Azul"],
        "t": "=1+1",
    }
    wrong = SourceRow(3, ["Ana", "many", "", "", "Verde", ""], headers)
    assert warned(parse_row("customers", mapping, wrong, settings)) == [
        ("not_a_number", "many"),
        ("not_a_choice", "Verde"),
    ]


def test_columns_are_found_by_their_heading_in_any_order() -> None:
    mapping = Mapping(kind="customers", columns=(Column("a", "name"), Column("b", "city")))
    row = SourceRow(2, ["Vigo", "Ana"], ("b", "a"))
    found = parse_row("customers", mapping, row, ParseSettings())
    assert found.values == {"name": "Ana", "city": "Vigo"}


def test_a_broken_row_keeps_its_problem() -> None:
    mapping = Mapping(kind="customers", columns=(Column("a", "name"),))
    row = SourceRow(2, ["Ana"], ("a",), RowProblem("bad_bytes"))
    assert parse_row("customers", mapping, row, ParseSettings()).problems == [row.problem]


def test_a_text_longer_than_can_be_kept_is_told() -> None:
    found = parsed("customers", "name|email", f"{'x' * 301}|a@x.es")[0]
    assert [problem.code for problem in found.warnings] == ["text_too_long"]
    assert found.warnings[0].params == {"limit": 300}
