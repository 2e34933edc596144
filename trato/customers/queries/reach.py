"""Customers by one exact detail, as programs ask for them."""

from django.db.models import Q

from trato.customers.models import (
    Customer,
    CustomerQuerySet,
    EmailAddress,
    ExternalId,
    PhoneNumber,
)


def with_email(rows: CustomerQuerySet, address: str) -> CustomerQuerySet:
    return rows.filter(pk__in=EmailAddress.objects.filter(address=address).values("customer"))


def with_phone(rows: CustomerQuerySet, number: str) -> CustomerQuerySet:
    return rows.filter(pk__in=PhoneNumber.objects.filter(number=number).values("customer"))


def with_external_id(rows: CustomerQuerySet, text: str) -> CustomerQuerySet:
    """``system:value``, or a value of whatever system."""
    system, _colon, value = text.partition(":")
    either = Q(value=text) | Q(system=system, value=value)
    return rows.filter(pk__in=ExternalId.objects.filter(either).values("customer"))


def locked(customer: Customer) -> Customer:
    """The customer as it is now, until the end of the transaction."""
    return Customer.objects.select_for_update().get(pk=customer.pk)


def customer_of(customer_id: int) -> Customer:
    """Whoever may see it: for who has just written it, and perhaps given it away."""
    return Customer.objects.select_related("summary").get(pk=customer_id)
