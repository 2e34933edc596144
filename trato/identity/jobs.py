"""Letters to people who want in."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from procrastinate.contrib.django import app

from trato.identity.models import User
from trato.identity.queries import company


def password_link(user: User) -> str:
    """Whoever has it may set this user's password, once, for three days."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return f"{settings.PUBLIC_URL}{reverse('identity:new_password', args=[key, token])}"


@app.task(queue="mail")
def send_password_link(email: str, invitation: bool = False) -> None:
    """To this user, if there is one: who asks does not learn whether there is."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        return
    firm = company()
    values = {"user": user, "company": firm, "link": password_link(user)}
    letter = "invitation" if invitation else "forgotten"
    with translation.override(user.language or firm.language):
        subject = render_to_string(f"identity/mail/{letter}_subject.txt", values).strip()
        body = render_to_string(f"identity/mail/{letter}.txt", values)
    send_mail(subject, body, None, [user.email])
