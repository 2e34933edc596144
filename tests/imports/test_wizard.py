"""Files in through the pages, with the worker's part done in between."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests import make
from tests.imports.test_importing import CUSTOMERS, ORDERS
from tests.pages import signed_in, words
from tests.queue import work
from trato.customers.models import Customer
from trato.identity.rules import Role, Visibility
from trato.imports.models import Import

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def client() -> Client:
    return signed_in(make.user(name="Ana Ruiz"))


def send(client: Client, text: str | bytes, *, kind: str = "", name: str = "f.csv") -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    given = {"file": SimpleUploadedFile(name, content), "kind": kind}
    return client.post("/imports/new", given, follow=True)


def run() -> Import:
    return Import.objects.latest("pk")


def at(step: str = "") -> str:
    return f"/imports/{run().pk}/{step}"


def form(client: Client, **changes: Any) -> dict[str, Any]:
    """What the mapping page would send, with some changes."""
    shown = client.get(at()).context["form"]
    values = {bound.html_name: bound.value() for bound in shown}
    return {name: value for name, value in (values | changes).items() if value not in (None, False)}


def check(client: Client, **changes: Any) -> Any:
    client.post(at("check"), form(client, **changes))
    work()
    return client.get(at())


def bring(client: Client, text: str, **changes: Any) -> Any:
    send(client, text)
    check(client, **changes)
    client.post(at("apply"))
    work()
    return client.get(at())


def column(header: str) -> str:
    """The name of the field that a column has in the form."""
    headers = [one["header"] for one in run().mapping["columns"]]
    return f"column-{headers.index(header)}"


def test_a_file_goes_all_the_way_and_back(client: Client) -> None:
    assert "What is in each column?" in words(send(client, CUSTOMERS))
    assert "Will be created 3 customers" in words(check(client))
    assert not Customer.objects.exists()
    client.post(at("apply"))
    assert "Write the rows" in words(client.get(at()))
    work()
    assert "Were created 3 customers" in words(client.get(at()))
    client.post(at("undo"))
    work()
    assert "As before the import: 3 customers." in words(client.get(at()))
    assert not Customer.objects.exists()


def test_orders_are_counted_as_orders(client: Client) -> None:
    send(client, ORDERS)
    page = words(check(client))
    assert "Will be created 3 orders" in page
    assert "because rows name them: 2 customers, 2 products." in page


def test_the_program_that_a_file_comes_from_is_named(client: Client) -> None:
    page = words(send(client, "Record ID,First Name,Last Name,Email\n1,Ana,Gil,a@example.com\n"))
    assert "This looks like an export of HubSpot." in page
    assert "Id in HubSpot" in page


def test_what_is_missing_is_said_at_once_and_again(client: Client) -> None:
    page = words(send(client, "Pedido,Cliente,Producto\n1,C1,P1\n", kind="orders"))
    assert "No columns give these yet" in page
    assert "Date of the order Quantity Unit price or Total of the line" in page
    answer = client.post(at("check"), form(client))
    assert answer.status_code == 422
    assert "No column is chosen for: Date of the order, Quantity" in words(answer)


def test_headings_that_say_nothing_make_it_ask(client: Client) -> None:
    page = send(client, "alpha,beta\nP1,Coffee\n")
    assert "What does this file hold?" in words(page)
    client.post(at("reread"), {"layout-kind": "products"})
    assert run().kind == "products"
    assert "What does this file hold?" not in words(client.get(at()))


def test_a_default_holds_for_rows_that_say_nothing(client: Client) -> None:
    bring(client, CUSTOMERS, default_status="current")
    assert set(Customer.objects.values_list("status", flat=True)) == {"current"}


def test_a_separator_can_be_told(client: Client) -> None:
    send(client, "name,email|phone\nAna,x|600111222\n", kind="customers")
    client.post(at("reread"), {"layout-kind": "customers", "layout-separator": "|"})
    assert [one["header"] for one in run().mapping["columns"]] == ["name,email", "phone"]
    assert run().reading["separator"] == "|"


def test_a_row_of_headings_that_is_not_there_cannot_be_told(client: Client) -> None:
    send(client, CUSTOMERS)
    answer = client.post(at("reread"), {"layout-kind": "customers", "layout-header_row": "99"})
    assert answer.status_code == 422
    assert "Row 99, where the headings should be, does not exist" in words(answer)
    assert run().kind == "customers"


def test_a_twin_is_shown_by_name(client: Client) -> None:
    known = make.customer("Ana Known", emails=("ana@example.com",))
    send(client, CUSTOMERS)
    page = check(client)
    assert f'href="/customers/{known.pk}/"' in page.content.decode()
    assert "E-mail: ana@example.com" in words(page)


def test_a_row_like_another_row_is_shown_too(client: Client) -> None:
    send(client, CUSTOMERS + "C9,person,Anita,ana@example.com,,,,,,,\n")
    assert "Row 2 of this file" in words(check(client))


def test_what_changes_is_shown_before_and_after(client: Client) -> None:
    bring(client, CUSTOMERS)
    send(client, CUSTOMERS.replace("Ana Núñez", "Ana Gil").replace("azul", "verde"))
    page = words(check(client))
    assert "Name Ana Núñez → Ana Gil" in page
    assert "Color favorito azul → verde" in page


def test_values_are_shown_as_people_write_them() -> None:
    client = signed_in(make.user(), language="es")
    send(client, CUSTOMERS)
    page = words(check(client))
    assert "600 11 12 22" in page
    assert "1 may 1990" in page
    assert "España" in page
    assert "+34600111222" not in page


def test_refused_rows_say_why_and_what_they_were(client: Client) -> None:
    send(client, ORDERS.replace("P2,1,10", "P2,one,10"))
    page = words(check(client))
    assert "quantity “one”: It is not a number." in page
    assert "product_id: P2" in page
    assert "Another line of the same order was refused." in page


def test_rows_without_some_cell_have_their_place(client: Client) -> None:
    send(client, CUSTOMERS.replace("ana@example.com", "ana-example"))
    page = words(check(client))
    assert "1 row is imported; only the cell that could not be read is left out." in page
    assert "email “ana-example”: It is not an e-mail address: it has no @." in page


def test_the_refused_file_starts_no_formula(client: Client) -> None:
    send(client, "customer_id,name,email\n,,=cmd()\n", kind="customers")
    check(client)
    answer: Any = client.get(at("refused"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Disposition"] == 'attachment; filename="f-refused.csv"'
    assert ",,'=cmd()," in text


def test_the_result_leads_to_what_was_created(client: Client) -> None:
    page = bring(client, CUSTOMERS)
    href = page.context["told"].list_url
    assert href.startswith("/customers/?created.on=")
    assert "Ana Núñez" in words(client.get(href))


def test_what_was_kept_is_said_with_the_reason(client: Client) -> None:
    bring(client, CUSTOMERS)
    make.order(Customer.objects.get(name="Luis"))
    client.post(at("undo"))
    work()
    page = client.get(at())
    assert "1 record was kept, because somebody changed it afterwards" in words(page)
    luis = Customer.objects.get(name="Luis")
    assert f'href="/customers/{luis.pk}/">Luis</a>' in page.content.decode()


def test_of_many_kept_records_the_first_are_named(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trato.imports.views.KEPT_SHOWN", 1)
    bring(client, CUSTOMERS)
    for customer in Customer.objects.all():
        make.order(customer)
    client.post(at("undo"))
    work()
    page = words(client.get(at()))
    assert "Acme SL and 2 more" in page
    assert "Luis" not in page


def test_the_work_tells_how_far_it_is(client: Client) -> None:
    send(client, CUSTOMERS)
    client.post(at("check"), form(client))
    Import.objects.update(rows_read=2)
    page = client.get(at("progress"))
    assert "Read and check the rows 67% 2 rows" in words(page)
    assert '<meta http-equiv="refresh"' in client.get(at()).content.decode()
    work()
    assert client.get(at("progress"), headers={"hx-request": "true"})["HX-Redirect"] == at()


def test_a_failure_can_be_mended(client: Client) -> None:
    send(client, CUSTOMERS)
    Import.objects.update(state="failed", problem="Disk full.")
    assert "Disk full. Nothing was written." in words(client.get(at()))
    assert "What is in each column?" in words(client.post(at("mapping"), follow=True))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "f.csv", "The file is empty."),
        (b"%PDF-1.4", "f.pdf", "This is a PDF."),
        (b"<html><table></table>", "f.xls", "This is a web page with the name of a table."),
        (b"\x89PNG\r\n", "f.csv", "This is not a table."),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    client: Client, content: bytes, name: str, said: str
) -> None:
    page = send(client, content, name=name)
    assert page.status_code == 422
    assert said in words(page)
    assert not Import.objects.exists()


def test_a_file_may_be_too_large(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trato.imports.actions.lifecycle.MEGABYTE", 0)
    assert "The file is larger than 500 MB." in words(send(client, CUSTOMERS))


@pytest.mark.parametrize("step", ["apply", "undo", "mapping"])
def test_a_step_out_of_turn_changes_nothing(client: Client, step: str) -> None:
    send(client, CUSTOMERS)
    page = client.post(at(step), follow=True)
    assert "This import is already further on." in words(page)
    assert run().state == "uploaded"


@pytest.mark.parametrize("step", ["check", "reread", "discard", "mapping", "apply"])
def test_what_is_done_stays_done(client: Client, step: str) -> None:
    bring(client, CUSTOMERS)
    assert "This import is already further on." in words(client.post(at(step), follow=True))
    assert run().state == "done"


def test_a_file_is_discarded_before_it_is_imported(client: Client) -> None:
    send(client, CUSTOMERS)
    assert "The file was discarded." in words(client.post(at("discard"), follow=True))
    assert not Import.objects.exists()


def test_the_list_says_who_when_and_how_it_went(client: Client) -> None:
    assert "Nothing imported yet" in words(client.get("/imports/"))
    bring(client, CUSTOMERS)
    page = words(client.get("/imports/"))
    assert "f.csv Customers" in page
    assert "Ana Ruiz 3 Imported" in page


def test_the_list_goes_on_page_by_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trato.imports.views.PAGE", 1)
    send(client, CUSTOMERS, name="old.csv")
    send(client, CUSTOMERS, name="new.csv")
    assert "old.csv" not in words(client.get("/imports/"))
    assert "old.csv" in words(client.get(f"/imports/?before={run().pk}"))
    assert "There are no older imports" in words(client.get("/imports/?before=0"))


STEPS = ("", "progress", "refused", "undo")
POSTED = ("reread", "check", "mapping", "apply", "undo", "discard")


@pytest.mark.parametrize(
    ("role", "visibility"),
    [(Role.SELLER, Visibility.ALL), (Role.MARKETER, Visibility.TEAM)],
)
def test_who_may_not_import_finds_nothing(
    client: Client, role: Role, visibility: Visibility
) -> None:
    send(client, CUSTOMERS)
    stranger = signed_in(make.user(role, visibility=visibility))
    read = [stranger.get(path).status_code for path in ("/imports/", "/imports/new")]
    read += [stranger.get(at(step)).status_code for step in STEPS]
    written = [stranger.post(at(step)).status_code for step in POSTED]
    assert {*read, *written, send(stranger, CUSTOMERS).status_code} == {404}
    assert run().state == "uploaded"


TOTALS = """Código,Nombre,Correo,Color
1,Ana,ana@example.com,azul
2,Eva,eva@example.com,rojo
,Total,,2
"""


def test_lines_and_columns_that_are_left_out_are_told_before_and_after(client: Client) -> None:
    send(client, TOTALS, kind="customers")
    page = words(check(client, **{column("Color"): ""}))
    assert "Columns that are not imported: Color" in page
    assert "1 line was taken for totals" in page
    assert "Row 4 A row of totals. Total · 2" in page
    client.post(at("apply"))
    work()
    done = words(client.get(at()))
    assert "Row 4 A row of totals. Total · 2" in done
    assert "All rows came in" not in done


DEALS = "Record ID,Deal Name,Deal Stage,Amount,Close Date\n7,Casino,Won,15000,2024-09-30\n"


@pytest.mark.parametrize("kind", ["", "customers", "orders"])
def test_deals_are_not_taken_for_something_else(client: Client, kind: str) -> None:
    answer = send(client, DEALS, kind=kind)
    assert answer.status_code == 422
    assert "This is a file of deals, and deals are not imported yet." in words(answer)
    assert not Import.objects.exists()
