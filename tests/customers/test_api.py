from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.api.program import Program
from trato.customers import eventlog
from trato.customers.actions import change_together, record_contact
from trato.customers.drafts import Contact
from trato.customers.models import Customer, Event, EventKind
from trato.sales.actions import refresh_purchases

ANA = {
    "name": "Ana Pérez",
    "given_name": "Ana",
    "family_name": "Pérez",
    "kind": "person",
    "emails": ["Ana.Perez@Example.com", "ana@example.org"],
    "phones": ["600 123 456", "+33 1 42 68 53 00"],
    "addresses": [{"street": "Calle Mayor 1", "city": "Madrid", "country": "España"}],
    "external_ids": [{"system": "erp", "value": "C/7"}],
    "birth_date": "1980-02-29",
    "tax_id": "12.345.678-z",
    "languages": ["es"],
    "tags": ["vip", "vip"],
    "origin": "web",
    "since": "2020-01-01T12:00:00+02:00",
    "organisation": "Talleres Sol",
    "job_title": "Manager",
}


@pytest.fixture
def program(db: None) -> Program:
    return Program()


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in answer.json()["items"]]


def test_a_customer_is_created_with_all_that_hangs_on_it(program: Program) -> None:
    answer = program.post("/customers", ANA)
    made = answer.json()
    assert answer.status_code == 201
    assert [one["address"] for one in made["emails"]] == [
        "ana.perez@example.com",
        "ana@example.org",
    ]
    assert [one["number"] for one in made["phones"]] == ["+34600123456", "+33142685300"]
    assert made["addresses"][0]["country"] == "ES"
    assert made["external_ids"][0]["value"] == "C/7"
    assert made["tax_id"] == "12345678Z"
    assert made["tags"] == ["vip"]
    assert made["since"] == "2020-01-01T10:00:00Z"
    assert made["roles"][0]["organisation"]["name"] == "Talleres Sol"
    assert made["roles"][0]["title"] == "Manager"
    assert program.get(f"/customers/{made['id']}").json() == made


def test_the_page_and_the_program_go_through_one_door(program: Program, client: Client) -> None:
    by_program = program.post("/customers", {"name": "Ana", "emails": ["a@example.com"]})
    client.force_login(program.user, "django.contrib.auth.backends.ModelBackend")
    page = {"kind": "person", "status": "potential", "name": "Ana", "emails": "b@example.com"}
    by_page = client.post("/customers/new/", page)
    assert (by_program.status_code, by_page.status_code) == (201, 302)
    first, second = Customer.objects.order_by("pk")
    assert (first.name, first.kind, first.status) == (second.name, second.kind, second.status)
    told = [(one.kind, one.payload, one.actor_id) for one in first.events.all()]
    assert told == [(one.kind, one.payload, one.actor_id) for one in second.events.all()]
    assert {one.source for one in Event.objects.all()} == {"api", "page"}


def test_a_twin_is_shown_and_created_only_on_demand(program: Program) -> None:
    first = program.post("/customers", ANA).json()
    twin = {"name": "Ana P.", "emails": ["ana@example.org"]}
    refused = program.post("/customers", twin)
    assert refused.status_code == 409
    assert refused.json()["twins"] == [{"id": first["id"], "name": "Ana Pérez"}]
    assert refused.json()["insist"] == {"body": {"twin_is_fine": True}}
    insisted = program.post("/customers", twin | {"twin_is_fine": True})
    assert insisted.status_code == 201
    assert insisted.json()["id"] != first["id"]


def test_all_who_share_a_detail_are_twins_of_whom_the_first_are_named(program: Program) -> None:
    for number in range(22):
        make.customer(f"Desk {number:02}", phones=("+34900111222",))
    told = program.post("/customers", {"name": "Ana", "phones": ["900 111 222"]}).json()
    assert [one["name"] for one in told["twins"]] == [f"Desk {number:02}" for number in range(20)]
    assert (told["more_twins"], told["hidden_twins"]) == (2, 0)


@pytest.mark.parametrize("signs", ["-", "...", " / "])
def test_a_tax_number_of_signs_alone_makes_nobody_a_twin(program: Program, signs: str) -> None:
    without = make.customer("Ana")
    made = program.post("/customers", {"name": "Eva", "tax_id": signs})
    assert (made.status_code, made.json()["tax_id"]) == (201, "")
    batch = {"customers": [{"name": name, "tax_id": signs} for name in ("Iria", "Uxía")]}
    outcomes = program.post("/customers/batch", batch).json()["outcomes"]
    assert [one["result"] for one in outcomes] == ["created", "created"]
    without.refresh_from_db()
    assert without.name == "Ana"
    assert Customer.objects.count() == 4


def test_only_what_is_sent_changes(program: Program) -> None:
    made = program.post("/customers", ANA).json()
    path = f"/customers/{made['id']}"
    changed = program.patch(path, {"status": "current", "birth_date": None, "origin": ""}).json()
    wanted = {"status": "current", "birth_date": None, "origin": ""}
    different = {key for key in made if changed[key] != made[key]}
    assert different == {*wanted, "updated_at"}
    assert {key: changed[key] for key in wanted} == wanted
    assert program.patch(path, {"name": ""}).status_code == 422


def test_a_customer_is_deleted_but_not_its_purchases(program: Program) -> None:
    buyer, other = make.customer(), make.customer()
    make.order(buyer)
    kept = program.delete(f"/customers/{buyer.pk}")
    assert (kept.status_code, kept.json()["type"]) == (409, "urn:trato:problem:has-purchases")
    assert program.delete(f"/customers/{other.pk}").status_code == 204
    assert program.get(f"/customers/{other.pk}").status_code == 404


def test_lists_are_filtered_by_one_detail(program: Program) -> None:
    boss, team = make.user(), make.team()
    firm = make.customer("Ñandú S. L.", kind="organisation", team_id=team.pk)
    ana = make.customer(
        "Ana",
        status="lost",
        owner_id=boss.pk,
        tags=("vip",),
        emails=("ana@example.com",),
        phones=("+34600123456",),
        external_ids=(("erp", "7"), ("", "a:b")),
    )
    for query in (
        {"status": "lost"},
        {"owner": boss.pk},
        {"tag": "vip"},
        {"email": "ANA@example.com "},
        {"phone": "600 12 34 56"},
        {"external_id": "7"},
        {"external_id": "erp:7"},
        {"external_id": "a:b"},
        {"q": "ana"},
        {"filter": "tags.in=vip&status.in=lost"},
    ):
        assert ids(program.get("/customers", **query)) == [ana.pk], query
    assert ids(program.get("/customers", kind="organisation", q="nandu")) == [firm.pk]
    assert ids(program.get("/customers", team=team.pk)) == [firm.pk]
    assert ids(program.get("/customers", external_id="crm:7")) == []
    assert program.get("/customers", filter="amount.biggest=1").status_code == 422


def test_changes_since_a_moment_are_listed(program: Program) -> None:
    old, new = make.customer(), make.customer()
    later = make.NOW + timedelta(hours=1)
    chosen = Customer.objects.filter(pk=new.pk)
    change_together(chosen, field="status", value="lost", at=later, user=program.user)
    since = (make.NOW + timedelta(minutes=1)).isoformat()
    assert ids(program.get("/customers", updated_since=since)) == [new.pk]
    assert ids(program.get("/customers", order="updated_at")) == [old.pk, new.pk]


def test_the_figures_are_told_as_text(program: Program) -> None:
    who = make.customer()
    make.order(who, "1234.5")
    record_contact(
        who,
        Contact(kind="call", subject="Hi", at=make.NOW),
        recorded_at=make.NOW,
        user=program.user,
    )
    refresh_purchases([who.pk], as_of=make.NOW)
    figures = program.get(f"/customers/{who.pk}").json()["figures"]
    assert (figures["purchases"], figures["amount"]) == (1, "1234.50")


def test_an_external_id_is_created_then_overwritten(program: Program) -> None:
    path = "/customers/by-external-id/erp/C/7"
    created = program.put(path, {"name": "Ana", "origin": "shop"})
    same = program.put(path, {"name": "Ana María", "emails": ["ana@example.com"]})
    assert (created.status_code, same.status_code) == (201, 200)
    assert same.json()["id"] == created.json()["id"]
    assert (same.json()["name"], same.json()["origin"]) == ("Ana María", "shop")
    assert same.json()["external_ids"][0] | {"id": 0} == {"id": 0, "system": "erp", "value": "C/7"}
    assert (
        program.put(path, {"name": "Ana María"}).json()["updated_at"] == same.json()["updated_at"]
    )


def test_the_companys_own_numbers_have_no_system(program: Program) -> None:
    made = program.put("/customers/by-external-id/-/12346", {"name": "Ana"}).json()
    assert made["external_ids"][0]["system"] == ""


def test_a_new_external_id_with_a_twin_asks_what_to_do(program: Program) -> None:
    twin = make.customer("Ana", emails=("ana@example.com",))
    path, body = "/customers/by-external-id/erp/7", {"name": "A", "emails": ["ana@example.com"]}
    refused = program.put(path, body)
    assert refused.json()["twins"] == [{"id": twin.pk, "name": "Ana"}]
    completed = program.put(f"{path}?twins=update", body)
    assert (completed.status_code, completed.json()["id"]) == (200, twin.pk)
    assert completed.json()["name"] == "Ana"
    created = program.put("/customers/by-external-id/erp/8?twins=create", body)
    assert (created.status_code, created.json()["name"]) == (201, "A")


def test_a_batch_tells_what_became_of_each(program: Program) -> None:
    known = make.customer("Ana", external_ids=(("erp", "1"),))
    twin = make.customer("Eva", emails=("eva@example.com",))
    batch = [
        {"name": "Ana María", "external_ids": [{"system": "erp", "value": "1"}]},
        {"name": "Eva", "emails": ["eva@example.com"]},
        {"name": "Luz"},
    ]
    answer = program.post("/customers/batch", {"customers": batch}).json()["outcomes"]
    assert [one["result"] for one in answer] == ["updated", "unchanged", "created"]
    assert [one["customer_id"] for one in answer][:2] == [known.pk, twin.pk]
    assert answer[1]["twin_by"] == "email"
    refused = program.post("/customers/batch?twins=refuse", {"customers": batch[1:2]}).json()
    assert refused["outcomes"][0]["result"] == "refused"


def test_a_batch_with_an_error_writes_nothing(program: Program) -> None:
    batch = {"customers": [{"name": "Ana"}, {"name": "Eva", "phones": ["1"]}]}
    answer = program.post("/customers/batch", batch)
    assert answer.json()["errors"][0]["pointer"] == "#/customers/1/phones/0"
    assert not Customer.objects.exists()
    many = {"customers": [{"name": "Ana"}] * 1001}
    assert program.post("/customers/batch", many).status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "shown"),
    [
        ("emails", {"address": "NEW@example.com"}, {"address": "new@example.com"}),
        ("phones", {"number": "611 222 333"}, {"number": "+34611222333"}),
        ("addresses", {"city": "Lugo", "country": "Spain"}, {"city": "Lugo", "country": "ES"}),
        ("external-ids", {"system": "crm", "value": "9"}, {"system": "crm", "value": "9"}),
    ],
)
def test_ways_of_contact_come_and_go(
    program: Program, path: str, body: dict[str, str], shown: dict[str, str]
) -> None:
    customer = f"/customers/{program.post('/customers', ANA).json()['id']}"
    added = program.post(f"{customer}/{path}", body)
    assert added.status_code == 201
    assert shown.items() <= added.json().items()
    own = f"{customer}/{path}/{added.json()['id']}"
    if path != "external-ids":
        assert program.patch(own, {"is_primary": True}).json()["is_primary"]
        kept = program.get(customer).json()[path]
        assert [one["is_primary"] for one in kept].count(True) == 1
    assert program.delete(own).status_code == 204
    assert program.delete(own).status_code == 404


def test_a_contact_is_recorded_with_its_figures(program: Program) -> None:
    who = make.customer()
    path = f"/customers/{who.pk}/events"
    body = {
        "kind": "call",
        "subject": "Asked for prices",
        "body": "Wants 5 kg",
        "channel": "telephone",
    }
    event = program.post(path, body).json()
    assert (event["kind"], event["category"]) == ("call", "contact")
    assert event["payload"] == {"body": "Wants 5 kg"}
    assert event["actor_id"] == program.user.pk
    eventlog.drain(at=make.NOW)
    assert program.post(path, body | {"kind": EventKind.ORDER_PLACED}).status_code == 422


def test_the_time_line_is_filtered_and_paged(program: Program) -> None:
    who = make.customer()
    path = f"/customers/{who.pk}/events"
    for number in range(3):
        program.post(path, {"kind": "note", "subject": str(number), "at": "2026-01-01T00:00:00Z"})
    first = program.get(path, category="contact", limit=2).json()
    rest = program.get(path, category="contact", limit=2, cursor=first["next_cursor"]).json()
    assert [one["subject"] for one in first["items"] + rest["items"]] == ["2", "1", "0"]
    kinds = {
        one["kind"] for one in program.get(path, kind=["note", "customer_created"]).json()["items"]
    }
    assert kinds == {"note", "customer_created"}
