from tests.imports.reading.files import bad, table
from trato.imports.reading.table import Table


def cards(found: Table) -> list[dict[str, str]]:
    return [
        {key: value for key, value in row.values.items() if value}
        for row in found.rows()
        if row.values is not None
    ]


def test_version_2_1_with_quoted_printable_and_a_soft_break() -> None:
    found = table(
        "BEGIN:VCARD\r\nVERSION:2.1\r\n"
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=A0im=C3=A1k;Jan;;;\r\n"
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jan =C5=A0im=C3=A1k\r\n"
        "TEL;CELL;PREF:+420 601 123 456\r\nEMAIL;INTERNET:jan@example.cz\r\n"
        "ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;V=C3=A1clavsk=C3=A9 1=0D=0A=\r\n"
        "2. patro;Praha;;110 00;CZ\r\nEND:VCARD\r\n"
    )
    assert cards(found) == [
        {
            "name": "Jan Šimák",
            "given_name": "Jan",
            "family_name": "Šimák",
            "phone": "+420 601 123 456",
            "email": "jan@example.cz",
            "street": "Václavské 1\r\n2. patro",
            "city": "Praha",
            "postal_code": "110 00",
            "country": "CZ",
        }
    ]


def test_version_3_with_groups_escapes_and_folded_lines() -> None:
    found = table(
        "BEGIN:VCARD\nVERSION:3.0\nN:Doe;Jane;;Dr.;\nFN:Dr. Jane Doe\n"
        "item1.EMAIL;type=INTERNET:jane@example.com\nitem1.X-ABLabel:_$!<Work>!$_\n"
        "ORG:Acme\\, Inc.;Sales\nNOTE:one\\ntwo\\, with comma and a text that conti\n nues\n"
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-07\nEND:VCARD\n"
    )
    assert cards(found) == [
        {
            "name": "Dr. Jane Doe",
            "given_name": "Jane",
            "family_name": "Doe",
            "email": "jane@example.com",
            "organisation": "Acme, Inc.",
            "notes": "one\ntwo, with comma and a text that continues",
            "birth_date": "--03-07",
        }
    ]


def test_version_4_with_preferences_and_uris() -> None:
    found = table(
        "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Acme\n"
        'TEL;VALUE=uri;TYPE="voice,home":tel:+34-600-123-456;ext=5\n'
        "EMAIL:b@example.com\nEMAIL;PREF=1:a@example.com\nCATEGORIES:VIP,Blog\\, news\n"
        "ADR:;;Rúa 1;Vigo;;36201;Spain\nADR:;;Rúa 2;Lugo;;;\nEND:VCARD\n"
    )
    assert cards(found) == [
        {
            "kind": "organisation",
            "name": "Acme",
            "phone": "+34-600-123-456",
            "email": "a@example.com\nb@example.com",
            "tags": "VIP\nBlog, news",
            "street": "Rúa 1",
            "city": "Vigo",
            "postal_code": "36201",
            "country": "Spain",
            "other_addresses": "Rúa 2, Lugo",
        }
    ]


def test_a_card_without_end_and_one_with_broken_lines_cost_themselves() -> None:
    found = table(
        "BEGIN:VCARD\nFN:Ana\nBEGIN:VCARD\nFN:Eva\nEND:VCARD\n"
        "BEGIN:VCARD\nno colon here\nEND:VCARD\nBEGIN:VCARD\nFN:Luz\nEND:VCARD\n"
    )
    assert bad(found) == [(1, "card_unclosed"), (6, "card_invalid")]
    assert [card["name"] for card in cards(found)] == ["Eva", "Luz"]
