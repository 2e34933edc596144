from collections.abc import Iterator

from django.db.models import QuerySet

from trato.identity.models import User
from trato.imports.models import Import, ImportRow


def refused_rows(run: Import) -> QuerySet[ImportRow]:
    return run.rows.filter(problems__isnull=False).order_by("number")


def refused_sample(run: Import, limit: int = 50) -> list[ImportRow]:
    return list(refused_rows(run)[:limit])


def recent_imports(user: User, limit: int = 50) -> list[Import]:
    return list(Import.objects.visible_to(user).select_related("user")[:limit])


def good_sample(run: Import, limit: int = 20) -> list[ImportRow]:
    return list(run.rows.filter(problems__isnull=True).order_by("number")[:limit])


def each_refused(run: Import) -> Iterator[ImportRow]:
    yield from refused_rows(run).iterator(2000)
