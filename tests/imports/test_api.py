"""Files in by programs, with the worker's part done in between."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests import make
from tests.api.program import ROOT, Program
from tests.imports.test_importing import CUSTOMERS, ORDERS
from tests.queue import work
from trato.customers.models import Customer, CustomField
from trato.identity.models import ApiToken
from trato.identity.rules import Role, Visibility
from trato.imports.models import Import

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def program() -> Program:
    return Program()


def send(program: Program, text: str | bytes, *, key: str = "", **given: Any) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    headers = {"Idempotency-Key": key} if key else {}
    body = {"file": SimpleUploadedFile("f.csv", content), **given}
    return program.client.post(f"{ROOT}/imports", body, headers=headers)


def sent(program: Program, text: str, **given: Any) -> str:
    """The address of the import."""
    answer = send(program, text, **given)
    assert answer.status_code == 201, answer.content
    return f"/imports/{answer.json()['id']}"


def step(program: Program, path: str, name: str) -> Any:
    answer = program.post(f"{path}/{name}", None)
    assert answer.status_code == 202, answer.content
    work()
    return program.get(path).json()


def targets(told: Any) -> dict[str, str]:
    return {column["header"]: column["target"] for column in told["mapping"]["columns"]}


def test_a_file_goes_all_the_way_and_back(program: Program) -> None:
    path = sent(program, CUSTOMERS)
    checked = step(program, path, "check")
    assert (checked["state"], checked["result"]["created"]) == ("staged", 3)
    assert not Customer.objects.exists()
    done = step(program, path, "apply")
    assert (done["state"], done["result"]["created"], done["rows_read"]) == ("done", 3, 3)
    assert Customer.objects.count() == 3
    undone = step(program, path, "undo")
    assert (undone["state"], undone["undone"]["taken"]) == ("undone", {"customer": 3})
    assert not Customer.objects.exists()


def test_what_undoing_kept_is_named(program: Program) -> None:
    path = sent(program, CUSTOMERS)
    step(program, path, "check")
    step(program, path, "apply")
    luis = Customer.objects.get(name="Luis")
    make.order(luis)
    undone = step(program, path, "undo")["undone"]
    assert undone["kept_records"] == [{"kind": "customer", "id": luis.pk, "name": "Luis"}]
    assert (undone["kept"], undone["taken"]) == (1, {"customer": 2})


def test_the_answer_proposes_what_the_columns_become(program: Program) -> None:
    told = send(program, "Nombre,Correo\nAna,ana@example.com\n").json()
    assert told["kind"] == "customers"
    assert targets(told) == {"Nombre": "name", "Correo": "email"}
    assert told["mapping"]["columns"][1]["cells"] == ["ana@example.com"]
    assert told["mapping"]["missing"] == []


def test_what_the_columns_become_can_be_told(program: Program) -> None:
    path = sent(program, "Nombre,Correo,Zona,Color\nAna,ana@example.com,Norte,azul\n")
    columns = [
        {"header": "Zona", "target": ""},
        {"header": "Color", "target": "custom:color", "type": "choice", "options": ["azul"]},
    ]
    put = program.put(f"{path}/mapping", {"columns": columns, "default_status": "current"})
    assert put.status_code == 200, put.content
    step(program, path, "check")
    assert program.get(path).json()["new_fields"] == ["Color"]
    assert not CustomField.objects.exists()
    step(program, path, "apply")
    ana, field = Customer.objects.get(), CustomField.objects.get()
    assert (field.label, field.type) == ("Color", "choice")
    assert (ana.custom, ana.status) == ({field.key: "azul"}, "current")


@pytest.mark.parametrize(
    ("column", "place", "code"),
    [
        ({"header": "Edad", "target": ""}, "#/columns/0/header", "column_unknown"),
        ({"header": "Nombre", "target": "nonsense"}, "#/columns/0/target", "target_unknown"),
    ],
)
def test_a_wrong_column_is_told_with_its_place(
    program: Program, column: Any, place: str, code: str
) -> None:
    path = sent(program, "Nombre\nAna\n", kind="customers")
    [error] = program.put(f"{path}/mapping", {"columns": [column]}).json()["errors"]
    assert (error["pointer"], error["code"]) == (place, code)


def test_nothing_starts_while_a_needed_column_is_missing(program: Program) -> None:
    path = sent(program, "Pedido,Cliente,Producto\n1,C1,P1\n", kind="orders")
    for answer in (program.post(f"{path}/check", None), program.put(f"{path}/mapping", {})):
        assert answer.status_code == 422
        assert "Date of the order, Quantity" in answer.json()["errors"][0]["detail"]


def test_how_the_file_is_made_can_be_told(program: Program) -> None:
    path = sent(program, "name,email|phone\nAna,x|600111222\n", kind="customers")
    for kind in ({"kind": "customers"}, {}):
        told = program.put(f"{path}/reading", kind | {"separator": "|"}).json()
        assert list(targets(told)) == ["name,email", "phone"]
        assert told["kind"] == "customers"
    wrong = program.put(f"{path}/reading", {"kind": "customers", "header_row": 99})
    assert wrong.json()["errors"][0]["code"] == "header_missing"


def test_the_preview_has_refused_rows_twins_and_changes(program: Program) -> None:
    known = make.customer("Ana Known", emails=("ana@example.com",))
    path = sent(program, CUSTOMERS + ",,,x,,,,,,,\n")
    step(program, path, "check")
    told = program.get(f"{path}/preview").json()
    assert told["result"]["refused"] == len(told["refused"]) == 1
    assert told["refused"][0]["problems"][0]["code"] == "contacts_without_identity"
    assert told["twins"][0]["customer_id"] == known.pk
    assert told["changed"][0]["changes"]
    assert told["sample"][0]["values"]["name"] == "Ana Núñez"


def test_refused_rows_can_be_downloaded(program: Program) -> None:
    path = sent(program, ORDERS.replace("P2,1,10", "P2,one,10"))
    step(program, path, "check")
    answer: Any = program.get(f"{path}/refused")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Type"] == "text/csv"
    assert text.splitlines()[2].startswith("1,C1,2026-10-01,P2,one,10,")


def test_the_work_tells_how_far_it_is(program: Program) -> None:
    path = sent(program, CUSTOMERS)
    told = program.post(f"{path}/check", None).json()
    Import.objects.update(rows_read=2)
    step = program.get(path).json()["step"]
    work()
    assert told["state"] == "staging"
    assert (step["done"], step["total"]) == (2, 3)
    assert program.get(path).json()["step"] is None


def test_imports_are_listed_the_newest_first(program: Program) -> None:
    first, second = sent(program, CUSTOMERS), sent(program, ORDERS)
    items = program.get("/imports").json()["items"]
    assert [f"/imports/{one['id']}" for one in items] == [second, first]
    [only] = program.get("/imports", kind="customers").json()["items"]
    assert only["file_name"] == "f.csv"


def test_a_file_sent_again_with_its_key_is_kept_once(program: Program) -> None:
    first, again = (send(program, CUSTOMERS, key="k") for _time in range(2))
    assert first.json() == again.json()
    assert Import.objects.count() == 1
    assert send(program, ORDERS, key="k").status_code == 422


def test_a_step_out_of_turn_is_refused(program: Program) -> None:
    path = sent(program, CUSTOMERS)
    for name in ("apply", "undo"):
        answer = program.post(f"{path}/{name}", None)
        assert answer.status_code == 409
        assert answer.json()["type"].endswith("import-further-on")


def test_a_file_is_discarded_before_it_is_applied(program: Program) -> None:
    path = sent(program, CUSTOMERS)
    assert program.delete(path).status_code == 204
    assert program.get(path).status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"%PDF-1.4", "file_pdf"), (b"alpha,beta\n1,2\n", "kind_unknown")],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    program: Program, content: bytes, code: str
) -> None:
    answer = send(program, content)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["code"] == code
    assert not Import.objects.exists()


def test_what_is_wrong_is_told_in_the_language_of_the_caller() -> None:
    answer = send(Program(language="es"), b"")
    assert answer.json()["errors"][0]["detail"] == "El archivo está vacío."


def test_a_file_may_be_too_large(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trato.imports.actions.lifecycle.MEGABYTE", 0)
    assert send(program, CUSTOMERS).status_code == 413


def test_a_kind_that_there_is_not_is_told_at_its_field(program: Program) -> None:
    wrong = send(program, CUSTOMERS, kind="people")
    assert wrong.json()["errors"][0]["pointer"] == "#/kind"


def test_a_call_without_a_file_is_told_so(program: Program) -> None:
    [error] = program.client.post(f"{ROOT}/imports", {"kind": "orders"}).json()["errors"]
    assert (error["code"], error["pointer"]) == ("missing", "#/file")


def test_the_fields_of_each_kind_are_told(program: Program) -> None:
    keys = [one["key"] for one in program.get("/imports/fields/orders").json()["items"]]
    assert {"order_id", "quantity", "unit_price"} <= set(keys)


@pytest.mark.parametrize(
    ("role", "visibility"),
    [(Role.SELLER, Visibility.ALL), (Role.MARKETER, Visibility.TEAM)],
)
def test_who_may_not_import_finds_nothing(role: Role, visibility: Visibility) -> None:
    path = sent(Program(), CUSTOMERS)
    stranger = Program(make.user(role, visibility=visibility))
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/check", None).status_code == 404
    assert stranger.get("/imports").status_code == send(stranger, CUSTOMERS).status_code == 403


def test_a_token_that_may_only_read_sends_nothing() -> None:
    assert send(Program(scope=ApiToken.Scope.READ), CUSTOMERS).status_code == 403


def test_lines_that_are_no_rows_are_named(program: Program) -> None:
    path = sent(program, "product_id,name,price,cost\nP1,Coffee,4,2\nTotal,,4,2\n", kind="products")
    told = step(program, path, "check")
    assert told["rows_read"] == 1
    line = told["left_out"][0]
    assert [line["row"], line["reason"]] == [3, "totals_row"]
    assert line["cells"] == ["Total", "4", "2"]
