"""What people do to one customer."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.customers.actions.events import NewEvent, record_events
from trato.customers.actions.locking import lock_identities
from trato.customers.actions.merging import plain
from trato.customers.actions.saving import Twins, save_customers
from trato.customers.drafts import AddressDraft, CustomerDraft
from trato.customers.models import (
    Customer,
    EmailAddress,
    EventKind,
    ExternalId,
    PhoneNumber,
    PostalAddress,
    RoleInOrganisation,
)
from trato.customers.queries.matching import identities, tax_key, twins_of
from trato.identity.models import User
from trato.kit.database import erasing_events


class TwinFound(Exception):
    """Somebody with the same e-mail, telephone, tax number or id is there already."""

    def __init__(self, twins: list[Customer]) -> None:
        super().__init__(", ".join(twin.name for twin in twins))
        self.twins = twins


class HasPurchases(Exception):
    """A customer with purchases is kept: the company's books need them."""


@transaction.atomic
def create_customer(
    draft: CustomerDraft,
    *,
    at: datetime,
    user: User | None,
    source: str,
    twin_is_fine: bool = False,
) -> Customer:
    """Raises TwinFound unless the caller has seen the twins, ValidationError without a name."""
    if not draft.shown_name:
        raise ValidationError({"name": _("Write a name, an e-mail or a telephone number.")})
    lock_identities([draft])
    if not twin_is_fine and (twins := list(twins_of(draft))):
        raise TwinFound(twins)
    [outcome] = save_customers(
        [draft], at=at, user=user, source=source, twins=Twins.CREATE, known=identities([draft])
    )
    return Customer.objects.get(pk=outcome.customer_id or 0)


@transaction.atomic
def update_customer(
    customer: Customer, *, changes: dict[str, Any], at: datetime, user: User | None
) -> Customer:
    """Set fields of the customer itself; what is equal already is no change.

    Raises ValidationError.
    """
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    if "tax_id" in changes:
        changes = changes | {"tax_id": tax_key(changes["tax_id"])}
    real = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not real:
        return row
    shown = {name: [plain(getattr(row, name)), plain(value)] for name, value in real.items()}
    for name, value in real.items():
        setattr(row, name, value)
    row.updated_at = at
    row.full_clean(exclude=["sort_key"])
    row.save(update_fields=[*real, "updated_at"])
    _tell_change(row, shown, at=at, user=user)
    return row


def _tell_change(
    customer: Customer,
    changes: dict[str, Any],
    *,
    at: datetime,
    user: User | None,
    **about: int,
) -> None:
    """``about`` are the ids of others whom the change concerns, too."""
    Customer.objects.filter(pk=customer.pk).update(updated_at=at)
    others = {name: change for name, change in changes.items() if name != "status"}
    told = {
        EventKind.STATUS_CHANGED: {"status": changes["status"]} if "status" in changes else {},
        EventKind.CUSTOMER_CHANGED: others,
    }
    events = [
        NewEvent(customer_id=customer.pk, kind=kind, at=at, payload={"changes": part, **about})
        for kind, part in told.items()
        if part
    ]
    record_events(events, recorded_at=at, user=user)


@transaction.atomic
def delete_customer(customer: Customer, *, at: datetime, user: User | None) -> None:
    """Remove a customer and all that hangs on it. Raises HasPurchases."""
    with erasing_events():
        try:
            customer.delete()
        except ProtectedError as error:
            raise HasPurchases from error


@transaction.atomic
def add_email(
    customer: Customer, *, address: str, label: str = "", at: datetime, user: User | None
) -> EmailAddress:
    """``address`` is normalised already; one that the customer has is returned as it is."""
    first = not customer.emails.exists()
    row, created = EmailAddress.objects.get_or_create(
        customer=customer, address=address, defaults={"label": label, "is_primary": first}
    )
    if created:
        _tell_change(customer, {"emails": [None, [address]]}, at=at, user=user)
    return row


@transaction.atomic
def add_phone(
    customer: Customer, *, number: str, label: str = "", at: datetime, user: User | None
) -> PhoneNumber:
    first = not customer.phones.exists()
    row, created = PhoneNumber.objects.get_or_create(
        customer=customer, number=number, defaults={"label": label, "is_primary": first}
    )
    if created:
        _tell_change(customer, {"phones": [None, [number]]}, at=at, user=user)
    return row


@transaction.atomic
def add_address(
    customer: Customer, *, draft: AddressDraft, at: datetime, user: User | None
) -> PostalAddress:
    row = PostalAddress(
        customer=customer,
        street=draft.street,
        city=draft.city,
        postal_code=draft.postal_code,
        region=draft.region,
        country=draft.country,
        label=draft.label,
        is_primary=not customer.addresses.exists(),
    )
    row.full_clean()
    row.save()
    _tell_change(customer, {"addresses": [None, [str(row)]]}, at=at, user=user)
    return row


@transaction.atomic
def add_external_id(
    customer: Customer, *, system: str, value: str, at: datetime, user: User | None
) -> ExternalId:
    """Raises ValidationError when the id belongs to another customer."""
    row = ExternalId(customer=customer, system=system, value=value)
    row.full_clean()
    row.save()
    _tell_change(customer, {"external_ids": [None, [str(row)]]}, at=at, user=user)
    return row


type ContactWay = EmailAddress | PhoneNumber | PostalAddress | ExternalId


@transaction.atomic
def remove_contact_way(way: ContactWay, *, at: datetime, user: User | None) -> None:
    """Take off an e-mail, telephone, address or id; the next one becomes the main one."""
    model, customer, field = type(way), way.customer, _FIELD_OF[type(way)]
    way.delete()
    if not isinstance(way, ExternalId) and way.is_primary:
        following = model._default_manager.filter(customer=customer).order_by("id").first()
        if following is not None and not isinstance(following, ExternalId):
            make_primary(following)
    _tell_change(customer, {field: [[str(way)], None]}, at=at, user=user)


_FIELD_OF: dict[type, str] = {
    EmailAddress: "emails",
    PhoneNumber: "phones",
    PostalAddress: "addresses",
    ExternalId: "external_ids",
}


@transaction.atomic
def make_primary(way: EmailAddress | PhoneNumber | PostalAddress) -> None:
    siblings = type(way)._default_manager.filter(customer_id=way.customer_id)
    siblings.filter(is_primary=True).update(is_primary=False)
    siblings.filter(pk=way.pk).update(is_primary=True)


@transaction.atomic
def set_role(
    person: Customer, *, organisation: Customer, title: str, at: datetime, user: User | None
) -> RoleInOrganisation:
    """The person works there as this. Raises ValidationError for a role with oneself."""
    row = RoleInOrganisation.objects.filter(person=person, organisation=organisation).first()
    row = row or RoleInOrganisation(person=person, organisation=organisation)
    before = row.title if row.pk else None
    row.title, row.ended_on = title, None
    row.full_clean()
    row.save()
    if before != title:
        shown = {"role": [before, title]}
        _tell_change(person, shown, at=at, user=user, organisation=organisation.pk)
    return row


@transaction.atomic
def end_role(role: RoleInOrganisation, *, at: datetime, user: User | None) -> None:
    RoleInOrganisation.objects.filter(pk=role.pk).update(ended_on=timezone.localdate(at))
    shown = {"role": [role.title, None]}
    _tell_change(role.person, shown, at=at, user=user, organisation=role.organisation_id)
