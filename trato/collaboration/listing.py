"""The lists of tasks: what each can show, and in which order."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.collaboration.models import Task
from trato.identity.models import User
from trato.kit.listing import Column, Field, Kind, Listing, Order


def task_list(which: str) -> Listing:
    """What is done last comes first; of the others, what is due first."""
    return Listing(
        name="tasks",
        model=Task,
        fields=(*_duty_fields(), *_person_fields(), *_moment_fields()),
        sort="-done" if which == "done" else "due",
    )


def _duty_fields() -> Iterable[Field]:
    yield Field("title", _("What is to be done"), Kind.TEXT, Column("title"), fixed=True)
    yield Field(
        "kind",
        _("Kind"),
        Kind.CHOICE,
        Column("kind"),
        options=lambda: Task.Kind.choices,
        shown=True,
        optional=False,
    )
    yield Field(
        "customer",
        _("Customer"),
        Kind.TEXT,
        Column("customer__sort_key", shown="customer__name", folded=True),
        shown=True,
    )
    yield Field(
        "due",
        _("For when"),
        Kind.DATE,
        Column("due_on"),
        order=Order("due_on", nullable=True),
        shown=True,
    )


def _person_fields() -> Iterable[Field]:
    for key, column, label in (
        ("assignee", "assignee", _("Who does it")),
        ("giver", "created_by", pgettext_lazy("of a task", "Given by")),
    ):
        yield Field(
            key,
            label,
            Kind.LINK,
            Column(column, shown=f"{column}__name"),
            options=lambda: [(str(one.pk), one.name) for one in User.objects.all()],
            is_person=True,
            shown=True,
        )


def _moment_fields() -> Iterable[Field]:
    for key, column, label in (
        ("created", "created_at", pgettext_lazy("task", "Created")),
        ("done", "done_at", pgettext_lazy("task", "Done")),
    ):
        order = Order(column, nullable=True, indexed=False)
        yield Field(key, label, Kind.DATETIME, Column(column), order=order, shown=True)
