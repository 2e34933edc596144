"""What the customer page shows, put together from the apps below in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from trato.customers.drafts import CustomerDraft
from trato.customers.models import (
    BaseRules,
    Consent,
    Customer,
    EmailAddress,
    PhoneNumber,
    RoleInOrganisation,
    Summary,
)
from trato.customers.queries.base import Volume
from trato.customers.queries.matching import tax_key
from trato.identity.models import User
from trato.web.queries.known import contact_ways
from trato.web.words import address_words, telephone

type Place = tuple[datetime, int]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def place_after(at: datetime, pk: int) -> str:
    """Where a page of a list by (moment, id) ended, as a word for an address."""
    return f"{(at - EPOCH) // MICROSECOND}-{pk}"


def parse_place(word: str | None) -> Place | None:
    """The place again; nothing for a word that was not made by us."""
    moment, _dash, pk = (word or "").rpartition("-")
    try:
        return EPOCH + int(moment) * MICROSECOND, int(pk)
    except (ValueError, OverflowError):
        return None


def roles(customer: Customer, *, user: User) -> list[RoleInOrganisation]:
    """Where a person works, or who works at an organisation; those one may see, current first."""
    visible = Customer.objects.visible_to(user)
    if customer.is_organisation:
        rows = customer.people.filter(person__in=visible).select_related("person")
    else:
        rows = customer.roles.filter(organisation__in=visible).select_related("organisation")
    return list(rows.order_by(F("ended_on").desc(nulls_first=True), "id")[:50])


def people_to_link(customer: Customer, *, user: User, words: str) -> list[Customer]:
    """Who could have a role with this customer: people for an organisation, and the reverse."""
    if len(words.strip()) < 2:
        return []
    return list(
        linkable(customer, user=user).named_like(words.strip()).order_by("sort_key", "pk")[:8]
    )


def linkable(customer: Customer, *, user: User) -> Any:
    kinds = Customer.Kind
    other = kinds.PERSON if customer.is_organisation else kinds.ORGANISATION
    return Customer.objects.visible_to(user).filter(kind=other).exclude(pk=customer.pk)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the relationship rests on, by the company's own rules."""

    days_since: int | None
    is_active: bool
    frequency: str
    volume: str
    lost_after: int
    lost_on: date | None


def standing(
    summary: Summary, rules: BaseRules, *, at: datetime, volume: Volume | None = None
) -> Standing:
    """``volume`` is what the classes of it are, where that is known."""
    last = summary.last_purchase_at
    if last is None:
        return Standing(None, False, "", "", rules.lost_days, None)
    days = (timezone.localtime(at).date() - timezone.localtime(last).date()).days
    return Standing(
        days_since=days,
        is_active=days <= rules.active_days,
        frequency=_frequency(summary.purchases_last_year, rules),
        volume=volume.of(summary.amount_last_year)
        if volume and summary.purchases_last_year
        else "",
        lost_after=rules.lost_days,
        lost_on=timezone.localtime(last).date() + timedelta(days=rules.lost_days),
    )


def _frequency(purchases: int, rules: BaseRules) -> str:
    if purchases >= rules.frequent_purchases:
        return "frequent"
    if purchases >= rules.regular_purchases:
        return "regular"
    return "occasional" if purchases else ""


def consent_history(customer: Customer, *, channel: str, purpose: str) -> list[Consent]:
    rows = customer.consents.filter(channel=channel, purpose=purpose)
    return list(rows.select_related("recorded_by"))


def others_with(
    customer: Customer, *, user: User, emails: Sequence[str], phones: Sequence[str]
) -> list[str]:
    """The names of those who share one of these with the customer, a few, as far as visible."""
    same = {
        *EmailAddress.objects.filter(address__in=emails).values_list("customer", flat=True)[:20],
        *PhoneNumber.objects.filter(number__in=phones).values_list("customer", flat=True)[:20],
    }
    rows = Customer.objects.visible_to(user).filter(pk__in=same - {customer.pk})
    return list(rows.order_by("sort_key").values_list("name", flat=True)[:3])


TWINS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody who may be the newcomer already, and what the two share."""

    customer: Customer
    known: list[tuple[str, bool]]
    """What is known of them in words, each with whether the newcomer has it, too."""


@dataclass(frozen=True, slots=True)
class Twins:
    """The first of them, and how many more there are."""

    shown: list[Twin]
    more: int


def twins_shown(
    draft: CustomerDraft, twins: Sequence[Customer], *, user: User, country: str
) -> Twins:
    """Those twins that this user may see, as they are read in this country."""
    ids = [twin.pk for twin in twins]
    rows = Customer.objects.visible_to(user).filter(pk__in=ids).select_related("owner", "summary")
    found = [
        Twin(customer, _known(customer, draft, country))
        for customer in rows.order_by("sort_key")[:TWINS_SHOWN]
    ]
    return Twins(found, rows.count() - len(found))


def _known(customer: Customer, draft: CustomerDraft, country: str) -> list[tuple[str, bool]]:
    ways = contact_ways(customer)
    known = [(row.address, row.address in draft.emails) for row in ways.emails]
    known += [(telephone(row.number, country), row.number in draft.phones) for row in ways.phones]
    if customer.tax_id:
        is_shared = bool(draft.tax_id) and customer.tax_id == tax_key(draft.tax_id)
        known.append((customer.tax_id, is_shared))
    return known + [(address_words(row), False) for row in ways.addresses]
