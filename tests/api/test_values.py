"""What can be misread is refused: counts for dates, `true` for an id, nothing for a filter."""

from typing import Any

import pytest

from tests import make
from tests.api.program import Program
from tests.api.test_problems import errors_of
from trato.customers.models import Customer


@pytest.mark.parametrize("count", [0, 86400, 1.5, "1700000000", "20260331", "1700000000.5", True])
def test_a_date_is_written_never_counted(program: Program, count: Any) -> None:
    """Seconds and milliseconds since 1970 look alike."""
    born = program.post("/customers", {"name": "Ana", "birth_date": count})
    assert errors_of(born) == {"#/birth_date": "date_type"}
    since = program.post("/customers", {"name": "Ana", "since": count})
    assert errors_of(since) == {"#/since": "datetime_type"}
    assert not Customer.objects.exists()


def test_parameters_are_not_counted_either(program: Program) -> None:
    assert errors_of(program.get("/orders", ordered_from="1700000000")) == {
        "ordered_from": "datetime_type"
    }
    assert errors_of(program.get("/tasks", due_until="86400")) == {"due_until": "date_type"}
    assert errors_of(program.get("/costs", month_from="0")) == {"month_from": "date_type"}
    address = "/exchange-rates/USD/1700000000"
    assert errors_of(program.put(address, {"rate": "1"})) == {"day": "date_type"}


@pytest.mark.parametrize("day", ["0001-01-01", "1799-12-31", "2201-01-01", "9999-12-31"])
def test_a_year_out_of_reach_is_refused(program: Program, day: str) -> None:
    born = program.post("/customers", {"name": "Ana", "birth_date": day})
    due = program.post("/tasks", {"title": "Call", "due_on": day})
    assert errors_of(born) == {"#/birth_date": "date_out_of_range"}
    assert errors_of(due) == {"#/due_on": "date_out_of_range"}


@pytest.mark.parametrize("day", ["1800-01-01", "2026-03-31", "2026-03-31T00:00:00", "2200-12-31"])
def test_a_date_within_reach_is_taken(program: Program, day: str) -> None:
    born = program.post("/customers", {"name": "Ana", "birth_date": day})
    assert born.json()["birth_date"] == day[:10]


def test_true_is_no_number(program: Program) -> None:
    assert errors_of(program.post("/customers", {"name": "Ana", "owner_id": True})) == {
        "#/owner_id": "int_type"
    }
    assert errors_of(program.patch("/customer-base/rules", {"active_days": True})) == {
        "#/active_days": "int_type"
    }
    tier = {"code": "P1", "name": "Tea", "quality_tier": True}
    assert errors_of(program.post("/products", tier)) == {"#/quality_tier": "int_type"}
    team = {"name": "North", "member_ids": [True]}
    assert errors_of(program.post("/teams", team)) == {"#/member_ids/0": "int_type"}


@pytest.mark.parametrize(
    ("written", "price"),
    [("12.5", "12.50"), (" 12 ", "12.00"), ("1e2", "100.00"), (".5", "0.50"), (12.5, "12.50")],
)
def test_amounts_are_taken_as_programs_write_them(
    program: Program, written: Any, price: str
) -> None:
    made = program.post("/products", {"code": "P1", "name": "Tea", "price": written})
    assert made.json()["price"] == price


@pytest.mark.parametrize("written", ["1_0", "１２", "٣", "1,5", "", ".", "e2", "1 000", "0x10"])
def test_amounts_in_other_scripts_are_not_guessed(program: Program, written: str) -> None:
    made = program.post("/products", {"code": "P1", "name": "Tea", "price": written})
    assert errors_of(made) == {"#/price": "decimal_parsing"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        *(("/customers", name) for name in ("tag", "email", "phone", "external_id", "q", "filter")),
        *(("/orders", name) for name in ("number", "channel", "filter")),
        *(("/products", name) for name in ("q", "code", "brand", "filter")),
        ("/categories", "path"),
    ],
)
@pytest.mark.parametrize("nothing", ["", " "])
def test_an_empty_filter_is_not_the_whole_list(
    program: Program, path: str, name: str, nothing: str
) -> None:
    """Who asks for the customer of an e-mail that is empty would get somebody else."""
    answer = program.call("GET", path, query={name: nothing})
    assert errors_of(answer) == {name: "string_too_short"}


def test_an_empty_cursor_is_the_beginning(program: Program) -> None:
    who = make.customer()
    assert [one["id"] for one in program.get("/customers", cursor="").json()["items"]] == [who.pk]


@pytest.mark.parametrize(
    ("filter_", "part"),
    [
        ("q=ana&amount.more=1", "q"),
        ("sort=name", "sort"),
        ("amount.more=1&view=3", "view"),
        ("&", "&"),
        ("amount.more=x", "amount.more"),
    ],
)
def test_what_is_no_filter_is_not_passed_over(program: Program, filter_: str, part: str) -> None:
    answer = program.get("/customers", filter=filter_)
    assert errors_of(answer) == {"filter": "filter_unknown"}
    assert answer.json()["errors"][0]["detail"].endswith(f": {part}")


def test_more_filters_than_a_list_takes_are_refused(program: Program) -> None:
    many = "&".join(f"amount.more={amount}" for amount in range(31))
    answer = program.get("/customers", filter=many)
    assert errors_of(answer) == {"filter": "too_long"}
    assert answer.json()["errors"][0]["detail"] == "It must have 30 items at most."


def test_filters_of_a_page_are_taken_with_what_is_empty_beside_them(program: Program) -> None:
    assert program.get("/customers", filter="?q=&sort=&amount.more=1").status_code == 200
