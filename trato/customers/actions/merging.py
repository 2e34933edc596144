"""What a draft adds to a customer that is known already."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Value

from trato.customers.drafts import AddressDraft, CustomerDraft
from trato.customers.models import (
    Customer,
    EmailAddress,
    ExternalId,
    PhoneNumber,
    PostalAddress,
)
from trato.customers.queries.matching import known_by_name_alone, tax_key
from trato.kit.database import IsAny

SCALARS = (
    "kind",
    "status",
    "name",
    "given_name",
    "family_name",
    "birth_date",
    "tax_id",
    "origin",
    "owner_id",
    "team_id",
    "since",
)


@dataclass
class Profile:
    """A customer with what hangs on it, held in memory while a batch is compared."""

    customer: Customer
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    addresses: set[AddressDraft] = field(default_factory=set)
    external_ids: list[tuple[str, str]] = field(default_factory=list)

    def take(self, difference: "Difference") -> None:
        for name, value in difference.fields.items():
            setattr(self.customer, name, value)
        self.emails |= {row.address for row in difference.emails}
        self.phones |= {row.number for row in difference.phones}
        self.addresses |= {_as_draft(row) for row in difference.addresses}
        self.external_ids += [(row.system, row.value) for row in difference.external_ids]


@dataclass
class Difference:
    fields: dict[str, Any] = field(default_factory=dict)
    emails: list[EmailAddress] = field(default_factory=list)
    phones: list[PhoneNumber] = field(default_factory=list)
    addresses: list[PostalAddress] = field(default_factory=list)
    external_ids: list[ExternalId] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(
            self.fields or self.emails or self.phones or self.addresses or self.external_ids
        )

    def merge(self, later: "Difference") -> None:
        self.before = {**later.before, **self.before}
        self.fields |= later.fields
        self.emails += later.emails
        self.phones += later.phones
        self.addresses += later.addresses
        self.external_ids += later.external_ids

    def shown(self) -> dict[str, list[Any]]:
        """Before and after of each changed field, and what was added."""
        before = self.before.get("fields", {})
        pairs = {name: [before.get(name), plain(value)] for name, value in self.fields.items()}
        added = {
            "emails": [row.address for row in self.emails],
            "phones": [row.number for row in self.phones],
            "addresses": [str(row) for row in self.addresses],
            "external_ids": [str(row) for row in self.external_ids],
        }
        return pairs | {name: [None, rows] for name, rows in added.items() if rows}

    @staticmethod
    def address_row(pk: int, draft: AddressDraft, *, is_primary: bool) -> PostalAddress:
        return PostalAddress(
            customer_id=pk,
            street=draft.street,
            city=draft.city,
            postal_code=draft.postal_code,
            region=draft.region,
            country=draft.country,
            label=draft.label,
            is_primary=is_primary,
        )


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def _as_draft(row: PostalAddress) -> AddressDraft:
    return AddressDraft(
        street=row.street,
        city=row.city,
        postal_code=row.postal_code,
        region=row.region,
        country=row.country,
        label=row.label,
    )


def profiles(ids: Iterable[int], drafts: Collection[CustomerDraft]) -> dict[int, Profile]:
    """The customers of these ids, with what hangs on them as far as the drafts bring the like."""
    wanted = set(ids)
    if not wanted:
        return {}
    # Two writers may name the same customers by different ids: locked in one order by both.
    rows = Customer.objects.filter(IsAny(F("pk"), Value(list(wanted))))
    rows = rows.order_by("pk").select_for_update()
    found: dict[int, Profile] = defaultdict()
    found.update({customer.pk: Profile(customer) for customer in rows})
    whose = IsAny(F("customer_id"), Value(list(found)))
    if any(draft.emails for draft in drafts):
        emails = EmailAddress.objects.filter(whose)
        for pk, email in emails.values_list("customer_id", "address"):
            found[pk].emails.add(email)
    if any(draft.phones for draft in drafts):
        phones = PhoneNumber.objects.filter(whose)
        for pk, number in phones.values_list("customer_id", "number"):
            found[pk].phones.add(number)
    if any(draft.addresses for draft in drafts):
        for address in PostalAddress.objects.filter(whose):
            found[address.customer_id].addresses.add(_as_draft(address))
    if any(draft.external_ids for draft in drafts):
        others = ExternalId.objects.filter(whose).order_by("id")
        for pk, system, value in others.values_list("customer_id", "system", "value"):
            found[pk].external_ids.append((system, value))
    return found


def differences(profile: Profile, draft: CustomerDraft, *, overwrite: bool) -> Difference:
    """What this draft would change. Without ``overwrite`` only gaps are filled."""
    is_same, overwrite = overwrite, overwrite and _speaks_first(profile, draft)
    customer, pk = profile.customer, profile.customer.pk
    found = Difference(fields=_scalars(customer, draft, overwrite=overwrite))
    found.fields |= _collections(customer, draft, overwrite=overwrite)
    found.emails = [
        EmailAddress(customer_id=pk, address=a, is_primary=not (profile.emails or index))
        for index, a in enumerate(_new(draft.emails, profile.emails))
    ]
    found.phones = [
        PhoneNumber(customer_id=pk, number=n, is_primary=not (profile.phones or index))
        for index, n in enumerate(_new(draft.phones, profile.phones))
    ]
    found.addresses = [
        Difference.address_row(pk, a, is_primary=not (profile.addresses or index))
        for index, a in enumerate(_new(draft.addresses, profile.addresses))
    ]
    found.external_ids = [
        ExternalId(customer_id=pk, system=system, value=value, row="" if is_same else draft.row)
        for system, value in dict.fromkeys(draft.external_ids)
        if (system, value) not in profile.external_ids
    ]
    if found:
        found.before = _before(customer, found)
    return found


def said_already(drafts: Iterable[CustomerDraft]) -> dict[str, int]:
    """By fingerprint, who is known by name alone and of whom the draft says nothing new.

    So a list that was exported, and not imported before, makes no twin of them either.
    """
    asked = [d for d in drafts if d.fingerprint and not (d.note or d.consents or d.organisation)]
    by_name = known_by_name_alone({draft.shown_name for draft in asked}) if asked else {}
    now = profiles({pk for found in by_name.values() for pk in found}, asked)
    told: dict[str, int] = {}
    for draft in asked:
        for pk in by_name.get(draft.shown_name, ()):
            if not differences(now[pk], draft, overwrite=True):
                told.setdefault(draft.fingerprint, pk)
    return told


def _new[T](offered: Iterable[T], known: set[T]) -> list[T]:
    return [value for value in dict.fromkeys(offered) if value not in known]


def _speaks_first(profile: Profile, draft: CustomerDraft) -> bool:
    """Of several ids of one system only the oldest overwrites: no run turns the others round."""
    for system, value in draft.external_ids:
        first = next((v for s, v in profile.external_ids if s == system), value)
        if first != value:
            return False
    return True


def _scalars(customer: Customer, draft: CustomerDraft, *, overwrite: bool) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name in SCALARS:
        value = tax_key(draft.tax_id) if name == "tax_id" else getattr(draft, name)
        old = getattr(customer, name)
        if value not in ("", None) and value != old and (overwrite or old in ("", None)):
            changed[name] = value
    full = " ".join(filter(None, [draft.given_name, draft.family_name]))
    if overwrite and not draft.name and full and full != customer.name:
        changed["name"] = full
    return changed


def _collections(customer: Customer, draft: CustomerDraft, *, overwrite: bool) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name in ("languages", "tags"):
        old = getattr(customer, name)
        joined = [*old, *(word for word in getattr(draft, name) if word not in old)]
        if joined != old:
            changed[name] = joined
    custom = customer.custom | draft.custom if overwrite else draft.custom | customer.custom
    if custom != customer.custom:
        changed["custom"] = custom
    return changed


def _before(customer: Customer, found: Difference) -> dict[str, Any]:
    added = {
        "emails": [row.address for row in found.emails],
        "phones": [row.number for row in found.phones],
        "addresses": [vars_of(row) for row in found.addresses],
        "external_ids": [[row.system, row.value] for row in found.external_ids],
    }
    return {
        "fields": {name: plain(getattr(customer, name)) for name in found.fields},
        "after": {name: plain(value) for name, value in found.fields.items()},
        "added": {name: rows for name, rows in added.items() if rows},
    }


def vars_of(row: PostalAddress) -> dict[str, str]:
    names = ("street", "city", "postal_code", "region", "country", "label")
    return {name: getattr(row, name) for name in names}
