from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404

from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.imports import actions
from trato.imports.models import Import
from trato.kit.rest.refusals import Refused


def find_import(request: Call, import_id: int) -> Import:
    """404 for who may bring no files in, as for what does not exist."""
    run = Import.objects.visible_to(request.user).filter(pk=import_id).first()
    if run is None:
        raise Http404
    need(request, Permission.IMPORT)
    return run


@contextmanager
def in_turn() -> Iterator[None]:
    """A step that is not next is told, whoever took the one before it."""
    try:
        yield
    except actions.WrongState:
        raise Refused("import_further_on") from None
