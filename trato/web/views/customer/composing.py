"""The composer: where contacts are noted down and tasks planned."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from trato.identity.models import User
from trato.identity.queries import colleague_names
from trato.identity.rules import Permission
from trato.web.forms.profile import ContactForm, People


def people(user: User) -> People | None:
    """To whom this user may give a task; None for who may not plan any."""
    if not user.may(Permission.MANAGE_TASKS):
        return None
    return colleague_names()


def empty_fields(user: User) -> SafeString:
    return _empty_fields(user.pk, people(user), get_language())


@lru_cache(512)
def _empty_fields(user_id: int, chosen_from: People | None, _language: str | None) -> SafeString:
    # Every customer's page has them: an eighth of what it takes to write.
    form = ContactForm(user_id=user_id, now=timezone.now(), people=chosen_from)
    return render_to_string("web/customer/contact_fields.html", {"form": form})
