"""The tree of categories."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from trato.catalog.actions import CategoryInUse, delete_category, save_category
from trato.catalog.forms import CategoryForm
from trato.catalog.models import Category
from trato.catalog.queries import category_changes, category_tree
from trato.identity.access import UserRequest, requires
from trato.identity.forms.problems import take_over
from trato.identity.rules import Permission
from trato.ui.responses import go, toast
from trato.ui.table import Column, Table


@requires(Permission.VIEW_CATALOG)
def categories(request: UserRequest) -> HttpResponse:
    may_change = request.user.may(Permission.CHANGE_CATALOG)
    columns = (
        Column("name", _("Name")),
        Column("products", _("Products in it"), kind="number"),
        Column("inside", _("with those below"), kind="number"),
    )
    table = Table(name="categories", columns=columns, has_actions=may_change)
    values = {"table": table, "nodes": category_tree(), "may_change": may_change}
    return render(request, "catalog/categories.html", values)


@requires(Permission.CHANGE_CATALOG)
def edit(request: UserRequest, pk: int | None = None, below: int | None = None) -> HttpResponse:
    """A new category, or a known one: its name and its place."""
    row = get_object_or_404(Category, pk=pk) if pk else None
    start = {"name": row.name, "parent": row.parent_id} if row else {"parent": below}
    form = CategoryForm(request.POST or None, initial=start, category=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_category(row, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            return toast(request, go(request, reverse("catalog:categories")), _("Saved."))
    values = {"form": form, "category": row, "changes": category_changes(row) if row else []}
    return render(request, "catalog/category.html", values, status=422 if form.is_bound else 200)


@requires(Permission.CHANGE_CATALOG)
def delete(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Category, pk=pk)
    back = reverse("catalog:categories")
    if request.method == "POST":
        try:
            delete_category(row)
        except CategoryInUse:
            text = _("“%(name)s” is not empty. Move what is in it first.")
            return toast(request, go(request, back), text % {"name": row.name}, tone="warn")
        return toast(request, go(request, back), _("The category is gone."))
    values = {
        "heading": _("Delete the category “%(name)s”?") % {"name": row.name},
        "text": _("Nothing is in it: no product changes."),
        "action": request.path,
        "verb": _("Delete"),
        "back": back,
    }
    return render(request, "ui/confirm.html", values)
