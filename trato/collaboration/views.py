from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trato.collaboration.actions import (
    change_task,
    create_task,
    delete_task,
    finish_task,
    reopen_task,
)
from trato.collaboration.forms import TaskForm
from trato.collaboration.listing import task_list
from trato.collaboration.models import Task
from trato.collaboration.queries import LISTS, listed_tasks, task_changes, task_page
from trato.customers.models import Customer
from trato.identity.access import UserRequest, requires
from trato.identity.files import list_file
from trato.identity.rules import Permission
from trato.ui import formats
from trato.ui.responses import close_dialog, refresh, toast

CHANGED = "tasks:changed"
CUSTOMER_CHANGED = "customer:changed"
MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks under one heading: late, today, this week, later, some day."""

    label: str
    is_late: bool
    tasks: list[Task]


def _when(task: Task, today: date) -> int:
    if task.done_at is not None:
        return 5
    if task.due_on is None:
        return 4
    days = (task.due_on - today).days
    return 0 if days < 0 else 1 if days == 0 else 2 if days <= 7 else 3


def _groups(tasks: list[Task], today: date) -> list[Group]:
    labels = [
        _("Overdue"),
        _("Today"),
        _("Next seven days"),
        _("Later"),
        _("Without a date"),
        _("Done"),
    ]
    return [
        Group(labels[place], place == 0, list(of_group))
        for place, of_group in groupby(tasks, key=lambda task: _when(task, today))
    ]


@requires(Permission.MANAGE_TASKS)
def list_tasks(request: UserRequest) -> HttpResponse:
    which = _which(request)
    page = request.GET.get("page", "")
    number = int(page) if page.isdecimal() and 0 < len(page) < 6 else 1
    today = timezone.localdate()
    found = task_page(user=request.user, which=which, today=today, page=max(number, 1))
    context = {
        "which": which,
        "groups": _groups(found.tasks, today),
        "today": today,
        "newer": f"?show={which}&page={number - 1}" if number > 1 else "",
        "older": f"?show={which}&page={number + 1}" if found.has_more else "",
        "address": f"{request.path}?show={which}",
        "query": f"show={which}",
        "may_export": request.user.may(Permission.EXPORT),
    }
    part = "#tasks" if request.htmx else ""
    return render(request, f"collaboration/tasks.html{part}", context)


def _which(request: UserRequest) -> str:
    asked = request.GET.get("show", "")
    return asked if asked in LISTS else "mine"


@requires(Permission.MANAGE_TASKS, Permission.EXPORT)
def export(request: UserRequest) -> HttpResponseBase:
    """The list that is shown, as a file."""
    which = _which(request)
    rows = listed_tasks(user=request.user, which=which, today=timezone.localdate())
    return list_file(request, task_list(which), rows, name=_("tasks"))


@requires(Permission.MANAGE_TASKS)
def new(request: UserRequest) -> HttpResponse:
    """Quick add, on its own page or in a dialog; with ``customer`` it belongs to that one."""
    word = request.POST.get("customer") or request.GET.get("customer", "")
    customer = _customer(request, word)
    form = TaskForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        create_task(**form.cleaned_data, customer=customer, at=timezone.now(), user=request.user)
        fallback = reverse("collaboration:list")
        return _done(request, _("Task created"), customer, fallback)
    tomorrow = timezone.localdate() + timedelta(days=1)
    context = {"form": form, "customer": customer, "tomorrow": tomorrow}
    status = 422 if form.errors else 200
    return render(request, "collaboration/new.html", context, status=status)


def _customer(request: UserRequest, word: str) -> Customer | None:
    if not word:
        return None
    rows = Customer.objects.visible_to(request.user)
    return get_object_or_404(rows, pk=int(word) if word.isdecimal() and len(word) < 18 else 0)


def _task(request: UserRequest, pk: int) -> Task:
    rows = Task.objects.visible_to(request.user).select_related("customer")
    return get_object_or_404(rows, pk=pk)


def _done(
    request: UserRequest, text: str, customer: Customer | None, fallback: str, undo_url: str = ""
) -> HttpResponse:
    """Tell it, and let the lists on the page fetch themselves again; or go back."""
    if not request.htmx:
        after = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(after, {request.get_host()}):
            after = fallback
        return toast(request, HttpResponseRedirect(after), text, undo_url=undo_url)
    response = close_dialog(refresh(HttpResponse(), CHANGED))
    if customer is not None:
        refresh(response, CUSTOMER_CHANGED)
    return toast(request, response, text, undo_url=undo_url)


@requires(Permission.MANAGE_TASKS)
def edit(request: UserRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    form = TaskForm(
        request.POST if request.method == "POST" else None, user=request.user, task=task
    )
    if form.is_bound and form.is_valid():
        change_task(task, changes=form.cleaned_data)
        return _done(request, _("Saved."), task.customer, reverse("collaboration:list"))
    context = {"form": form, "task": task, "next": _after(request)}
    context["changes"] = task_changes(task)
    return render(request, "collaboration/edit.html", context, status=422 if form.errors else 200)


def _after(request: UserRequest) -> str:
    """Where the form was opened."""
    return request.POST.get("next") or request.GET.get("next", "")


@requires(Permission.MANAGE_TASKS)
@require_POST
def postpone(request: UserRequest, pk: int, days: int) -> HttpResponse:
    """So many days from today; the day before is not undone but chosen again."""
    if days > MOST_DAYS:
        raise Http404
    task = _task(request, pk)
    day = timezone.localdate() + timedelta(days=days)
    change_task(task, changes={"due_on": day})
    words = {"title": task.title, "day": formats.day(day)}
    text = _("%(title)s is for %(day)s now.") % words
    return _done(request, text, task.customer, reverse("collaboration:list"))


@requires(Permission.MANAGE_TASKS)
@require_POST
def done(request: UserRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    finish_task(task, at=timezone.now(), user=request.user)
    undo_url = reverse("collaboration:reopen", args=[pk])
    fallback = reverse("collaboration:list")
    return _done(
        request, _("Done: %(title)s") % {"title": task.title}, task.customer, fallback, undo_url
    )


@requires(Permission.MANAGE_TASKS)
@require_POST
def reopen(request: UserRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    reopen_task(task)
    fallback = reverse("collaboration:list")
    return _done(
        request, _("Open again: %(title)s") % {"title": task.title}, task.customer, fallback
    )


@requires(Permission.MANAGE_TASKS)
@require_POST
def delete(request: UserRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    delete_task(task)
    fallback = reverse("collaboration:list")
    return _done(request, _("Deleted: %(title)s") % {"title": task.title}, task.customer, fallback)
