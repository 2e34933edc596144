"""The keys of programs. None makes another one: who steals a key must not make more of them."""

from django.http import Http404
from ninja import Query, Router, Status

from trato.identity.actions import revoke_token
from trato.identity.api.schemas import TokenPage, TokenWhole
from trato.identity.models import ApiToken
from trato.identity.programs import Call
from trato.kit.rest.paging import Paging, keyset

router = Router(tags=["Tokens"])


def _told(token: ApiToken, request: Call) -> TokenWhole:
    names = TokenWhole.model_fields.keys() - {"is_usable"}
    plain = {name: getattr(token, name) for name in names}
    return TokenWhole.model_validate(plain | {"is_usable": token.is_usable(request.at)})


@router.get("/tokens", response=TokenPage, summary="List one's tokens, newest first")
def list_tokens(request: Call, paging: Query[Paging]) -> TokenPage:
    """Those of everybody, for who manages users. Keys are never told."""
    found, cursor = keyset(ApiToken.objects.visible_to(request.user), ("-id",), paging)
    return TokenPage(items=[_told(token, request) for token in found], next_cursor=cursor)


@router.delete("/tokens/{int:token_id}", response={204: None}, summary="Revoke a token")
def remove_token(request: Call, token_id: int) -> Status[None]:
    """It opens nothing from now on, and cannot be brought back."""
    token = ApiToken.objects.visible_to(request.user).filter(pk=token_id).first()
    if token is None:
        raise Http404
    revoke_token(token=token, at=request.at)
    return Status(204, None)
