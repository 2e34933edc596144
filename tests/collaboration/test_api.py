import pytest

from tests import make
from tests.api.program import Program
from trato.customers.models import Event, EventKind
from trato.identity.rules import Role, Visibility


@pytest.fixture
def program(db: None) -> Program:
    return Program()


def test_a_task_is_given_done_once_and_reopened(program: Program) -> None:
    who = make.customer()
    body = {"title": "Call back", "kind": "call", "customer_id": who.pk, "due_on": "2026-03-01"}
    task = program.post("/tasks", body).json()
    assert body.items() <= task.items()
    assert task["assignee_id"] == task["created_by_id"] == program.user.pk
    path = f"/tasks/{task['id']}"
    for _ in range(2):
        assert program.patch(path, {"done": True}).json()["done_at"]
    assert Event.objects.filter(kind=EventKind.TASK_DONE).count() == 1
    assert program.patch(path, {"done": False}).json()["done_at"] is None
    assert program.delete(path).status_code == 204
    assert program.get(path).status_code == 404


def test_a_task_is_put_off_reworded_and_given_to_another(program: Program) -> None:
    colleague = make.user()
    path = f"/tasks/{program.post('/tasks', {'title': 'Call'}).json()['id']}"
    body = {"title": "Visit", "kind": "visit", "due_on": "2026-12-01", "assignee_id": colleague.pk}
    assert body.items() <= program.patch(path, body).json().items()
    emptied = program.patch(path, {"due_on": None, "assignee_id": None}).json()
    assert (emptied["due_on"], emptied["assignee_id"], emptied["title"]) == (None, None, "Visit")
    assert program.patch(path, {"assignee_id": 999_999}).status_code == 422


def test_tasks_are_filtered(program: Program) -> None:
    who, colleague = make.customer(), make.user()
    first = program.post("/tasks", {"title": "A", "due_on": "2026-03-01"}).json()["id"]
    body = {"title": "B", "customer_id": who.pk, "assignee_id": colleague.pk}
    second = program.post("/tasks", body).json()["id"]
    program.patch(f"/tasks/{second}", {"done": True})
    for query, found in (
        ({}, [first, second]),
        ({"customer": who.pk}, [second]),
        ({"assignee": colleague.pk}, [second]),
        ({"done": "false"}, [first]),
        ({"done": "true"}, [second]),
        ({"due_until": "2026-03-01"}, [first]),
        ({"due_until": "2026-02-28"}, []),
    ):
        rows = program.get("/tasks", **query).json()["items"]
        assert [row["id"] for row in rows] == found, query


@pytest.mark.django_db
def test_a_task_is_about_a_customer_in_sight() -> None:
    seller = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    answer = seller.post("/tasks", {"title": "A", "customer_id": make.customer().pk})
    assert answer.json()["errors"][0]["code"] == "customer_unknown"
    answer = seller.post("/tasks", {"title": "A", "assignee_id": 999_999})
    assert answer.json()["errors"][0]["code"] == "user_unknown"
