"""What is done to users, teams, tokens, the company and saved views."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from trato.identity import choices
from trato.identity.models import ApiToken, Company, SavedView, Team, User
from trato.identity.queries import company
from trato.identity.rules import Role, default_visibility

KEY_PREFIX = "trato_"


class LastAdministrator(Exception):
    """Nobody would be left who can manage users."""


class AlreadyFounded(Exception):
    """Somebody has made the first administrator already."""


@transaction.atomic
def found(*, company_changes: dict[str, object], email: str, name: str, password: str) -> User:
    """The company and its first administrator, once. Raises AlreadyFounded, ValidationError."""
    Company.objects.select_for_update().get(pk=company().pk)
    if User.objects.exists():
        raise AlreadyFounded
    current = change_company(changes=company_changes)
    return create_user(
        email=email,
        name=name,
        password=password,
        role=Role.ADMINISTRATOR,
        language=current.language,
    )


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    password: str | None,
    role: str = Role.READER,
    visibility: str | None = None,
    teams: Iterable[Team] = (),
    language: str = "",
) -> User:
    """Raises ValidationError. Without a password the person sets one by the reset link."""
    user = User(
        email=email.strip().lower(),
        name=name.strip(),
        role=role,
        visibility=visibility or default_visibility(role),
        language=language,
    )
    if password is None:
        user.set_unusable_password()
    else:
        validate_password(password, user)
        user.set_password(password)
    user.full_clean()
    user.save()
    user.teams.set(teams)
    return user


@transaction.atomic
def change_user(*, user: User, changes: dict[str, object], teams: Iterable[Team] | None) -> User:
    """Raises LastAdministrator, ValidationError."""
    administrators = list(
        User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    )
    for name, value in changes.items():
        setattr(user, name, value)
    stays = user.role == Role.ADMINISTRATOR and user.is_active
    if not stays and [other.pk for other in administrators] == [user.pk]:
        raise LastAdministrator(_("Somebody must remain who can manage users."))
    user.full_clean()
    user.save()
    if teams is not None:
        user.teams.set(teams)
    return user


def set_password(*, user: User, password: str) -> None:
    """Raises ValidationError when the password is too easy."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


@transaction.atomic
def change_profile(*, user: User, name: str, email: str, language: str, theme: str) -> User:
    """What people may change of themselves. Raises ValidationError."""
    user.name, user.email = name.strip(), email.strip().lower()
    user.language, user.theme = language, theme
    user.full_clean()
    user.save(update_fields=["name", "email", "language", "theme"])
    return user


def set_preferences(*, user: User, language: str | None = None, theme: str | None = None) -> None:
    if language is not None:
        user.language = language
    if theme is not None:
        user.theme = theme
    user.full_clean(exclude=["email"])
    user.save(update_fields=["language", "theme"])


def create_token(
    *, user: User, name: str, scope: str, at: datetime, expires_at: datetime | None
) -> tuple[ApiToken, str]:
    """The token and its key; the key is not kept and cannot be shown again."""
    if expires_at is not None and expires_at <= at:
        raise ValidationError({"expires_at": _("Choose a date in the future.")})
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user,
        name=name.strip(),
        prefix=key[: len(KEY_PREFIX) + 4],
        digest=ApiToken.digest_of(key),
        scope=scope,
        created_at=at,
        expires_at=expires_at,
    )
    token.full_clean()
    token.save()
    return token, key


def revoke_token(*, token: ApiToken, at: datetime) -> None:
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)


def note_token_use(*, token: ApiToken, at: datetime) -> None:
    """Once a minute is enough to see that a token lives."""
    if token.last_used_at is None or (at - token.last_used_at).total_seconds() > 60:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


@transaction.atomic
def change_company(*, changes: dict[str, object]) -> Company:
    """Raises ValidationError."""
    _check_offered(changes)
    current = Company.objects.select_for_update().get(pk=company().pk)
    for name, value in changes.items():
        setattr(current, name, value)
    current.full_clean()
    current.save()
    return current


def _check_offered(changes: Mapping[str, object]) -> None:
    """What no page offers could not be shown there either."""
    offered: dict[str, Callable[[], choices.Choices]] = {
        "country": choices.countries,
        "language": lambda: choices.LANGUAGES,
        "time_zone": choices.time_zones,
        "currency": choices.currencies,
    }
    wrong = {
        name: ValidationError(_("Choose one of those that the settings offer."), "not_offered")
        for name in offered.keys() & changes.keys()
        if changes[name] not in dict(offered[name]())
    }
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def save_team(team: Team | None, *, name: str, members: Iterable[User] | None) -> Team:
    """Make a team or change it; without ``members`` they stay.

    Raises ValidationError when the name is another team's.
    """
    team = team or Team()
    team.name = name.strip()
    team.full_clean()
    team.save()
    if members is not None:
        team.users.set(members)
    return team


def delete_team(*, team: Team) -> None:
    team.delete()


def save_view(
    *, user: User, page: str, name: str, query: str, columns: list[str], shared: bool
) -> SavedView:
    """Write the view of this name, new and last or over the user's older one."""
    own = SavedView.objects.filter(user=user, page=page)
    kept = {"query": query, "columns": columns, "shared": shared}
    view, _created = SavedView.objects.update_or_create(
        user=user,
        page=page,
        name=name.strip(),
        defaults=kept,
        create_defaults=kept | {"position": own.count()},
    )
    return view


def change_view(*, view: SavedView, name: str, shared: bool) -> None:
    """Another name, or others may see it or no longer. Raises ValidationError."""
    view.name, view.shared = name.strip(), shared
    view.full_clean()
    view.save(update_fields=["name", "shared"])


def update_view(*, view: SavedView, query: str, columns: list[str]) -> None:
    """What is looked at now becomes what the view keeps."""
    view.query, view.columns = query, columns
    view.full_clean()
    view.save(update_fields=["query", "columns"])


@transaction.atomic
def move_view(*, view: SavedView, by: int) -> None:
    """One place to the left or to the right among the user's own views of the page."""
    own = list(SavedView.objects.filter(user=view.user_id, page=view.page).select_for_update())
    place = own.index(view)
    own.insert(max(place + by, 0), own.pop(place))
    for position, one in enumerate(own):
        one.position = position
    SavedView.objects.bulk_update(own, ["position"])


def delete_view(*, view: SavedView) -> None:
    view.delete()
