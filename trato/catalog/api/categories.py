"""The tree of categories."""

from typing import Annotated

from django.core.exceptions import ValidationError
from django.http import Http404
from ninja import Query, Router, Status
from pydantic import Field

from trato.catalog.actions import CategoryInUse, delete_category, save_category
from trato.catalog.models import Category
from trato.catalog.queries import categories, category_changes
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.kit.rest.paging import Page, Paging, keyset
from trato.kit.rest.refusals import Invalid, Refused
from trato.kit.rest.values import Given, Id, Told, text

router = Router(tags=["Products"])


class CategoryGiven(Given):
    name: Annotated[str, text(150, 1)]
    parent_id: Id | None = Field(None, description="Null for the root.")


class CategoryChange(Given):
    """Only what is sent changes; the paths of all below it follow."""

    name: Annotated[str, text(150, 1)] = "-"
    parent_id: Id | None = Field(None, description="Null moves it to the root.")


class CategoryTold(Told):
    id: int
    name: str
    path: str
    parent_id: int | None


class CategoryPage(Page[CategoryTold]):
    pass


class CategoryFilters(Paging):
    parent: Id | None = Field(None, description="Id of the category right above.")
    path: Annotated[str, text(600, 1)] | None = Field(
        None, description="Names from the root, such as `Home > Kitchen`."
    )


def _find(request: Call, category_id: int, permission: Permission) -> Category:
    need(request, permission)
    row = categories().select_related("parent").filter(pk=category_id).first()
    if row is None:
        raise Http404
    return row


def _parent(parent_id: int | None) -> Category | None:
    parent = categories().filter(pk=parent_id).first() if parent_id else None
    if parent_id and parent is None:
        raise Invalid.body("parent_id", code="category_unknown")
    return parent


def _save(row: Category | None, name: str, parent: Category | None) -> CategoryTold:
    try:
        return CategoryTold.model_validate(save_category(row, name=name, parent=parent))
    except ValidationError as error:
        named = {"parent": "parent_id"}
        fields = error.error_dict.items()
        raise ValidationError({named.get(name, name): found for name, found in fields}) from None


@router.get("/categories", response=CategoryPage, summary="List the categories")
def list_categories(request: Call, filters: Query[CategoryFilters]) -> CategoryPage:
    need(request, Permission.VIEW_CATALOG)
    plain = {"parent": filters.parent, "path": filters.path}
    conditions = {name: value for name, value in plain.items() if value is not None}
    found, cursor = keyset(categories().filter(**conditions), ("id",), filters)
    return CategoryPage(
        items=[CategoryTold.model_validate(row) for row in found], next_cursor=cursor
    )


@router.post("/categories", response={201: CategoryTold}, summary="Create a category")
def create_category(request: Call, given: CategoryGiven) -> Status[CategoryTold]:
    need(request, Permission.CHANGE_CATALOG)
    return Status(201, _save(None, given.name, _parent(given.parent_id)))


@router.get("/categories/{int:category_id}", response=CategoryTold, summary="Read a category")
def read_category(request: Call, category_id: int) -> CategoryTold:
    return CategoryTold.model_validate(_find(request, category_id, Permission.VIEW_CATALOG))


@router.patch(
    "/categories/{int:category_id}", response=CategoryTold, summary="Rename or move a category"
)
def patch_category(request: Call, category_id: int, given: CategoryChange) -> CategoryTold:
    row = _find(request, category_id, Permission.CHANGE_CATALOG)
    changed = given.model_fields_set
    name = given.name if "name" in changed else row.name
    return _save(row, name, _parent(given.parent_id) if "parent_id" in changed else row.parent)


@router.delete(
    "/categories/{int:category_id}", response={204: None}, summary="Delete an empty category"
)
def remove_category(request: Call, category_id: int) -> Status[None]:
    try:
        delete_category(_find(request, category_id, Permission.CHANGE_CATALOG))
    except CategoryInUse:
        raise Refused("category_in_use") from None
    return Status(204, None)


@router.get(
    "/categories/{int:category_id}/changes",
    response=HistoryTold,
    summary="Who made, renamed and moved a category, newest first",
)
def list_category_changes(request: Call, category_id: int) -> HistoryTold:
    return told_changes(category_changes, _find(request, category_id, Permission.CHANGE_CATALOG))
