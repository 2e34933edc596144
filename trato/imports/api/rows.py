"""The rows of an import: what applying it would do, and those it refused."""

from pathlib import PurePath

from django.http import FileResponse
from ninja import Router

from trato.identity.programs import Call
from trato.imports import actions
from trato.imports.api.finding import find_import
from trato.imports.api.schemas import PreviewTold
from trato.imports.api.showing import preview

router = Router()

_CSV = {
    "responses": {
        200: {
            "description": "The rows as they were, with the reason in a last column.",
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.get(
    "/imports/{int:import_id}/preview",
    response=PreviewTold,
    summary="What applying would do, with the first rows of each sort",
)
def preview_import(request: Call, import_id: int) -> PreviewTold:
    """There is something to see once the import is checked."""
    return preview(find_import(request, import_id), request.user)


@router.get(
    "/imports/{int:import_id}/refused",
    response=None,
    openapi_extra=_CSV,
    summary="The refused rows as a CSV, to be mended and sent again",
)
def download_refused(request: Call, import_id: int) -> FileResponse:
    run = find_import(request, import_id)
    content = actions.refused_file(run)
    name = f"{PurePath(run.file_name).stem}-refused.csv"
    return FileResponse(content, as_attachment=True, filename=name, content_type="text/csv")
