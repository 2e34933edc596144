from ninja import Router

from trato.identity.api import teams, tokens, users

router = Router()
for part in (users.router, teams.router, tokens.router):
    router.add_router("", part)

__all__ = ["router"]
