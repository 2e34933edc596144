"""What each role can do, and nowhere else."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from trato.identity.models import Team, User


class Role(TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    SELLER = "seller", _("Seller")
    MARKETER = "marketer", _("Marketer")
    AGENT = "agent", _("Service agent")
    ANALYST = "analyst", _("Analyst")
    READER = "reader", _("Reader")


class Visibility(TextChoices):
    OWN = "own", _("Own records")
    TEAM = "team", _("Records of the team")
    ALL = "all", _("All records")


class Permission(StrEnum):
    VIEW_CUSTOMERS = "customers.view"
    CHANGE_CUSTOMERS = "customers.change"
    DELETE_CUSTOMERS = "customers.delete"
    RECORD_CONTACTS = "contacts.record"
    RECORD_CONSENT = "consent.record"
    VIEW_CATALOG = "catalog.view"
    CHANGE_CATALOG = "catalog.change"
    VIEW_ORDERS = "orders.view"
    CHANGE_ORDERS = "orders.change"
    MANAGE_TASKS = "tasks.manage"
    VIEW_INSIGHT = "insight.view"
    REFRESH_INSIGHT = "insight.refresh"
    VIEW_COSTS = "costs.view"
    CHANGE_COSTS = "costs.change"
    SHARE_VIEWS = "views.share"
    IMPORT = "files.import"
    EXPORT = "files.export"
    MANAGE_FIELDS = "fields.manage"
    MANAGE_USERS = "users.manage"
    MANAGE_COMPANY = "company.manage"


PERMISSION_WORDS = {
    Permission.VIEW_CUSTOMERS: _("See customers"),
    Permission.CHANGE_CUSTOMERS: _("Create and change customers"),
    Permission.DELETE_CUSTOMERS: _("Delete customers"),
    Permission.RECORD_CONTACTS: _("Write notes, calls and visits"),
    Permission.RECORD_CONSENT: _("Record consent"),
    Permission.VIEW_CATALOG: _("See products"),
    Permission.CHANGE_CATALOG: _("Create and change products"),
    Permission.VIEW_ORDERS: _("See orders"),
    Permission.CHANGE_ORDERS: _("Create and change orders"),
    Permission.MANAGE_TASKS: _("Have and give tasks"),
    Permission.VIEW_INSIGHT: _("See the analysis"),
    Permission.REFRESH_INSIGHT: _("Refresh the analysis and name its groups"),
    Permission.VIEW_COSTS: _("See what winning and keeping customers costs"),
    Permission.CHANGE_COSTS: _("Write down what winning and keeping customers costs"),
    Permission.SHARE_VIEWS: _("Share views of lists"),
    Permission.IMPORT: _("Import files"),
    Permission.EXPORT: _("Export lists"),
    Permission.MANAGE_FIELDS: _("Define custom fields and rules"),
    Permission.MANAGE_USERS: _("Manage users, teams and tokens"),
    Permission.MANAGE_COMPANY: _("Change the company's settings"),
}

_READ = frozenset({Permission.VIEW_CUSTOMERS, Permission.VIEW_CATALOG, Permission.VIEW_ORDERS})
_WORK = _READ | {
    Permission.CHANGE_CUSTOMERS,
    Permission.RECORD_CONTACTS,
    Permission.RECORD_CONSENT,
    Permission.MANAGE_TASKS,
}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.MANAGER: frozenset(Permission) - {Permission.MANAGE_USERS, Permission.MANAGE_COMPANY},
    Role.SELLER: _WORK | {Permission.CHANGE_ORDERS, Permission.VIEW_INSIGHT},
    Role.MARKETER: _WORK
    | {
        Permission.SHARE_VIEWS,
        Permission.IMPORT,
        Permission.EXPORT,
        Permission.VIEW_INSIGHT,
        Permission.REFRESH_INSIGHT,
        Permission.VIEW_COSTS,
        Permission.CHANGE_COSTS,
    },
    Role.AGENT: _WORK,
    Role.ANALYST: _READ
    | {
        Permission.SHARE_VIEWS,
        Permission.EXPORT,
        Permission.VIEW_INSIGHT,
        Permission.REFRESH_INSIGHT,
        Permission.VIEW_COSTS,
    },
    Role.READER: _READ,
}

ROLE_VISIBILITY: dict[str, Visibility] = {
    Role.SELLER: Visibility.TEAM,
}


def default_visibility(role: str) -> Visibility:
    """Whose records a newcomer in this role sees."""
    return ROLE_VISIBILITY.get(role, Visibility.ALL)


def lacks_team(visibility: str, teams: "Iterable[Team]") -> bool:
    """Who sees the records of their team needs one: without it only the own would be seen."""
    return visibility == Visibility.TEAM and not any(True for _one in teams)


# A file may touch any customer, and costs are of all of them: not for who sees only some.
_NEED_FULL_SIGHT = frozenset({Permission.IMPORT, Permission.VIEW_COSTS, Permission.CHANGE_COSTS})


def allows(user: "User | AnonymousUser", permission: Permission) -> bool:
    """Whether this user may do this at all; which rows is for ``visible_to``."""
    if not (user.is_authenticated and user.is_active):
        return False
    if permission in _NEED_FULL_SIGHT and user.visibility != Visibility.ALL:
        return False
    return permission in ROLE_PERMISSIONS[user.role]
