"""Keys for programs."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from trato.identity.access import UserRequest, requires
from trato.identity.actions import create_token, revoke_token
from trato.identity.forms.tokens import TokenForm
from trato.identity.models import ApiToken
from trato.identity.queries import tokens as known_tokens
from trato.identity.rules import Permission
from trato.ui.responses import go, toast
from trato.ui.table import Column, Table


@requires()
def tokens(request: UserRequest) -> HttpResponse:
    sees_all = request.user.may(Permission.MANAGE_USERS)
    columns = (
        Column("name", _("Name")),
        Column("user", _("Belongs to"), shown=sees_all),
        Column("scope", _("Can")),
        Column("created", _("Created"), kind="day"),
        Column("used", _("Last used"), kind="moment"),
        Column("state", _("State")),
    )
    at = timezone.now()
    values = {
        "table": Table(name="tokens", columns=columns, has_actions=True),
        "tokens": [(token, token.is_usable(at)) for token in known_tokens(user=request.user)],
        "sees_all": sees_all,
    }
    return render(request, "identity/tokens.html", values)


@never_cache
@requires()
def new_token(request: UserRequest) -> HttpResponse:
    """The answer is the only place where the key is ever shown."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        token, key = create_token(
            user=request.user,
            name=given["name"],
            scope=given["scope"],
            at=timezone.now(),
            expires_at=given["expires_on"],
        )
        return render(request, "identity/token_made.html", {"token": token, "key": key})
    status = 422 if form.is_bound else 200
    return render(request, "identity/token_new.html", {"form": form}, status=status)


@requires()
def revoke(request: UserRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    back = reverse("identity:tokens")
    if request.method == "POST":
        revoke_token(token=token, at=timezone.now())
        return toast(request, go(request, back), _("The token is revoked."))
    values = {
        "heading": _("Revoke %(name)s?") % {"name": token.name},
        "text": _("Programs that use it will be refused from now on. This cannot be undone."),
        "action": request.path,
        "verb": _("Revoke"),
        "back": back,
    }
    return render(request, "ui/confirm.html", values)
