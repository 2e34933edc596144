from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import HTMX, events, leads_to, signed_in, words
from trato.collaboration.actions import create_task
from trato.collaboration.models import Task
from trato.customers.models import Customer
from trato.identity.models import User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make.user(Role.SELLER, visibility="own", name="Óscar")


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


def task(title: str, by: User, *, to: User | None = None, days: int | None = None) -> Task:
    return create_task(
        title=title,
        kind="task",
        customer=None,
        assignee=to,
        due_on=None if days is None else make.today() + timedelta(days=days),
        at=timezone.now(),
        user=by,
    )


def test_quick_add_gives_the_task_to_oneself(client: Client, user: User) -> None:
    form = client.get("/tasks/new/", headers=HTMX)
    assert b"<html" not in form.content
    data = {"title": "Call", "kind": "call", "due_on": "2026-12-01", "assignee": user.pk}
    answer = client.post("/tasks/new/", data, headers=HTMX)
    assert "tasks:changed" in events(answer)
    made = Task.objects.get()
    assert (made.assignee, made.created_by, made.due_on) == (user, user, date(2026, 12, 1))


def test_a_task_without_words_is_refused(client: Client) -> None:
    assert client.post("/tasks/new/", {"kind": "task"}).status_code == 422
    assert not Task.objects.exists()


def test_a_task_of_a_customer_leads_back_to_its_page(client: Client, user: User) -> None:
    ana = make.customer("Ana", owner_id=user.pk)
    assert "New task with Ana" in words(client.get(f"/tasks/new/?customer={ana.pk}"))
    data = {"title": "Call", "kind": "call", "customer": ana.pk, "next": f"/customers/{ana.pk}/"}
    assert leads_to(client.post("/tasks/new/", data)) == f"/customers/{ana.pk}/"
    assert Task.objects.get().customer == ana


def test_nobody_is_led_away_from_trato(client: Client) -> None:
    data = {"title": "Call", "kind": "call", "next": "https://evil.example/"}
    assert leads_to(client.post("/tasks/new/", data)) == "/tasks/"


def test_a_word_to_go_on_to_is_no_name_of_a_page(client: Client) -> None:
    data = {"title": "Call", "kind": "call", "next": "nowhere"}
    assert client.post("/tasks/new/", data).status_code == 302


@pytest.mark.parametrize("word", ["0", "x", "9" * 30])
def test_a_customer_that_one_may_not_see_gets_no_task(client: Client, word: str) -> None:
    secret = make.customer("Secret")
    for value in (word, secret.pk):
        data = {"title": "Spy", "kind": "task", "customer": value}
        assert client.get(f"/tasks/new/?customer={value}").status_code == 404
        assert client.post("/tasks/new/", data).status_code == 404
    assert not Task.objects.exists()


def test_the_list_is_mine_all_or_overdue(client: Client, user: User) -> None:
    other = make.user(name="Marta")
    task("Mine", user, to=user, days=1)
    task("Given", user, to=other, days=-2)
    task("Late", user, to=user, days=-1)
    task("Not mine", other, to=other)

    def listed(show: str) -> set[str]:
        page = words(client.get(f"/tasks/?show={show}"))
        return {title for title in ("Mine", "Given", "Late", "Not mine") if f" {title} " in page}

    assert "Late" in words(client.get("/tasks/"))
    assert listed("mine") - {"Mine"} == {"Late"}
    assert listed("all") >= {"Given", "Late"}
    assert "Given" in listed("overdue")
    assert "Not mine" not in listed("all")


def test_late_ones_come_first_under_their_heading(client: Client, user: User) -> None:
    task("Some day", user, to=user)
    task("Next", user, to=user, days=3)
    task("Yesterday's", user, to=user, days=-1)
    page = words(client.get("/tasks/?show=mine"))
    assert "Overdue 1 Yesterday's" in page
    assert page.index("Next seven days") < page.index("Without a date")


def test_done_is_told_and_can_be_taken_back(client: Client, user: User) -> None:
    ana = make.customer("Ana", owner_id=user.pk)
    one = task("Call", user, to=user)
    Task.objects.update(customer=ana)
    answer = client.post(f"/tasks/{one.pk}/done/", headers=HTMX)
    assert f'"undo": "/tasks/{one.pk}/reopen/"' in events(answer)
    assert "customer:changed" in events(answer)
    one.refresh_from_db()
    assert one.done_at is not None
    assert "Call" in words(client.get("/tasks/?show=done"))
    assert "Task done Call Óscar" in words(client.get(f"/customers/{ana.pk}/"))
    client.post(f"/tasks/{one.pk}/reopen/")
    one.refresh_from_db()
    assert one.done_at is None


def test_a_task_can_be_deleted(client: Client, user: User) -> None:
    one = task("Call", user, to=user)
    assert leads_to(client.post(f"/tasks/{one.pk}/delete/")) == "/tasks/"
    assert not Task.objects.exists()


@pytest.mark.parametrize("verb", ["done", "reopen", "delete"])
def test_tasks_of_others_are_not_there(client: Client, verb: str) -> None:
    other = make.user(Role.SELLER)
    one = task("Secret", other, to=other)
    assert client.post(f"/tasks/{one.pk}/{verb}/").status_code == 404
    assert client.get(f"/tasks/{one.pk}/{verb}/").status_code == 405


def test_a_reader_has_no_tasks() -> None:
    reader = signed_in(make.user(Role.READER))
    for path in ("/tasks/", "/tasks/new/"):
        assert reader.get(path).status_code == 404


def test_long_lists_have_pages(client: Client, user: User) -> None:
    customer: Customer | None = None
    Task.objects.bulk_create(
        Task(
            title=f"Task {number:03}",
            customer=customer,
            assignee=user,
            created_by=user,
            created_at=timezone.now(),
            due_on=make.today(),
        )
        for number in range(101)
    )
    first: Any = client.get("/tasks/")
    assert "Task 099" in words(first)
    assert "Task 100" not in words(first)
    assert "Task 100" in words(client.get(f"/tasks/{first.context['older']}"))


def download(client: Client, query: str) -> str:
    answer: Any = client.get(f"/tasks/export/?{query}")
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_list_that_is_shown_is_exported() -> None:
    marta, ana = make.user(Role.MARKETER, name="Marta"), make.user(name="Ana")
    client = signed_in(marta)
    task("Some day", marta, to=marta)
    task("Call", marta, to=marta, days=3)
    task("Late", ana, to=ana, days=-1)
    assert "/tasks/export/?format=xlsx&amp;show=mine" in client.get("/tasks/").content.decode()
    mine = [row.split(",")[0] for row in download(client, "format=csv&show=mine").splitlines()]
    assert mine == ["What is to be done", "Call", "Some day"]
    assert "Late,Task,," in (late := download(client, "format=csv&show=overdue"))
    assert ",Ana,Ana," in late
    assert "Call" not in late


def test_a_file_has_no_task_that_one_may_not_see() -> None:
    foreign = make.user()
    task("Secret", foreign, to=foreign)
    client = signed_in(make.user(Role.MARKETER, visibility="own"))
    assert "Secret" not in download(client, "format=csv&show=all")


def test_a_task_like_a_formula_does_nothing_in_a_spreadsheet() -> None:
    marta = make.user(Role.MARKETER)
    task("=HYPERLINK(A1)", marta, to=marta)
    assert "'=HYPERLINK(A1)" in download(signed_in(marta), "format=csv")


def test_who_may_not_export_has_neither_menu_nor_file(client: Client, user: User) -> None:
    task("Call", user, to=user)
    assert "/tasks/export/" not in client.get("/tasks/").content.decode()
    assert client.get("/tasks/export/?format=csv").status_code == 404


def test_tasks_are_not_imported_so_no_file_says_so() -> None:
    marta = make.user(Role.MARKETER)
    task("Call", marta, to=marta)
    client = signed_in(marta)
    assert "To import again" not in words(client.get("/tasks/"))
    assert client.get("/tasks/export/?format=canonical").status_code == 404


def test_an_empty_list_says_what_it_is_for(client: Client) -> None:
    assert "Nothing to do" in words(client.get("/tasks/"))
    assert "Nothing is late" in words(client.get("/tasks/?show=overdue"))
    assert "Nothing to do" in words(client.get("/tasks/?show=nonsense&page=x"))


def test_a_task_is_changed_in_a_dialog(client: Client, user: User) -> None:
    own, other = task("Call", user, to=user), make.user(name="Ana")
    assert "Call" in client.get(f"/tasks/{own.pk}/edit/", headers=HTMX).content.decode()
    data = {"title": "Visit", "kind": "visit", "due_on": "2026-12-01", "assignee": other.pk}
    answer = client.post(f"/tasks/{own.pk}/edit/", data, headers=HTMX)
    own.refresh_from_db()
    assert "tasks:changed" in events(answer)
    assert (own.title, own.due_on, own.assignee) == ("Visit", date(2026, 12, 1), other)


def test_a_task_of_somebody_who_left_can_be_changed(client: Client, user: User) -> None:
    gone = make.user(name="Ana")
    own = task("Call", user, to=gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    data = {"title": "Visit", "kind": "task", "assignee": gone.pk}
    assert client.post(f"/tasks/{own.pk}/edit/", data).status_code == 302


def test_a_task_is_put_off(client: Client, user: User) -> None:
    late = task("Call", user, to=user, days=-3)
    client.post(f"/tasks/{late.pk}/postpone/7/")
    late.refresh_from_db()
    assert late.due_on == make.today() + timedelta(days=7)
    assert client.post(f"/tasks/{late.pk}/postpone/9999999/").status_code == 404


def test_the_task_of_a_stranger_is_not_changed(client: Client) -> None:
    foreign = task("Call", make.user())
    for step in ("edit", "postpone/1"):
        assert client.post(f"/tasks/{foreign.pk}/{step}/", {"title": "x"}).status_code == 404


def test_who_changed_a_task_is_told(client: Client, user: User) -> None:
    client.post("/tasks/new/", {"title": "Call", "kind": "call", "due_on": "2026-12-01"})
    task = Task.objects.get()
    given = {"title": "Call again", "kind": "call", "due_on": "2026-12-01", "assignee": user.pk}
    client.post(f"/tasks/{task.pk}/edit/", given)
    client.post(f"/tasks/{task.pk}/done/")
    page = words(client.get(f"/tasks/{task.pk}/edit/"))
    assert f"{user.name} What: Call → Call again" in page
    assert f"{user.name} Done: " in page


def test_who_wrote_a_task_down_is_told(client: Client, user: User) -> None:
    client.post("/tasks/new/", {"title": "Call", "kind": "call"})
    task = Task.objects.get()
    client.post(f"/tasks/{task.pk}/edit/", {"title": "Call again", "kind": "call"})
    page = words(client.get(f"/tasks/{task.pk}/edit/"))
    assert f"{user.name} Created: Call" in page
    assert "Created: Call again" not in page
