from ninja import Router

from trato.sales.api import orders, pairs

router = Router()
for part in (orders.router, pairs.router):
    router.add_router("", part)

__all__ = ["router"]
