"""Ids of customers that another program gave are known again, whatever the file calls them."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests import make
from tests.api.program import Program
from tests.imports.test_api import send as send_by_program
from tests.imports.test_importing import bring, counts
from tests.imports.test_wizard import check, form, send
from tests.pages import signed_in, words
from tests.queue import work
from trato.cli.imports import import_
from trato.customers.models import Customer, ExternalId
from trato.imports import actions
from trato.imports.models import Import
from trato.sales.models import Order

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = """order_id,customer_id,ordered_at,product_id,quantity,unit_price
1,C000001,2026-10-01,P1,2,3.5
2,C000002,2026-10-02,P1,1,3.5
3,C000003,2026-10-03,P1,1,3.5
"""
SHORT = ORDERS.replace("C00000", "")


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def client() -> Client:
    return signed_in(make.user(name="Ana Ruiz"))


def known(*ids: str, system: str = "hubspot") -> list[Customer]:
    return [make.customer(f"Known {one}", external_ids=((system, one),)) for one in ids]


def test_orders_find_the_customers_of_another_program() -> None:
    ana, _luis = known("C000001", "C000002")
    assert counts(bring("orders", ORDERS)) == (3, 0, 0, 0)
    assert Order.objects.get(number="1").customer == ana
    # Who is new is known by the id of that program, too.
    new = ExternalId.objects.get(value="C000003")
    assert (new.system, Customer.objects.count()) == ("hubspot", 3)
    assert counts(bring("orders", ORDERS)) == (0, 0, 3, 0)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("customers", "customer_id,name,city\nC000001,Ana,León\n"),
        ("interactions", "customer_id,at,kind,subject\nC000001,2026-10-01,call,Hello\n"),
    ],
)
def test_other_files_find_them_too(kind: str, text: str) -> None:
    [ana] = known("C000001")
    bring(kind, text)
    assert Customer.objects.get() == ana


def test_ids_of_ones_own_come_first() -> None:
    known("C000001", "C000002")
    [own] = known("C000003", system="")
    bring("orders", ORDERS)
    assert Order.objects.get(number="3").customer == own
    assert ExternalId.objects.filter(value="C000001").count() == 2


def test_short_numbers_may_be_anybodys() -> None:
    known("1", "2", "3")
    bring("orders", SHORT)
    assert Customer.objects.count() == 6


def test_few_that_are_known_say_nothing() -> None:
    known("C000001")
    run = bring("orders", ORDERS)
    assert (run.system, Customer.objects.count()) == ("", 4)


def test_two_programs_with_the_same_ids_leave_it_open() -> None:
    known("C000001", "C000002")
    known("C000001", "C000002", system="shop")
    assert bring("orders", ORDERS).system == ""


def test_cells_that_are_no_ids_are_passed_over() -> None:
    [ana] = known("C000001")
    rows = "customer_id,name\n" + "1.23E+15,Luis\n,Eva\nC000001,Ana\n"
    run = bring("customers", rows)
    assert (run.system, run.options["ids_seen"]) == ("hubspot", 1)
    assert ana.external_ids.count() == 1


def test_the_page_says_what_is_known_and_lets_it_be_chosen(client: Client) -> None:
    ana, *_others = known("1", "2", "3")
    send(client, SHORT)
    shown = form(client)
    assert shown["system"] == ""
    page = words(client.get(f"/imports/{Import.objects.get().pk}/"))
    assert "3 of 3 ids in the first rows are known: HubSpot." in page
    preview = words(check(client, system="hubspot"))
    assert "Will be created 3 orders" in preview
    assert "2 customers" not in preview
    run = Import.objects.get()
    assert run.system == "hubspot"
    client.post(f"/imports/{run.pk}/apply")
    work()
    assert Order.objects.get(number="1").customer == ana


def test_without_another_program_nothing_is_asked(client: Client) -> None:
    send(client, ORDERS)
    assert "system" not in form(client)


def test_products_have_no_ids_of_customers(client: Client) -> None:
    known("C000001")
    send(client, "product_id,name,price\nP1,Tea,3\n", kind="products")
    assert "system" not in form(client)


def test_programs_are_told_and_may_tell() -> None:
    known("C000001", "C000002", "C000003")
    program = Program()
    found = send_by_program(program, ORDERS).json()
    assert found["mapping"]["ids_of"] == "hubspot"
    told = send_by_program(program, ORDERS, ids_of="till").json()
    assert told["mapping"]["ids_of"] == "till"
    changed = program.put(f"/imports/{told['id']}/mapping", {"ids_of": ""})
    assert changed.json()["mapping"]["ids_of"] == ""


def test_a_system_with_a_column_of_its_own_has_no_other_ids() -> None:
    known("100001", "100002")
    rows = "100001,Eva,900001\n100002,Leo,900002\n"
    run = bring("customers", f"customer_id,name,external_id:hubspot\n{rows}")
    assert (run.system, run.options["ids_known"]) == ("", {})
    new = set(Customer.objects.get(name="Eva").external_ids.values_list("system", "value"))
    assert new == {("", "100001"), ("hubspot", "900001")}


def test_a_column_that_somebody_chose_is_recognised() -> None:
    known("C000001", "C000002", "C000003")
    program = Program()
    text = ORDERS.replace("customer_id", "whose")
    run = send_by_program(program, text).json()
    place = f"/imports/{run['id']}/mapping"
    columns = [{"header": "whose", "target": "customer_id"}]
    assert run["mapping"]["ids_of"] == ""
    own = program.put(place, {"columns": columns, "ids_of": ""}).json()
    assert own["mapping"]["ids_of"] == ""
    run = send_by_program(program, text).json()
    found = program.put(f"/imports/{run['id']}/mapping", {"columns": columns}).json()
    assert found["mapping"]["ids_of"] == "hubspot"


def test_a_column_chosen_in_the_page_is_recognised_unless_it_is_told(client: Client) -> None:
    known("C000001", "C000002", "C000003")
    send(client, ORDERS.replace("customer_id", "whose"))
    run = Import.objects.get()
    check(client, **{"column-1": "customer_id"})
    run.refresh_from_db()
    assert run.system == "hubspot"
    client.post(f"/imports/{run.pk}/mapping")
    assert form(client)["system"] == "hubspot"
    check(client, system="")
    run.refresh_from_db()
    assert run.system == ""


def test_programs_are_told_however_they_are_written() -> None:
    known("1", "2", system="hubspot")
    known("3", system="My ERP")
    program = Program()
    for told, kept in (("HubSpot", "hubspot"), ("my erp", "My ERP"), ("SHOPIFY", "shopify")):
        found = send_by_program(program, SHORT, ids_of=told).json()
        assert found["mapping"]["ids_of"] == kept


def test_undoing_takes_ids_back_that_were_added() -> None:
    ana = make.customer("Ana", emails=("ana@example.com",))
    known("C000001", "C000002")
    before = sorted(Customer.objects.values_list("pk", "name", "external_ids__value"))
    rows = "C000001,Eva,\nC000002,Leo,\nC000003,Ana,ana@example.com\nC000004,Pau,pau@example.com\n"
    run = bring("customers", f"customer_id,name,email\n{rows}")
    added = ana.external_ids.get()
    assert (run.system, added.system, added.value) == ("hubspot", "hubspot", "C000003")
    actions.begin_undoing(run, later=False)
    actions.run_undoing(run.pk, at=make.NOW)
    assert sorted(Customer.objects.values_list("pk", "name", "external_ids__value")) == before


def test_a_file_that_came_before_this_was_known_is_shown(client: Client) -> None:
    known("C000001")
    send(client, ORDERS)
    run = Import.objects.get()
    for name in ("system", "ids_seen", "ids_known"):
        del run.options[name]
    run.save()
    assert form(client)["system"] == ""


def command(*options: str, folder: Path, text: str = ORDERS) -> Any:
    file = folder / "orders.csv"
    file.write_text(text)
    return CliRunner().invoke(import_, ["orders", str(file), *options])


def test_the_command_says_whose_they_are_and_takes_it_told(tmp_path: Path) -> None:
    known("1", "2", "3")
    asked = command("--dry-run", folder=tmp_path, text=SHORT)
    assert "3 of 3 ids in the first rows are ids of hubspot, too" in asked.output
    assert "same customers: import with" in asked.output
    long = command("--ids-of", "x" * 61, folder=tmp_path, text=SHORT)
    assert (long.exit_code, "60 letters" in long.output) == (2, True)
    done = command("--ids-of", "hubspot", folder=tmp_path, text=SHORT)
    assert "The ids of customers are those of hubspot." in done.output
    assert Customer.objects.count() == 3
    own = command("--ids-of", "", folder=tmp_path, text=SHORT)
    assert "hubspot" not in own.output


TWO = "customer_id,name,external_id:shop\n"


def test_a_row_with_the_ids_of_two_customers_is_refused() -> None:
    bring("customers", f"{TWO}Q1,Uno,S1\nQ2,Dos,\n")
    run = bring("customers", f"{TWO}Q2,Dos,S1\nQ1,Otro,S1\n")
    assert counts(run) == (0, 1, 0, 1)
    assert [row.reason for row in run.rows.all()] == [
        "Its ids are those of two different customers."
    ]
    assert {one.value: one.customer.name for one in ExternalId.objects.all()} == {
        "Q1": "Otro",
        "S1": "Otro",
        "Q2": "Dos",
    }


def test_an_id_that_two_rows_of_known_customers_bring_is_the_first_ones() -> None:
    bring("customers", f"{TWO}Q1,Uno,\nQ2,Dos,\n")
    run = bring("customers", f"{TWO}Q1,Uno,S1\nQ2,Dos,S1\n")
    assert counts(run) == (0, 1, 0, 1)
    assert ExternalId.objects.get(value="S1").customer.name == "Uno"


def test_programs_are_told_of_ids_of_two_customers() -> None:
    known("C1", "C2")
    ids = [{"system": "hubspot", "value": value} for value in ("C1", "C2")]
    told = Program().post("/customers/batch", {"customers": [{"name": "X", "external_ids": ids}]})
    assert told.status_code == 200
    [outcome] = told.json()["outcomes"]
    assert (outcome["result"], outcome["twin_by"]) == ("refused", "id_of_another")
    assert outcome["customer_id"] is None
