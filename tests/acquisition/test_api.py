import pytest

from tests import make
from tests.api.program import Program
from trato.acquisition.models import Cost
from trato.identity.rules import Role

MARCH = {"month": "2026-03-17", "source": "Web", "amount": "120.5"}


@pytest.fixture
def program(db: None) -> Program:
    return Program()


def test_a_cost_is_written_down_once(program: Program) -> None:
    made = program.post("/costs", MARCH)
    assert made.status_code == 201
    told = made.json()
    assert (told["month"], told["amount"], told["currency"]) == ("2026-03-01", "120.50", "EUR")
    assert program.get(f"/costs/{told['id']}").json() == told
    assert program.post("/costs", MARCH).status_code == 409


def test_put_corrects_what_is_known(program: Program) -> None:
    assert program.put("/costs", MARCH).status_code == 201
    again = program.put("/costs", MARCH | {"amount": 80})
    assert (again.status_code, again.json()["amount"]) == (200, "80.00")
    assert Cost.objects.count() == 1


def test_costs_are_found_by_month_and_source(program: Program) -> None:
    for month, source in (("2026-01-01", "Web"), ("2026-02-01", "Web"), ("2026-02-01", "")):
        program.post("/costs", MARCH | {"month": month, "source": source})
    found = program.get("/costs?month_from=2026-02-15&source=Web").json()["items"]
    assert [(one["month"], one["source"]) for one in found] == [("2026-02-01", "Web")]
    assert len(program.get("/costs?source=").json()["items"]) == 1


def test_a_cost_is_changed_and_deleted(program: Program) -> None:
    first = program.post("/costs", MARCH).json()
    other = program.post("/costs", MARCH | {"month": "2026-04-01"}).json()
    changed = program.patch(f"/costs/{first['id']}", {"note": "paid"}).json()
    assert (changed["note"], changed["amount"]) == ("paid", "120.50")
    assert program.patch(f"/costs/{other['id']}", {"month": "2026-03-02"}).status_code == 422
    assert program.delete(f"/costs/{first['id']}").status_code == 204
    assert program.get(f"/costs/{first['id']}").status_code == 404


@pytest.mark.parametrize("wrong", [{"amount": "-1"}, {"month": "0001-01-01"}, {"colour": "red"}])
def test_what_cannot_be_a_cost_is_refused(program: Program, wrong: dict[str, str]) -> None:
    assert program.post("/costs", MARCH | wrong).status_code == 422


def test_the_stranger_finds_nothing(program: Program) -> None:
    made = program.post("/costs", MARCH).json()
    stranger = Program(make.user(Role.SELLER))
    assert stranger.get(f"/costs/{made['id']}").status_code == 404
    assert stranger.post("/costs", MARCH).status_code == 403
    analyst = Program(make.user(Role.ANALYST))
    assert analyst.get("/costs").status_code == 200
    assert analyst.patch(f"/costs/{made['id']}", {"note": "x"}).status_code == 403
