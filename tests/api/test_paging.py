from typing import Any

import pytest

from tests import make
from tests.api.program import Program
from trato.kit.rest.paging import write_cursor

NAMES = ["Zoe", "ana", "Ángel", "Berta", "Ñusta", "ana", "Óscar"]


def every_page(program: Program, path: str, **query: Any) -> list[list[Any]]:
    pages, cursor = [], ""
    while cursor is not None:
        answer = program.get(path, limit=2, cursor=cursor, **query).json()
        pages.append(answer["items"])
        cursor = answer["next_cursor"]
    return pages


@pytest.mark.parametrize("order", ["id", "name", "updated_at"])
def test_each_customer_is_on_one_page(program: Program, order: str) -> None:
    made = [make.customer(name).pk for name in NAMES]
    pages = every_page(program, "/customers", order=order)
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert sorted(row["id"] for page in pages for row in page) == made


def test_names_are_sorted_without_their_accents(program: Program) -> None:
    for name in NAMES:
        make.customer(name)
    pages = every_page(program, "/customers", order="name")
    shown = [row["name"] for page in pages for row in page]
    assert shown == ["ana", "ana", "Ángel", "Berta", "Ñusta", "Óscar", "Zoe"]


def test_newcomers_move_nobody_to_another_page(program: Program) -> None:
    made = [make.customer(name).pk for name in NAMES]
    first = program.get("/customers", limit=4).json()
    make.customer("Aaron")
    second = program.get("/customers", limit=4, cursor=first["next_cursor"]).json()
    assert [row["id"] for row in first["items"] + second["items"]][: len(made)] == made


def test_orders_of_one_moment_are_told_apart(program: Program) -> None:
    who = make.customer()
    made = {make.order(who).pk for _ in range(5)}
    pages = every_page(program, "/orders")
    assert [row["id"] for page in pages for row in page] == sorted(made, reverse=True)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        write_cursor(["id"]),
        write_cursor(["sort_key,id", "a", 1]),
        write_cursor(["id", "a"]),
        write_cursor(["id", None]),
        write_cursor(["id", {}]),
        write_cursor(["id", "\0"]),
        write_cursor([]),
        write_cursor([[]] * 3),
    ],
)
def test_a_cursor_that_we_did_not_write_is_refused(program: Program, cursor: str) -> None:
    answer = program.get("/customers", cursor=cursor)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "cursor_unknown"
