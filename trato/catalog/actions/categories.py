"""What is done to the tree of categories."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from trato.catalog.models import Category
from trato.kit.database import one_writer

LOCK = 7_002


class CategoryInUse(Exception):
    """It has products or categories below it: they would have no place."""


def lock_catalogue() -> None:
    """One writer of the catalogue's names at a time, so that no code or path is made twice."""
    one_writer(LOCK)


@transaction.atomic
def categories_by_path(paths: set[str]) -> dict[str, Category]:
    """The category of each path, made with its ancestors when there is none.

    A path without a name has none.
    """
    lines = {path: steps for path in sorted(paths) if (steps := _steps(path))}
    if not lines:
        return {}
    lock_catalogue()
    wanted = {whole for steps in lines.values() for whole, _name in steps}
    known = {row.path: row for row in Category.objects.filter(path__in=wanted)}
    for depth in range(max(map(len, lines.values()))):
        new = {}
        for steps in lines.values():
            if depth < len(steps) and steps[depth][0] not in known:
                whole, name = steps[depth]
                parent = known[steps[depth - 1][0]] if depth else None
                new[whole] = Category(path=whole, name=name, parent=parent)
        Category.objects.bulk_create(new.values())
        known |= new
    return {path: known[steps[-1][0]] for path, steps in lines.items()}


def _steps(path: str) -> list[tuple[str, str]]:
    """Path and name of each category on the way from the root."""
    found: list[tuple[str, str]] = []
    for part in path.split(Category.SEPARATOR.strip()):
        if name := part.strip()[:150].rstrip():
            whole = f"{found[-1][0]}{Category.SEPARATOR}{name}" if found else name
            found.append((whole[:600], name))
    return found


@transaction.atomic
def save_category(
    category: Category | None, *, name: str, parent: Category | None = None
) -> Category:
    """Make a category, rename it or move it; the paths of all below it follow.

    Raises ValidationError.
    """
    lock_catalogue()
    row = Category.objects.get(pk=category.pk) if category else Category()
    before = row.path
    row.name, row.parent = " ".join(name.split()), parent
    _check_place(row, parent)
    row.path = f"{parent.path}{Category.SEPARATOR}{row.name}" if parent else row.name
    _check_path(row, before)
    row.save()
    if before and before != row.path:
        Category.objects.filter(path__startswith=before + Category.SEPARATOR).update(
            path=Concat(Value(row.path), Substr("path", len(before) + 1))
        )
    return row


def _check_place(row: Category, parent: Category | None) -> None:
    if not row.name:
        raise ValidationError({"name": _("Write a name.")})
    if Category.SEPARATOR.strip() in row.name:
        raise ValidationError({"name": _("A name cannot contain the sign >.")})
    inside = (
        row.path
        and parent
        and f"{parent.path}{Category.SEPARATOR}".startswith(f"{row.path}{Category.SEPARATOR}")
    )
    if inside:
        raise ValidationError({"parent": _("A category cannot be put below itself.")})


def _check_path(row: Category, before: str) -> None:
    if Category.objects.filter(path=row.path).exclude(pk=row.pk).exists():
        raise ValidationError({"name": _("There is a category of this name here already.")})
    below = Category.objects.filter(path__startswith=before + Category.SEPARATOR) if before else ()
    longest = max([len(other.path) for other in below], default=len(before))
    most = Category._meta.get_field("path").max_length or 0
    if longest - len(before) + len(row.path) > most:
        raise ValidationError({"name": _("Its path would be too long. Choose a shorter name.")})


@transaction.atomic
def delete_category(category: Category) -> None:
    """Raises CategoryInUse unless it is empty."""
    try:
        category.delete()
    except ProtectedError as error:
        raise CategoryInUse from error
