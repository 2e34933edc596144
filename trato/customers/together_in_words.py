"""What a bulk change does, or did, as its page says it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from trato.customers.models import BulkChange, Customer
from trato.identity.models import Team, User
from trato.ui import formats


@dataclass(frozen=True, slots=True)
class Told:
    title: str
    progress: str
    detail: str
    outcome: str
    left: str


def in_words(change: BulkChange) -> Told:
    return Told(
        title=_TITLES[change.field]() % {"value": _value(change)},
        progress=_("Putting back") if change.state == change.State.UNDOING else _("Changing"),
        detail=_("%(done)s of %(total)s")
        % {"done": formats.number(change.done), "total": formats.number(change.total)},
        outcome=_outcome(change),
        left=_left(change),
    )


_TITLES = {
    "owner_id": lambda: _("Owner: %(value)s"),
    "team_id": lambda: _("Team: %(value)s"),
    "status": lambda: _("Relationship: %(value)s"),
    "tags": lambda: _("Tag: %(value)s"),
    "tags_less": lambda: _("Without the tag: %(value)s"),
}


def _value(change: BulkChange) -> str:
    if change.field == "status":
        return str(Customer.Status(change.after).label)
    if change.field in {"tags", "tags_less"}:
        return str(change.after)
    if change.after is None:
        return _("Nobody") if change.field == "owner_id" else pgettext("team", "None")
    model: type[User | Team] = User if change.field == "owner_id" else Team
    found = model._default_manager.filter(pk=change.after).first()
    return str(found or "")


def _outcome(change: BulkChange) -> str:
    if change.state == change.State.UNDONE:
        number = change.put_back
        text = ngettext("%(number)s customer put back.", "%(number)s customers put back.", number)
    else:
        number = change.changed
        text = ngettext("%(number)s customer changed.", "%(number)s customers changed.", number)
    return text % {"number": formats.number(number)}


def _left(change: BulkChange) -> str:
    """Those that stayed as they were, and why."""
    if change.state == change.State.UNDONE:
        number = change.changed - change.put_back
        text = ngettext(
            "%(number)s was changed again since and stays as it is.",
            "%(number)s were changed again since and stay as they are.",
            number,
        )
    else:
        number = change.done - change.changed
        text = ngettext(
            "%(number)s had that value already.", "%(number)s had that value already.", number
        )
    return text % {"number": formats.number(number)} if number > 0 else ""
