"""The composer: where contacts are noted down and tasks planned."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from trato.customers.models import CustomField
from trato.identity.models import Company, User
from trato.identity.queries import colleague_names
from trato.identity.rules import Permission
from trato.web.forms.profile import ContactForm, People


def people(user: User) -> People | None:
    """To whom this user may give a task; None for who may not plan any."""
    if not user.may(Permission.MANAGE_TASKS):
        return None
    return colleague_names()


def contact_form(
    user: User, data: Any = None, *, company: Company, own: Sequence[CustomField], **given: Any
) -> ContactForm:
    """What this user may note down and plan; ``own`` are the company's fields of contacts."""
    chosen_from = people(user)
    form = ContactForm(data, user_id=user.pk, now=timezone.now(), people=chosen_from, **given)
    form.ask(own, currency=company.currency)
    return form


def empty_fields(user: User, *, company: Company, own: Sequence[CustomField]) -> SafeString:
    if own:
        return _drawn(contact_form(user, company=company, own=own))
    return _empty_fields(user.pk, people(user), get_language())


@lru_cache(512)
def _empty_fields(user_id: int, chosen_from: People | None, _language: str | None) -> SafeString:
    # Every customer's page has them: an eighth of what it takes to write.
    return _drawn(ContactForm(user_id=user_id, now=timezone.now(), people=chosen_from))


def _drawn(form: ContactForm) -> SafeString:
    return render_to_string("web/customer/contact_fields.html", {"form": form})
