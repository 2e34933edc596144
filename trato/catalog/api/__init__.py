from ninja import Router

from trato.catalog.api import categories, products

router = Router()
for part in (categories.router, products.router):
    router.add_router("", part)

__all__ = ["router"]
