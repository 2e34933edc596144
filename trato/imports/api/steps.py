"""What is done to an import, one step after the other; the work itself is a job's."""

from ninja import Router, Status

from trato.identity.programs import Call
from trato.imports import actions
from trato.imports.api.finding import find_import, in_turn
from trato.imports.api.schemas import ImportWhole
from trato.imports.api.showing import whole
from trato.imports.mapping import Mapping
from trato.imports.queries import lacking
from trato.kit.rest.refusals import Invalid

router = Router()


@router.post(
    "/imports/{int:import_id}/check",
    response={202: ImportWhole},
    summary="Read and check all rows and foresee what applying would do",
)
def check_import(request: Call, import_id: int) -> Status[ImportWhole]:
    """It is done in the background: read the import until its state is `staged`."""
    run = find_import(request, import_id)
    if missing := lacking(Mapping.from_json(run.mapping)):
        raise Invalid.body("columns", code="columns_missing", names=", ".join(missing))
    with in_turn():
        run = actions.begin_staging(run, later=True)
    return Status(202, whole(run, request.user))


@router.post(
    "/imports/{int:import_id}/apply",
    response={202: ImportWhole},
    summary="Write the rows that are not refused",
)
def apply_import(request: Call, import_id: int) -> Status[ImportWhole]:
    """It is done in the background: read the import until its state is `done`."""
    with in_turn():
        run = actions.begin_applying(find_import(request, import_id), later=True)
    return Status(202, whole(run, request.user))


@router.post(
    "/imports/{int:import_id}/undo",
    response={202: ImportWhole},
    summary="Take the whole import back",
)
def undo_import(request: Call, import_id: int) -> Status[ImportWhole]:
    """What was changed afterwards, or is used by something later, is kept."""
    with in_turn():
        run = find_import(request, import_id)
        actions.begin_undoing(run, later=True, user=request.user)
    return Status(202, whole(run, request.user))
