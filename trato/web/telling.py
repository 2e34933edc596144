"""An event of the log as a line that people read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trato.customers.custom.words import custom_word
from trato.customers.models import (
    Category,
    Channel,
    Consent,
    Customer,
    CustomField,
    Event,
    EventKind,
    Fact,
    StageCause,
)
from trato.customers.queries.profile import Entry
from trato.identity.models import Team, User
from trato.sales.models import Order
from trato.sales.queries.customer import Bought
from trato.ui import formats
from trato.ui.addresses import address
from trato.ui.stages import STAGES
from trato.web.words import channel_word, field_label, field_word

ICONS: dict[str, str] = {
    EventKind.ORDER_PLACED: "shopping-bag",
    EventKind.ORDER_CHANGED: "receipt-text",
    EventKind.ORDER_CANCELLED: "ban",
    EventKind.ORDER_RETURNED: "undo-2",
    EventKind.ORDER_DELETED: "trash-2",
    EventKind.NOTE: "sticky-note",
    EventKind.CALL: "phone",
    EventKind.VISIT: "map-pin",
    EventKind.MEETING: "users",
    EventKind.EMAIL: "mail",
    EventKind.MESSAGE: "message-circle",
    EventKind.SERVICE_REQUEST: "life-buoy",
    EventKind.COMPLAINT: "triangle-alert",
    EventKind.TASK_DONE: "square-check",
    EventKind.CUSTOMER_CREATED: "user-plus",
    EventKind.CUSTOMER_CHANGED: "pencil",
    EventKind.STATUS_CHANGED: "refresh-cw",
    EventKind.FACT_RECORDED: "heart",
    EventKind.CONSENT_GIVEN: "shield-check",
    EventKind.CONSENT_WITHDRAWN: "shield-x",
    EventKind.CAMPAIGN_SENT: "send",
    EventKind.CAMPAIGN_OPENED: "mail-open",
    EventKind.CAMPAIGN_CLICKED: "mouse-pointer-click",
    EventKind.COUPON_REDEEMED: "ticket",
    EventKind.STAGE_CHANGED: "route",
    EventKind.SUGGESTION_DECLINED: "thumbs-down",
}
TONES: dict[str, str] = {
    EventKind.ORDER_CANCELLED: "granate",
    EventKind.ORDER_RETURNED: "granate",
    EventKind.ORDER_DELETED: "granate",
    EventKind.COMPLAINT: "granate",
    EventKind.CONSENT_WITHDRAWN: "granate",
}
# A call is by telephone: nobody needs to be told.
IMPLIED: dict[str, str] = {
    EventKind.CALL: Channel.TELEPHONE,
    EventKind.EMAIL: Channel.EMAIL,
    EventKind.VISIT: Channel.IN_PERSON,
    EventKind.MEETING: Channel.IN_PERSON,
}
ORDER_TITLES = {
    EventKind.ORDER_PLACED.value: gettext_lazy("Purchase %(number)s"),
    EventKind.ORDER_CHANGED.value: gettext_lazy("Purchase %(number)s changed"),
    EventKind.ORDER_CANCELLED.value: gettext_lazy("Purchase %(number)s cancelled"),
    EventKind.ORDER_RETURNED.value: gettext_lazy("Return %(number)s"),
    EventKind.ORDER_DELETED.value: gettext_lazy("Purchase %(number)s deleted"),
}
TONE_OF = {
    Category.TRANSACTION: "azafran",
    Category.CONTACT: "cielo",
    Category.PROFILE: "neutral",
    Category.RESPONSE: "pino",
}


@dataclass(slots=True)
class Line:
    """One line of the time line, in words."""

    event: Event | Entry
    icon: str
    tone: str
    title: str
    detail: str = ""
    body: str = ""
    href: str = ""
    amount: str = ""

    @property
    def at(self) -> datetime:
        return self.event.at

    @property
    def start(self) -> str:
        """Of a long body."""
        return Truncator(self.body).chars(360) if len(self.body) > 480 else ""

    @property
    def said(self) -> str:
        """In a few words, where the body has no room."""
        return self.detail or Truncator(self.body.split("\n", 1)[0]).chars(80)

    @property
    def who(self) -> str:
        """A purchase from a file is not the doing of who brought the file."""
        is_brought = self.event.imported and self.event.category == Category.TRANSACTION
        return "" if is_brought else self.event.actor_name


type Called = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Names:
    """Of owners, teams and organisations, as far as somebody may know them."""

    users: Called = field(default_factory=dict)
    teams: Called = field(default_factory=dict)
    organisations: Called = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The names that events only point at."""

    orders: Mapping[int, Bought]
    names: Names
    currency: str
    own: Sequence[CustomField] = ()


def names_in(events: Sequence[Event | Entry], *, user: User) -> Names:
    """Of whom these events tell, as this user may know."""
    changed = [event.payload.get("changes", {}) for event in events]
    users = {pk for change in changed for pk in change.get("owner_id", ()) if pk}
    teams = {pk for change in changed for pk in change.get("team_id", ()) if pk}
    firms = {event.payload["organisation"] for event in events if "organisation" in event.payload}
    return Names(
        users=_called(User.objects.all(), users),
        teams=_called(Team.objects.all(), teams),
        organisations=_called(Customer.objects.visible_to(user), firms),
    )


def _called(rows: QuerySet[Any], wanted: set[int]) -> Called:
    return dict(rows.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def tell_of_own_fields(events: Iterable[Event | Entry]) -> bool:
    return any(
        "custom" in event.payload or "custom" in event.payload.get("changes", {})
        for event in events
    )


def tell(event: Event | Entry, known: Known) -> Line:
    line = Line(
        event=event,
        icon=ICONS.get(event.kind, "circle"),
        tone=TONES.get(event.kind) or TONE_OF[event.category],
        title=str(EventKind(event.kind).label),
        detail=event.subject,
    )
    teller = TELLERS.get(event.kind, _contact)
    teller(line, event, known)
    return line


def _order(line: Line, event: Event | Entry, known: Known) -> None:
    bought = known.orders.get(event.payload.get("order", 0))
    title = str(ORDER_TITLES[event.kind])
    cancelled = event.kind in {EventKind.ORDER_CANCELLED, EventKind.ORDER_DELETED}
    if cancelled and bought and bought.status == Order.Status.RETURNED:
        title = _("Purchase %(number)s returned")
    line.title = title % {"number": event.subject}
    details = [channel_word(event.channel)]
    if bought:
        line.href = address("sales:order", bought.pk)
        if bought.products:
            products = ngettext("%(count)s product", "%(count)s products", bought.products)
            details.insert(0, products % {"count": formats.number(bought.products)})
    if event.amount is not None:
        money = formats.money(event.amount, event.currency or "EUR")
        if cancelled:
            details.append(_("%(amount)s no longer count") % {"amount": money})
        else:
            line.amount = money
    line.detail = " · ".join(filter(None, details))


def _contact(line: Line, event: Event | Entry, known: Known) -> None:
    body = str(event.payload.get("body") or "")
    cut = event.subject.endswith("…") and body.startswith(event.subject[:-1])
    line.detail = "" if cut else event.subject
    own = event.payload.get("custom") or {}
    notes = _notes(_custom_changes({}, own, known, CustomField.About.CONTACT)) if own else []
    line.body = "\n".join(filter(None, [body, *notes]))
    channel = "" if IMPLIED.get(event.kind) == event.channel else channel_word(event.channel)
    if channel:
        line.title = _("%(kind)s · %(channel)s") % {"kind": line.title, "channel": channel}
    if event.amount is not None:
        line.amount = formats.money(event.amount, event.currency or "EUR")


def _created(line: Line, event: Event | Entry, known: Known) -> None:
    line.detail = _("imported") if event.imported else ""


def _fact(line: Line, event: Event | Entry, known: Known) -> None:
    declared = event.payload.get("origin") == Fact.Origin.DECLARED
    line.title = _("They said") if declared else _("We observed")
    line.detail = _("“%(text)s”") % {"text": event.subject} if declared else event.subject
    line.icon = "message-circle" if declared else "eye"


def _consent(line: Line, event: Event | Entry, known: Known) -> None:
    purposes = dict(Consent.Purpose.choices)
    purpose = event.payload.get("purpose", "")
    about = {"purpose": purposes.get(purpose, purpose), "channel": channel_word(event.channel)}
    line.detail = _("%(purpose)s, by %(channel)s") % {
        name: _small(str(word)) for name, word in about.items()
    }
    evidence = [event.payload.get("how"), _version(event.payload.get("text_version"))]
    line.body = " · ".join(filter(None, evidence))


def _small(word: str) -> str:
    """As within a sentence: SMS and WhatsApp stay as they are."""
    return word if word[1:] != word[1:].lower() else word[:1].lower() + word[1:]


def _version(text_version: str | None) -> str:
    return _("text %(version)s") % {"version": text_version} if text_version else ""


def _changed(line: Line, event: Event | Entry, known: Known) -> None:
    """What changed, in words; one change is the line itself, several are listed below it."""
    where = known.names.organisations.get(event.payload.get("organisation", 0), "")
    told = [
        pair
        for name, (before, after) in event.payload.get("changes", {}).items()
        for pair in _change(name, before, after, known)
    ]
    if where:
        told = [(what, " · ".join(filter(None, [how, where]))) for what, how in told]
    if event.payload.get("cause") == "purchases":
        line.body = _("By what they buy, following the company's rules.")
    if len(told) == 1:
        line.title, line.detail = told[0]
        return
    line.detail = ""
    line.body = "\n".join(filter(None, [line.body, *_notes(told)]))
    if told:
        counted = ngettext("%(count)s detail changed", "%(count)s details changed", len(told))
        line.title = counted % {"count": len(told)}


def _notes(told: Iterable[tuple[str, str]]) -> list[str]:
    return [_("%(what)s: %(how)s") % {"what": what, "how": how} for what, how in told]


def _change(name: str, before: Any, after: Any, known: Known) -> list[tuple[str, str]]:
    """Pairs of (what, how it changed)."""
    if name == "custom":
        return _custom_changes(before or {}, after or {}, known)
    if name in LISTED:
        added, removed = LISTED[name]
        gone = [(str(removed()), str(word)) for word in _listed(before)]
        return gone + [(str(added()), str(word)) for word in _listed(after)]
    if name in {"tags", "languages"}:
        return _members(name, before or [], after or [])
    label = str(capfirst(field_label(name)))
    names = known.names.users if name == "owner_id" else known.names.teams
    if name in {"owner_id", "team_id"}:
        return [(label, _arrow(names.get(before, ""), names.get(after, "")))]
    return [(label, _arrow(field_word(name, before), field_word(name, after)))]


def _listed(value: Any) -> list[Any]:
    if not value:
        return []
    return value if isinstance(value, list) else [value]


LISTED: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "emails": (lambda: _("E-mail added"), lambda: _("E-mail removed")),
    "phones": (lambda: _("Telephone added"), lambda: _("Telephone removed")),
    "addresses": (lambda: _("Address added"), lambda: _("Address removed")),
    "external_ids": (lambda: _("Id added"), lambda: _("Id removed")),
    "facts": (lambda: _("Fact added"), lambda: _("Fact removed")),
    "role": (lambda: _("Position"), lambda: _("Position ended")),
}


def _members(name: str, before: list[str], after: list[str]) -> list[tuple[str, str]]:
    label = str(capfirst(field_label(name)))
    added = [f"+ {field_word(name, [word])}" for word in after if word not in before]
    removed = [f"− {field_word(name, [word])}" for word in before if word not in after]
    return [(label, ", ".join(added + removed))] if added or removed else []


def _custom_changes(
    before: dict[str, Any],
    after: dict[str, Any],
    known: Known,
    about: CustomField.About = CustomField.About.CUSTOMER,
) -> list[tuple[str, str]]:
    own = {field.key: field for field in known.own if field.about == about}
    keys = [key for key in {**own, **before, **after} if before.get(key) != after.get(key)]
    return [
        (
            own[key].label if key in own else key,
            _arrow(
                custom_word(before.get(key), own.get(key), known.currency),
                custom_word(after.get(key), own.get(key), known.currency),
            ),
        )
        for key in keys
    ]


def _arrow(before: str, after: str) -> str:
    if not before:
        return after
    return f"{before} → {after or '—'}"


def _task(line: Line, event: Event | Entry, known: Known) -> None:
    line.detail = event.subject


def _stage(line: Line, event: Event | Entry, known: Known) -> None:
    before, after = (STAGES.get(event.payload.get(end)) for end in ("from", "to"))
    line.detail = _arrow(*(str(stage[0]) if stage else "" for stage in (before, after)))
    causes = dict(StageCause.choices)
    told = [causes.get(event.payload.get("cause", "")), event.payload.get("reason")]
    line.body = " · ".join(str(word) for word in told if word)


def _declined(line: Line, event: Event | Entry, known: Known) -> None:
    line.detail = event.subject


TELLERS: dict[str, Callable[[Line, Event | Entry, Known], None]] = {
    EventKind.ORDER_PLACED: _order,
    EventKind.ORDER_CHANGED: _order,
    EventKind.ORDER_CANCELLED: _order,
    EventKind.ORDER_RETURNED: _order,
    EventKind.ORDER_DELETED: _order,
    EventKind.CUSTOMER_CREATED: _created,
    EventKind.CUSTOMER_CHANGED: _changed,
    EventKind.STATUS_CHANGED: _changed,
    EventKind.FACT_RECORDED: _fact,
    EventKind.CONSENT_GIVEN: _consent,
    EventKind.CONSENT_WITHDRAWN: _consent,
    EventKind.TASK_DONE: _task,
    EventKind.STAGE_CHANGED: _stage,
    EventKind.SUGGESTION_DECLINED: _declined,
}
