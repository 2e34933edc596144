"""A parameter that nobody knows is refused; it never leaves the whole list behind."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import make
from tests.api.operations import Operation, operations
from tests.api.program import ROOT, Program
from tests.api.test_problems import assert_problem, errors_of
from trato.customers.models import Customer

HEAD = "There is no such parameter here. There are: "


READING = [one for one in operations() if one.method == "GET"]
VALID = {"product": "P1"}


def names_of(operation: Operation) -> set[str]:
    return {one["name"] for one in operation.details["parameters"] if one["in"] == "query"}


@pytest.mark.django_db
@pytest.mark.parametrize("operation", READING, ids=str)
def test_nothing_that_is_read_passes_over_a_parameter(operation: Operation) -> None:
    known = names_of(operation)
    query = {name: value for name, value in VALID.items() if name in known} | {"fliter": "x"}
    answer = Program().call("GET", operation.address(kind="orders"), query=query)
    [wrong] = assert_problem(answer, 422, "invalid")["errors"]
    assert wrong["parameter"] == "fliter"
    if known:
        assert set(wrong["detail"].removeprefix(HEAD).rstrip(".").split(", ")) == known
    else:
        assert wrong["code"] == "parameter_needless"


@pytest.mark.django_db
def test_the_unknown_one_is_named_with_those_there_are_in_the_language_of_the_call() -> None:
    answer = Program(language="es").get("/tokens", pagesize=2, limt=3)
    assert assert_problem(answer, 422, "invalid")["errors"] == [
        {
            "code": "parameter_unknown",
            "detail": "Aquí no hay ningún parámetro con ese nombre. Hay: cursor, limit.",
            "parameter": name,
        }
        for name in ("pagesize", "limt")
    ]


def test_what_takes_no_parameter_says_so(program: Program) -> None:
    who = make.customer()
    refused = program.get(f"/customers/{who.pk}", fields="name")
    assert errors_of(refused) == {"fields": "parameter_needless"}


def test_nothing_is_written_beside_an_unknown_parameter(program: Program) -> None:
    address = "/customers/by-external-id/shop/7?twin=create"
    assert errors_of(program.put(address, {"name": "Ana"})) == {"twin": "parameter_unknown"}
    assert not Customer.objects.exists()


def test_a_parameter_sent_twice_is_refused_unless_it_is_a_list(program: Program) -> None:
    who = make.customer()
    make.order(who)
    twice = program.client.get(f"{ROOT}/customers?status=current&status=lost")
    assert errors_of(twice) == {"status": "parameter_repeated"}
    assert program.client.get(f"{ROOT}/suggestions?product=P1&product=P1").status_code == 200


def test_a_field_of_a_form_that_nobody_knows_is_refused(program: Program) -> None:
    file = SimpleUploadedFile("f.csv", b"name\nAna\n")
    refused = program.client.post(f"{ROOT}/imports", {"knid": "customers", "file": file})
    assert errors_of(refused) == {"#/knid": "parameter_unknown"}


@pytest.mark.django_db
def test_who_has_no_token_is_told_nothing_else(client: Client) -> None:
    assert_problem(client.get(f"{ROOT}/customers?page=2"), 401, "unauthenticated")
