import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.api.program import Program
from trato.api.idempotency import KEPT, forget_old_answers
from trato.api.models import Answer
from trato.customers.models import Customer

KEY = {"Idempotency-Key": "order 7"}


def test_a_repeated_call_is_done_once(program: Program) -> None:
    first = program.post("/customers", {"name": "Ana"}, headers=KEY)
    second = program.post("/customers", {"name": "Ana"}, headers=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert Customer.objects.count() == 1


def test_a_key_belongs_to_one_call(program: Program) -> None:
    program.post("/customers", {"name": "Ana"}, headers=KEY)
    other = program.post("/customers", {"name": "Eva"}, headers=KEY)
    assert other.status_code == 422
    assert other.json()["type"].endswith("key-of-another-call")


def test_a_call_that_failed_may_be_repeated(program: Program) -> None:
    program.post("/customers", {"name": "Ana", "owner_id": 999_999}, headers=KEY)
    assert program.post("/customers", {"name": "Ana"}, headers=KEY).status_code == 201


def test_each_token_has_keys_of_its_own(program: Program) -> None:
    for caller in (program, Program()):
        caller.post("/tasks", {"title": "Call"}, headers=KEY)
    assert Answer.objects.count() == 2


def test_old_answers_are_forgotten(program: Program) -> None:
    program.post("/tasks", {"title": "Call"}, headers=KEY)
    assert forget_old_answers(at=timezone.now()) == 0
    assert forget_old_answers(at=timezone.now() + KEPT + timedelta(minutes=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_calls_at_the_same_time_are_done_once() -> None:
    program = Program()
    answers = []

    def call() -> None:
        answers.append(program.post("/customers", {"name": "Ana"}, headers=KEY))
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert Customer.objects.count() == 1
