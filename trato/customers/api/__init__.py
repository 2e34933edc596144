from ninja import Router

from trato.customers.api import base, contact_ways, customers, events, fields, profile

router = Router()
for part in (
    base.router,
    customers.router,
    contact_ways.router,
    profile.router,
    fields.router,
    events.router,
):
    router.add_router("", part)

__all__ = ["router"]
