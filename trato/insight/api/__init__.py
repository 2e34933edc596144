from ninja import Router

from trato.insight.api import figures, scores

router = Router()
for part in (figures.router, scores.router):
    router.add_router("", part)

__all__ = ["router"]
