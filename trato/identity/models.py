import hashlib
from datetime import datetime
from typing import ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from trato.identity.rules import Permission, Role, Visibility, allows
from trato.kit.database import SortKey
from trato.kit.history import audited
from trato.kit.money import is_currency


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


def validate_currency(code: str) -> None:
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise ValidationError(_("Write the currency as three capital letters, such as EUR."))
    if not is_currency(code):
        raise ValidationError(_("There is no such currency."), "currency_unknown")


@pghistory.track(pghistory.UpdateEvent("changed", row=pghistory.Old), exclude=["is_demo"])
class Company(models.Model):
    """The one company that works with this Trato."""

    name = models.CharField(_("name"), max_length=200, default="Trato")
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[validate_currency]
    )
    language = models.CharField(_("language"), max_length=8, default="es")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Madrid", validators=[validate_time_zone]
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        default="ES",
        help_text=_("Two letters. Telephone numbers without a prefix belong to this country."),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="company_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@audited()
class Team(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        ordering = [SortKey("name")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=(username or "").strip())


@audited(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.READER)
    visibility = models.CharField(
        _("sees"), max_length=4, choices=Visibility, default=Visibility.ALL
    )
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), blank=True, related_name="users")
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    theme = models.CharField(
        _("theme"),
        max_length=6,
        default="system",
        choices=[("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = [SortKey("name")]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        return allows(self, permission)

    @property
    def sees_everybody(self) -> bool:
        """No customer is hidden from them: queries need not ask of each."""
        return self.visibility == Visibility.ALL and self.may(Permission.VIEW_CUSTOMERS)


@pghistory.track(pghistory.InsertEvent("added"), pghistory.DeleteEvent("removed"), obj_field=None)
class Membership(User.teams.through):  # type: ignore[misc, name-defined]
    """Who is in which team."""

    class Meta:
        proxy = True


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> Self:
        if user.may(Permission.MANAGE_USERS):
            return self
        return self.filter(user=user)

    def usable(self, at: datetime) -> Self:
        return self.filter(revoked_at=None, user__is_active=True).filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=at)
        )


class ApiToken(models.Model):
    """A key for a program. Only its hash is kept; the key is shown once."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("scope"), max_length=5, choices=Scope, default=Scope.READ)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @staticmethod
    def digest_of(key: str) -> str:
        # A random 256-bit key needs no slow hash: there is nothing to guess.
        return hashlib.sha256(key.encode()).hexdigest()

    @property
    def may_write(self) -> bool:
        return self.scope == self.Scope.WRITE

    def is_usable(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(models.Q(user=user) | models.Q(shared=True))


class SavedView(models.Model):
    """Filters, order and columns of a list under a name, shown as a tab."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    columns: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=80), default=list, blank=True
    )
    shared = models.BooleanField(_("shared with everybody"), default=False)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["position", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="saved_view_name_unique")
        ]

    def __str__(self) -> str:
        return self.name
