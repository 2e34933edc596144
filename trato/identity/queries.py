from datetime import datetime

from django.db.models import Prefetch

from trato.identity.models import ApiToken, Company, SavedView, Team, User
from trato.kit.database import SortKey


def company() -> Company:
    """The company's settings, made with their defaults at the first look."""
    found = Company.objects.filter(pk=1).first()
    return found or Company.objects.get_or_create(pk=1)[0]


def is_founded() -> bool:
    return User.objects.exists()


def token_of(*, key: str, at: datetime) -> ApiToken | None:
    """The usable token behind a key that a program sent."""
    digest = ApiToken.digest_of(key)
    return ApiToken.objects.usable(at).select_related("user").filter(digest=digest).first()


def saved_views(*, user: User, page: str) -> list[SavedView]:
    """One's own in the order one gave them, then those that others share."""
    found = SavedView.objects.visible_to(user).filter(page=page)
    return sorted(found, key=lambda view: view.user_id != user.pk)


def colleagues() -> list[User]:
    """People a record can be given to."""
    return list(User.objects.filter(is_active=True))


def colleague_names() -> tuple[tuple[int, str], ...]:
    return tuple(User.objects.filter(is_active=True).values_list("pk", "name"))


def teams() -> list[Team]:
    return list(Team.objects.all())


def email_is_taken(*, email: str, besides: User | None) -> bool:
    others = User.objects.filter(email__iexact=email)
    return (others.exclude(pk=besides.pk) if besides else others).exists()


def everybody() -> list[User]:
    """All users, those who work here first."""
    return list(User.objects.order_by("-is_active", SortKey("name")).prefetch_related("teams"))


def teams_with_members() -> list[Team]:
    members = User.objects.filter(is_active=True)
    return list(Team.objects.prefetch_related(Prefetch("users", members, "members")))


def tokens(*, user: User) -> list[ApiToken]:
    return list(ApiToken.objects.visible_to(user).select_related("user"))


def find_user(*, name_or_email: str) -> User | None:
    """The one active user of this e-mail or exact name; nobody if two share the name."""
    word = name_or_email.strip()
    by_email = User.objects.filter(email__iexact=word).first()
    if by_email:
        return by_email
    by_name = list(User.objects.filter(name__iexact=word, is_active=True)[:2])
    return by_name[0] if len(by_name) == 1 else None
