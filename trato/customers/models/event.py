from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from trato.customers.models.customer import Customer
from trato.identity.models import User
from trato.kit.database import CurrentTransaction, SortKey


class Category(models.TextChoices):
    """The four parts of a customer's profile."""

    TRANSACTION = "transaction", _("Purchases")
    CONTACT = "contact", _("Contacts")
    PROFILE = "profile", _("Profile")
    RESPONSE = "response", _("Responses to marketing")


class EventKind(models.TextChoices):
    """Everything the log can tell; each kind belongs to one category."""

    ORDER_PLACED = "order_placed", _("Purchase")
    ORDER_CHANGED = "order_changed", _("Purchase changed")
    ORDER_CANCELLED = "order_cancelled", _("Purchase cancelled")
    ORDER_RETURNED = "order_returned", _("Return")
    ORDER_DELETED = "order_deleted", _("Purchase deleted")
    NOTE = "note", _("Note")
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    MEETING = "meeting", _("Meeting")
    EMAIL = "email", _("E-mail")
    MESSAGE = "message", _("Message")
    SERVICE_REQUEST = "service_request", _("Service request")
    TASK_DONE = "task_done", _("Task done")
    CUSTOMER_CREATED = "customer_created", _("Customer created")
    CUSTOMER_CHANGED = "customer_changed", _("Customer changed")
    STATUS_CHANGED = "status_changed", _("Relationship changed")
    STAGE_CHANGED = "stage_changed", _("Stage changed")
    FACT_RECORDED = "fact_recorded", _("Fact recorded")
    CONSENT_GIVEN = "consent_given", _("Consent given")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Consent withdrawn")
    CAMPAIGN_SENT = "campaign_sent", _("Campaign sent")
    CAMPAIGN_OPENED = "campaign_opened", _("Campaign opened")
    CAMPAIGN_CLICKED = "campaign_clicked", _("Campaign clicked")
    COUPON_REDEEMED = "coupon_redeemed", _("Coupon redeemed")
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION_DECLINED = "suggestion_declined", _("Suggestion declined")


TRANSACTIONS = frozenset(kind for kind in EventKind if kind.value.startswith("order_"))
CONTACTS = frozenset(
    {
        EventKind.NOTE,
        EventKind.CALL,
        EventKind.VISIT,
        EventKind.MEETING,
        EventKind.EMAIL,
        EventKind.MESSAGE,
        EventKind.SERVICE_REQUEST,
        EventKind.COMPLAINT,
    }
)
RESPONSES = frozenset(
    {
        EventKind.CAMPAIGN_SENT,
        EventKind.CAMPAIGN_OPENED,
        EventKind.CAMPAIGN_CLICKED,
        EventKind.COUPON_REDEEMED,
        EventKind.SUGGESTION_DECLINED,
    }
)
KINDS_OF: dict[Category, frozenset[EventKind]] = {
    Category.TRANSACTION: TRANSACTIONS,
    Category.CONTACT: CONTACTS,
    Category.RESPONSE: RESPONSES,
    Category.PROFILE: frozenset(EventKind) - TRANSACTIONS - CONTACTS - RESPONSES,
}
_CATEGORY_OF = {kind.value: category for category, kinds in KINDS_OF.items() for kind in kinds}


def category_of(kind: str) -> Category:
    return _CATEGORY_OF[kind]


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    TELEPHONE = "telephone", _("Telephone")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")
    LETTER = "letter", _("Letter")
    SHOP = "shop", _("Shop")
    WEB = "web", _("Web")
    IN_PERSON = "in_person", _("In person")
    SOCIAL = "social", _("Social network")


def told() -> SortKey:
    """All the words of a contact, without capitals and accents."""
    body = Coalesce(KT("payload__body"), Value(""), output_field=models.TextField())
    return SortKey(Concat("subject", Value(" "), body, output_field=models.TextField()))


def words_told() -> SearchVector:
    return SearchVector(told(), config="simple")


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Event(models.Model):
    """One line of the append-only log. Written by ``actions.record_events`` only.

    The database refuses to change a line, and to delete one outside an erasure or an undone
    import. ``transaction`` is the writer's transaction id: consumers read in its order.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    kind = models.CharField(max_length=20, choices=EventKind)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=60, blank=True)
    actor = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=40, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    payload: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict, blank=True
    )
    imported = models.BooleanField(default=False)
    key = models.CharField(max_length=160, null=True, blank=True)  # noqa: DJ001
    transaction = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="event_time_line"),
            models.Index(fields=["transaction", "id"], name="event_log_order"),
            # For the day when a user is removed; most events have no author.
            models.Index(fields=["actor"], name="event_of_actor", condition=Q(actor__isnull=False)),
            GinIndex(words_told(), name="event_words_told", condition=Q(kind__in=sorted(CONTACTS))),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="event_key_unique", condition=Q(key__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.kind}"

    @property
    def category(self) -> Category:
        return category_of(self.kind)

    @property
    def actor_name(self) -> str:
        return self.actor.name if self.actor else ""


class ConsumerCursor(models.Model):
    """How far a consumer has read: all events up to this (transaction, id)."""

    # Before every event, also before those of a restored log, which lie below zero.
    START = -(2**62)

    name = models.CharField(primary_key=True, max_length=80)
    transaction = models.BigIntegerField(default=START)
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class EventErasure(models.Model):
    """Events that somebody took back, as when the file that brought them is undone. Who keeps a
    copy of the log sees by it that the copy holds too much."""

    at = models.DateTimeField()
    events = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.at}: {self.events}"


class EventFailure(models.Model):
    """An event that a consumer could not digest, put aside so that the rest goes on."""

    consumer = models.CharField(max_length=80)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="failures")
    at = models.DateTimeField()
    problem = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consumer", "event"], name="event_failure_once")
        ]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.event_id}"
