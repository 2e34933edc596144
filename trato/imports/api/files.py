"""A file comes in, is listed and read, and forgotten unless it was applied."""

from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.imports import actions
from trato.imports.api.finding import find_import, in_turn
from trato.imports.api.schemas import FileGiven, ImportFilters, ImportPage, ImportWhole
from trato.imports.api.showing import told, whole
from trato.imports.models import Import
from trato.imports.problems import CannotRead
from trato.kit.rest.paging import keyset
from trato.kit.rest.refusals import Invalid, Refused

router = Router()


@router.get("/imports", response=ImportPage, summary="List imports, newest first")
def list_imports(request: Call, filters: Query[ImportFilters]) -> ImportPage:
    need(request, Permission.IMPORT)
    plain = {"kind": filters.kind, "state": filters.state}
    conditions = {name: value for name, value in plain.items() if value is not None}
    rows = Import.objects.visible_to(request.user).filter(**conditions)
    found, cursor = keyset(rows, ("-id",), filters)
    return ImportPage(items=[told(row) for row in found], next_cursor=cursor)


@router.get(
    "/imports/{int:import_id}",
    response=ImportWhole,
    summary="Read an import: its mapping, how far it is, what it did",
)
def read_import(request: Call, import_id: int) -> ImportWhole:
    return whole(find_import(request, import_id), request.user)


@router.post(
    "/imports",
    response={201: ImportWhole},
    summary="Send a file; nothing is written until it is applied",
)
def receive_file(
    request: Call, file: File[UploadedFile], given: Form[FileGiven]
) -> Status[ImportWhole]:
    """The answer has the proposed mapping. CSV, TSV, XLSX, JSON lines or vCard, also packed."""
    need(request, Permission.IMPORT)
    try:
        actions.check_size(file.size or 0)
    except CannotRead:
        raise Refused("body_too_large") from None
    try:
        run = actions.receive(
            file.file,  # type: ignore[arg-type]
            name=file.name or "",
            kind=given.kind,
            user=request.user,
            at=request.at,
            options=given.model_dump(include={"twins", "strict", "ids_of"}, exclude_none=True),
        )
    except CannotRead as error:
        raise Invalid.body("file", code=error.code, message=error.message) from None
    except actions.KindUnknown:
        raise Invalid.body("kind", code="kind_unknown") from None
    return Status(201, whole(run, request.user))


@router.delete(
    "/imports/{int:import_id}",
    response={204: None},
    summary="Forget a file that was not applied",
)
def discard_import(request: Call, import_id: int) -> Status[None]:
    with in_turn():
        actions.discard(find_import(request, import_id))
    return Status(204, None)
