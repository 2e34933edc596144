"""A customer's time line, and the whole log for programs that follow it."""

from typing import Any

from django.db import transaction
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from trato.customers.actions import record_contact
from trato.customers.api.finding import find_customer, past
from trato.customers.api.schemas import ContactGiven, EventTold, Feed, TimeLine
from trato.customers.api.showing import told_events
from trato.customers.custom.programs import checked
from trato.customers.drafts import Contact
from trato.customers.models import Category, CustomField, EventKind
from trato.customers.models.event import KINDS_OF
from trato.customers.queries.feed import (
    START,
    Position,
    end_of_log,
    feed,
    is_ahead,
    known_position,
)
from trato.customers.queries.profile import custom_fields
from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.kit.rest.paging import LARGEST_PAGE, Paging, keyset, read_cursor, write_cursor
from trato.kit.rest.refusals import Invalid, Refused

router = Router(tags=["Events"])
END = "end"
MOST_IN_FEED = 1000


class EventFilters(Paging):
    category: list[Category] = Field([], description="May be repeated.", max_length=10)
    kind: list[EventKind] = Field([], description="May be repeated.", max_length=50)


class FeedFilters(BaseModel):
    after: str = Field(
        "",
        max_length=200,
        description="`next_cursor` of the call before; empty begins at the oldest event, `end`"
        " tells the cursor of the newest.",
    )
    kind: list[EventKind] = Field([], description="May be repeated.", max_length=50)
    limit: int = Field(LARGEST_PAGE, ge=1, le=MOST_IN_FEED)


@router.get(
    "/customers/{int:customer_id}/events",
    response=TimeLine,
    summary="The time line of a customer, newest first",
)
def list_events(request: Call, customer_id: int, filters: Query[EventFilters]) -> TimeLine:
    customer = find_customer(request, customer_id)
    events = customer.events.all()
    if filters.category or filters.kind:
        kinds = {kind for category in filters.category for kind in KINDS_OF[category]}
        events = events.filter(kind__in=kinds | set(filters.kind))
    found, cursor = keyset(events, ("-at", "-id"), filters)
    return TimeLine(items=told_events(found), next_cursor=cursor)


@router.post(
    "/customers/{int:customer_id}/events",
    response={201: EventTold},
    summary="Record a note, call, visit, meeting, message or request",
)
def create_contact(request: Call, customer_id: int, given: ContactGiven) -> Status[EventTold]:
    customer = find_customer(request, customer_id, Permission.RECORD_CONTACTS)
    with transaction.atomic():
        contact = Contact(
            kind=given.kind,
            subject=given.subject,
            body=given.body,
            channel=given.channel or "",
            at=past(request, given.at, "at"),
            custom=_custom(given.custom),
        )
        record_contact(customer, contact, recorded_at=request.at, user=request.user)
        [event] = customer.events.filter(recorded_at=request.at).order_by("-id")[:1]
    return Status(201, EventTold.model_validate(event))


def _custom(given: dict[str, Any]) -> dict[str, Any]:
    fields = {field.key: field for field in custom_fields(CustomField.About.CONTACT)}
    values = checked(given, fields, ("custom",))
    return {key: value for key, value in values.items() if value is not None}


@router.get("/events", response={200: Feed, 410: None}, summary="Follow the log of all customers")
def follow_events(request: Call, filters: Query[FeedFilters]) -> Feed:
    """Every event once, in an order that never changes: also those written at the same time.

    Keep `next_cursor` and ask again with it. An event appears when all transactions that began
    before its own have ended, usually at once.
    """
    need(request, Permission.VIEW_CUSTOMERS)
    if filters.after == END:
        return Feed(items=[], next_cursor=write_cursor(end_of_log()), more=False)
    after = known_position(_position(filters.after)) if filters.after else START
    if is_ahead(after):
        raise Refused("cursor_gone")
    events, place = feed(request.user, after=after, kinds=filters.kind, limit=filters.limit)
    more = len(events) == filters.limit
    return Feed(items=told_events(events), next_cursor=write_cursor(place), more=more)


def _position(cursor: str) -> Position:
    values = read_cursor(cursor, "after")
    if len(values) != 2 or not all(type(v) is int and abs(v) < 2**63 for v in values):
        raise Invalid.query("after", "cursor_unknown")
    return values[0], values[1]
