"""The list of customers as a file."""

import csv
import io
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.test import Client
from python_calamine import CalamineWorkbook

from tests import make
from tests.pages import signed_in
from trato.cli.exports import export
from trato.customers.actions import record_contact
from trato.customers.drafts import AddressDraft, Contact
from trato.customers.models import CustomerScore, MicroSegment, Summary
from trato.identity.rules import Role, Visibility
from trato.kit.environment import CannotStart

pytestmark = pytest.mark.django_db
URL = "/customers/export/"


def download(client: Client, query: str) -> bytes:
    response: Any = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    return b"".join(response.streaming_content)


def lines(content: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator))


@pytest.fixture
def boss() -> Client:
    return signed_in(make.user())


def test_a_file_has_the_rows_columns_and_order_of_the_list(boss: Client) -> None:
    for name in ("Bea", "Ana", "Cleo"):
        customer = make.customer(name, status="lost" if name != "Cleo" else "current")
        Summary.objects.filter(pk=customer.pk).update(amount="1234.5")
    query = "format=csv&status.in=lost&sort=name&columns=name,status,amount"
    assert lines(download(boss, query)) == [
        ["Name", "Relationship", "Amount bought (EUR)"],
        ["Ana", "Lost", "1234.50"],
        ["Bea", "Lost", "1234.50"],
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_stages_and_groups_are_called_by_their_names(
    boss: Client, kind: str, tmp_path: Path
) -> None:
    group = MicroSegment.objects.create(name="Regulars of the shop", found_on=make.today())
    today = {"as_of": make.today(), "stage_since": make.today()}
    CustomerScore.objects.create(
        customer=make.customer("Ana"), stage=6, stage_cause="loyal", segment=group, **today
    )
    file = tmp_path / f"list.{kind}"
    file.write_bytes(download(boss, f"format={kind}&columns=name,stage,segment"))
    row: list[Any]
    if kind == "csv":
        row = list(lines(file.read_bytes())[1])
    elif kind == "xlsx":
        row = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()[1]
    else:
        row = [column[0] for column in pq.read_table(file).to_pydict().values()]
    assert row == ["Ana", "Repurchase", "Regulars of the shop"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_money_that_was_worked_out_has_its_cents_and_other_numbers_all_digits(
    boss: Client, kind: str, tmp_path: Path
) -> None:
    ana = make.customer("Ana")
    CustomerScore.objects.create(
        customer=ana,
        stage=6,
        stage_cause="loyal",
        as_of=make.today(),
        stage_since=make.today(),
        lifetime_value="12.3456",
        rhythm_days=7.12345,
    )
    Summary.objects.filter(pk=ana.pk).update(amount="-20.9951")
    file = tmp_path / f"list.{kind}"
    file.write_bytes(download(boss, f"format={kind}&columns=name,value,amount,rhythm"))
    if kind == "csv":
        assert lines(file.read_bytes())[1] == ["Ana", "12.35", "-21.00", "7.12345"]
    else:
        row = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()[1]
        assert row == ["Ana", 12.35, -21.0, 7.12345]


def test_a_file_for_spanish_spreadsheets_has_semicolons_and_decimal_commas() -> None:
    customer = make.customer("Ana")
    Summary.objects.filter(pk=customer.pk).update(amount="1234.5")
    content = download(signed_in(make.user(), "es"), "format=csv&columns=name,amount")
    assert lines(content, ";")[1] == ["Ana", "1234,50"]


def test_no_cell_of_a_file_can_be_a_formula(boss: Client) -> None:
    make.customer("=1+1", tags=("@x",), phones=("+34600123456",))
    content = download(boss, "format=csv&columns=name,tags,phone")
    assert lines(content)[1] == ["'=1+1", "'@x", "+34600123456"]


def test_a_seller_gets_only_the_own_rows_and_a_reader_no_file() -> None:
    marketer = make.user(Role.MARKETER, visibility="own")
    make.customer("Own", owner_id=marketer.pk)
    make.customer("Other's")
    assert [line[0] for line in lines(download(signed_in(marketer), "format=csv"))[1:]] == ["Own"]
    assert signed_in(make.user(Role.READER)).get(f"{URL}?format=csv").status_code == 404
    assert signed_in(make.user()).get(f"{URL}?format=pdf").status_code == 404


def test_spreadsheets_and_parquet_have_the_same_rows(boss: Client, tmp_path: Path) -> None:
    make.customer("Ana", tags=("VIP",))
    place = tmp_path / "list"
    place.write_bytes(download(boss, "format=xlsx&columns=name,tags"))
    sheet = CalamineWorkbook.from_path(place).get_sheet_by_index(0).to_python()
    assert sheet == [["Name", "Tags"], ["Ana", "VIP"]]
    place.write_bytes(download(boss, "format=parquet&columns=name,tags"))
    assert pq.read_table(place).to_pylist() == [{"Name": "Ana", "Tags": ["VIP"]}]


def test_a_canonical_file_has_the_columns_that_imports_know(boss: Client) -> None:
    place = AddressDraft(street="Mayor 1", city="Vigo", country="ES")
    make.customer(
        "Ana",
        emails=("ana@example.com", "a2@example.com"),
        phones=("+34600123456",),
        addresses=(place,),
        external_ids=(("", "C1"), ("odoo", "7")),
        since=make.NOW,
    )
    head, row = lines(download(boss, "format=canonical&columns=name"))
    found = dict(zip(head, row, strict=True))
    assert set(head) >= {
        "customer_id", "kind", "name", "email", "phone", "birth_date", "street", "city",
        "postal_code", "region", "country", "tax_id", "created_at",
    }  # fmt: skip
    assert found["customer_id"] == "C1"
    assert found["email"] == "ana@example.com, a2@example.com"
    assert (found["kind"], found["country"]) == ("person", "ES")
    assert found["created_at"] == "2026-11-20T10:00:00+00:00"


def run(*args: str) -> Any:
    return CliRunner().invoke(export, list(args))


def test_the_command_writes_the_same_file(tmp_path: Path) -> None:
    make.customer("Ana", status="lost")
    make.customer("Bea")
    target = tmp_path / "out.csv"
    answer = run("customers", "--filter", "?status.in=lost", "--columns", "name", "-o", str(target))
    assert answer.exit_code == 0
    assert [row[0] for row in lines(target.read_bytes())][1:] == ["Ana"]


def test_the_command_writes_to_the_standard_output() -> None:
    make.customer("Ana")
    answer = run("customers", "--canonical", "-o", "-")
    assert b"Ana" in answer.stdout_bytes


@pytest.mark.parametrize("kind", ["products", "orders"])
@pytest.mark.parametrize("format_", ["csv", "xlsx", "parquet"])
def test_products_and_orders_are_written_too(tmp_path: Path, kind: str, format_: str) -> None:
    make.order(make.customer("Ana"))
    target = tmp_path / f"out.{format_}"
    answer = run(kind, "-o", str(target))
    assert answer.exit_code == 0, answer.exception
    assert target.stat().st_size > 0


@pytest.mark.parametrize(
    "args",
    [
        ("--filter", "status.in=unheard", "-o", "out.csv"),
        ("--filter", "nothing=1", "-o", "out.csv"),
        ("-o", "out.doc"),
        ("-o", "/nowhere/out.csv"),
        ("--format", "xlsx", "-o", "-"),
    ],
)
def test_the_command_refuses_what_it_does_not_understand(
    args: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make.customer("Ana")
    answer = run("customers", *args)
    assert isinstance(answer.exception, CannotStart)


def contact_with(name: str, **more: Any) -> None:
    customer, subject, now = make.customer(name, **more), f"=With {name}", make.NOW
    record_contact(
        customer, Contact(kind="call", subject=subject, at=now), recorded_at=now, user=None
    )


def contacts(client: Client, query: str) -> list[str]:
    response: Any = client.get(f"/customers/contacts/export/?{query}")
    return [row[4] for row in lines(b"".join(response.streaming_content))[1:]]


def test_the_contacts_of_the_customers_in_the_list_are_a_file_of_their_own(boss: Client) -> None:
    for name in ("Ana", "Anabel", "Bea"):
        contact_with(name)
    assert contacts(boss, "format=csv&q=Ana&sort=-name") == ["'=With Anabel", "'=With Ana"]
    assert len(contacts(boss, "format=csv")) == 3


def test_contacts_are_exported_only_of_customers_whom_one_may_see() -> None:
    marketer = make.user(Role.MARKETER, visibility=Visibility.OWN)
    contact_with("Mine", owner_id=marketer.pk)
    contact_with("Theirs")
    assert contacts(signed_in(marketer), "format=csv") == ["'=With Mine"]


def test_who_may_not_export_finds_no_contacts() -> None:
    client = signed_in(make.user(Role.SELLER))
    assert client.get("/customers/contacts/export/?format=csv").status_code == 404
