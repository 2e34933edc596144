from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from trato.identity.audit import MOST, Change, changes, links, newest_first
from trato.identity.models import ApiToken, Company, Membership, SavedView, Team, User
from trato.identity.rules import Visibility, default_visibility
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


def users() -> QuerySet[User]:
    """Everybody, also those who work here no more."""
    return User.objects.all()


def usual_visibility(role: str) -> Visibility:
    """Whose records a newcomer in this role sees: without teams there is nobody to share with."""
    usual = default_visibility(role)
    return usual if usual != Visibility.TEAM or Team.objects.exists() else Visibility.OWN


def teams() -> QuerySet[Team]:
    return Team.objects.all()


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


def user_changes(person: User, *, limit: int = MOST) -> list[Change]:
    """What people changed in a user, teams too, newest first."""
    teams = links(Membership, of={"user": person.pk}, other="team", label=_("Teams"))
    return newest_first(changes(person), teams, limit=limit)


def team_changes(team: Team, *, limit: int = MOST) -> list[Change]:
    """Its names, and who came and went, newest first."""
    members = links(Membership, of={"team": team.pk}, other="user", label=_("Members"))
    return newest_first(changes(team), members, limit=limit)
