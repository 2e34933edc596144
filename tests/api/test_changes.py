"""Histories as programs read them: who, when, before, after."""

from datetime import date
from typing import Any

import pytest

from tests import make
from tests.api.program import Program
from trato.customers.actions import save_custom_field
from trato.identity.models import User
from trato.identity.rules import Role, Visibility

SAID = ("field", "before_text", "after_text")
FIELDS = {"at", "user_id", "user", "part", "record", "name", "before", "after", *SAID}


@pytest.fixture
def ana(db: None) -> User:
    return make.user(name="Ana")


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


def items(program: Program, path: str) -> list[dict[str, Any]]:
    answer = program.get(f"{path}/changes")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["items"]
    assert all(one.keys() == FIELDS for one in found)
    return found


def short(program: Program, path: str) -> list[tuple[str, Any, Any]]:
    return [(one["name"], one["before"], one["after"]) for one in items(program, path)]


def said(program: Program, path: str) -> list[tuple[str, str, str]]:
    return [(one["name"], one["before_text"], one["after_text"]) for one in items(program, path)]


def test_a_change_of_a_customer_says_who_when_before_and_after(program: Program) -> None:
    who = make.customer("Ana", origin="Fair")
    path = f"/customers/{who.pk}"
    program.patch(path, {"origin": "Web"})
    [told] = items(program, path)
    assert told["at"].endswith("Z")
    del told["at"]
    assert told == {
        "user_id": program.user.pk,
        "user": "Ana",
        "part": "",
        "record": "Ana",
        "name": "origin",
        "before": "Fair",
        "after": "Web",
        "field": "Origin",
        "before_text": "Fair",
        "after_text": "Web",
    }


def test_values_are_those_that_programs_send_and_get_whatever_the_language(ana: User) -> None:
    program = Program(ana, language="es")
    for label, kind, options in (
        ("Terrace", "flag", []),
        ("Seats", "number", []),
        ("Opened", "date", []),
        ("Roasts", "choices", ["Dark", "Light"]),
    ):
        save_custom_field(None, label=label, type_=kind, options=options)
    who, eva = make.customer("Eva", birth_date=date(1990, 2, 1)), make.user(name="Eva")
    path = f"/customers/{who.pk}"
    told = {
        "birth_date": "1990-01-31",
        "owner_id": eva.pk,
        "tags": ["vip"],
        "status": "lost",
        "custom": {"terrace": True, "seats": 12.5, "opened": "2026-03-31", "roasts": ["Dark"]},
    }
    answer = program.patch(path, told)
    assert answer.status_code == 200, answer.content
    custom = {f"custom.{name}": value for name, value in answer.json()["custom"].items()}
    after = {one["name"]: one["after"] for one in items(program, path)}
    assert after == {name: answer.json()[name] for name in told if name != "custom"} | custom
    before = {one["name"]: one["before"] for one in items(program, path)}
    assert before["birth_date"] == "1990-02-01"
    assert (before["owner_id"], before["tags"], before["custom.seats"]) == (None, [], None)
    words = {name: after for name, _before, after in said(program, path)}
    assert words["birth_date"] == "31 ene 1990"
    assert (words["owner_id"], words["custom.terrace"]) == ("Eva", "Sí")


def test_the_newest_change_comes_first_in_the_language_of_the_call(ana: User) -> None:
    who, program = make.customer("Eva", status="potential"), Program(ana, language="es")
    path = f"/customers/{who.pk}"
    program.patch(path, {"name": "Eva R."})
    program.patch(path, {"name": "Eva Ruiz"})
    assert [one["after"] for one in items(program, path)] == ["Eva Ruiz", "Eva R."]
    assert items(program, path)[0]["field"] == "Nombre"


def test_what_hangs_on_a_customer_is_told_with_it(program: Program) -> None:
    save_custom_field(None, label="Terrace", type_="flag", options=[])
    who = make.customer("Eva")
    path = f"/customers/{who.pk}"
    program.patch(path, {"custom": {"terrace": True}})
    email = program.post(f"{path}/emails", {"address": "eva@example.com"}).json()["id"]
    program.delete(f"{path}/emails/{email}")
    program.post("/tasks", {"title": "Call", "customer_id": who.pk})
    found = {
        (one["part"], one["name"], one["before_text"], one["after_text"])
        for one in items(program, path)
    }
    assert found >= {
        ("", "custom.terrace", "", "Yes"),
        ("E-mail", "", "", "eva@example.com"),
        ("E-mail", "", "eva@example.com", ""),
        ("Task", "", "", "Call"),
    }
    [gone] = [one["before"] for one in items(program, path) if one["before_text"].startswith("eva")]
    assert gone == {"customer_id": who.pk, "address": "eva@example.com", "label": ""} | {
        "is_primary": True
    }
    [task] = [one["after"] for one in items(program, path) if one["part"] == "Task"]
    assert (task["title"], task["customer_id"], task["due_on"]) == ("Call", who.pk, None)


def test_an_order_tells_its_fields_and_its_lines(program: Program) -> None:
    order = make.order(make.customer(), status="pending")
    path = f"/orders/{order.pk}"
    line = {"product": "P1", "quantity": "3", "unit_price": "10"}
    program.patch(path, {"store": "Lugo", "lines": [line]})
    found = {
        (one["part"], one["name"], one["before"], one["after"]) for one in items(program, path)
    }
    assert {
        ("", "store", "", "Lugo"),
        ("", "total", "10.00", "30.00"),
        ("P1", "quantity", "1", "3"),
    } <= found


def test_a_line_that_came_or_went_is_told_whole(program: Program) -> None:
    order = make.order(make.customer(), status="pending")
    old, path = order.lines.get().product_id, f"/orders/{order.pk}"
    new = program.post("/products", {"code": "P2", "name": "Tea"}).json()["id"]
    program.patch(path, {"lines": [{"product": "P2", "quantity": "1.5", "unit_price": "10"}]})
    found = {one["part"]: (one["before"], one["after"]) for one in items(program, path)}
    line = {"unit_price": "10.00", "discount": "0.00", "tax": "0.00"}
    assert found["P1"] == (line | {"product_id": old, "quantity": "1"}, None)
    assert found["Tea"] == (None, line | {"product_id": new, "quantity": "1.5"})


def test_a_product_tells_its_prices_too(program: Program) -> None:
    made = program.post("/products", {"code": "T", "name": "Tea", "price": "10"}).json()
    path = f"/products/{made['id']}"
    program.patch(path, {"price": "12", "brand": "Sol"})
    assert set(short(program, path)) == {("price", "10.00", "12.00"), ("brand", "", "Sol")}
    assert ("price", "€10.00", "€12.00") in said(program, path)


def test_a_task_tells_who_wrote_it_down(program: Program) -> None:
    made = program.post("/tasks", {"title": "Call"}).json()
    path = f"/tasks/{made['id']}"
    program.patch(path, {"title": "Call again"})
    assert set(said(program, path)) == {("", "", "Call"), ("title", "Call", "Call again")}
    assert {one["user"] for one in items(program, path)} == {"Ana"}


def test_a_category_tells_who_made_and_renamed_it(program: Program) -> None:
    made = program.post("/categories", {"name": "Tea"}).json()
    path = f"/categories/{made['id']}"
    program.patch(path, {"name": "Teas"})
    assert short(program, path) == [
        ("name", "Tea", "Teas"),
        ("", None, {"name": "Tea", "parent_id": None}),
    ]
    assert said(program, path)[-1] == ("", "", "Tea")
    assert {one["user"] for one in items(program, path)} == {"Ana"}


def test_rates_tell_who_set_and_deleted_them(program: Program) -> None:
    address = "/exchange-rates/USD/2026-01-01"
    program.put(address, {"rate": "0.9"})
    program.put(address, {"rate": "0.8"})
    program.delete(address)
    rate = {"currency": "USD", "date": "2026-01-01"}
    assert short(program, "/exchange-rates") == [
        ("", rate | {"rate": "0.8"}, None),
        ("rate", "0.9", "0.8"),
        ("", None, rate | {"rate": "0.9"}),
    ]
    assert said(program, "/exchange-rates") == [
        ("", "1 USD = 0.80 (Thursday, January 1, 2026)", ""),
        ("rate", "0.9", "0.8"),
        ("", "", "1 USD = 0.90 (Thursday, January 1, 2026)"),
    ]


def test_users_teams_the_company_and_own_fields_have_histories(program: Program) -> None:
    eva = make.user(Role.READER, name="Eva")
    team = program.post("/teams", {"name": "North", "member_ids": [eva.pk]}).json()
    program.patch(f"/teams/{team['id']}", {"name": "South"})
    program.patch(f"/users/{eva.pk}", {"role": "agent"})
    program.patch("/company", {"name": "Café"})
    field = save_custom_field(None, label="Terrace", type_="flag", options=[])
    program.patch(f"/custom-fields/{field.pk}", {"label": "Garden"})
    assert set(short(program, f"/teams/{team['id']}")) == {
        ("name", "North", "South"),
        ("user_id", None, eva.pk),
    }
    assert set(short(program, f"/users/{eva.pk}")) == {
        ("role", "reader", "agent"),
        ("team_id", None, team["id"]),
    }
    assert ("role", "Reader", "Service agent") in said(program, f"/users/{eva.pk}")
    assert short(program, "/company") == [("name", "Trato", "Café")]
    assert short(program, f"/custom-fields/{field.pk}") == [("label", "Terrace", "Garden")]


def test_moments_are_told_in_utc_and_as_text_by_the_clocks_of_the_company(program: Program) -> None:
    order = make.order(make.customer(), status="pending")
    program.patch(f"/orders/{order.pk}", {"ordered_at": "2026-07-01T22:30:00Z"})
    [told] = items(program, f"/orders/{order.pk}")
    assert (told["name"], told["after"]) == ("ordered_at", "2026-07-01T22:30:00Z")
    assert "12:30" in told["after_text"]


@pytest.mark.django_db
def test_a_history_asks_for_what_its_page_asks_for() -> None:
    boss = Program()
    tea = boss.post("/categories", {"name": "Tea"}).json()["id"]
    field = save_custom_field(None, label="Terrace", type_="flag", options=[]).pk
    seller = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    for path, permission in {
        f"/users/{boss.user.pk}": "users.manage",
        f"/teams/{make.team().pk}": "users.manage",
        "/company": "company.manage",
        "/exchange-rates": "company.manage",
        "/customer-base/rules": "fields.manage",
        f"/custom-fields/{field}": "fields.manage",
        f"/categories/{tea}": "catalog.change",
    }.items():
        answer = seller.get(f"{path}/changes")
        assert (answer.status_code, answer.json()["permission"]) == (403, permission)
        assert boss.get(f"{path}/changes").status_code == 200
