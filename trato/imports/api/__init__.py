from ninja import Router

from trato.imports.api import columns, files, rows, steps

router = Router(tags=["Imports"])
for part in (files.router, columns.router, rows.router, steps.router):
    router.add_router("", part)

__all__ = ["router"]
