"""What is known of one customer in small tables, in one query.

As JSON in one row: a query of a few rows for each table costs a page more than all the rest of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from trato.customers.models import (
    BaseRules,
    Consent,
    Customer,
    CustomField,
    EmailAddress,
    ExternalId,
    Fact,
    PhoneNumber,
    PostalAddress,
)
from trato.customers.queries.profile import base_rules
from trato.identity.models import User


@dataclass(frozen=True, slots=True)
class Ways:
    """How to reach a customer, and what other systems call them."""

    emails: list[EmailAddress]
    phones: list[PhoneNumber]
    addresses: list[PostalAddress]
    external_ids: list[ExternalId]

    def __bool__(self) -> bool:
        return bool(self.emails or self.phones or self.addresses or self.external_ids)


@dataclass(frozen=True, slots=True)
class Known:
    """What hangs on a customer, and by what the company tells all of them apart."""

    ways: Ways
    facts: list[Fact]
    consents: list[Consent]
    custom_fields: list[CustomField]
    rules: BaseRules


_WAYS = (
    """SELECT json_agg(w ORDER BY is_primary DESC, id) FROM (
     SELECT id, address, label, is_primary
     FROM customers_emailaddress WHERE customer_id = %(pk)s) w""",
    """SELECT json_agg(w ORDER BY is_primary DESC, id) FROM (
     SELECT id, number, label, is_primary
     FROM customers_phonenumber WHERE customer_id = %(pk)s) w""",
    """SELECT json_agg(w ORDER BY is_primary DESC, id) FROM (
     SELECT id, street, city, postal_code, region, country, label, is_primary
     FROM customers_postaladdress WHERE customer_id = %(pk)s) w""",
    """SELECT json_agg(w ORDER BY system, value) FROM (
     SELECT id, system, value
     FROM customers_externalid WHERE customer_id = %(pk)s) w""",
)
_MORE = (
    """SELECT json_agg(f ORDER BY noted_at DESC, id DESC) FROM (
     SELECT f.id, f.kind, f.text, f.origin, f.source, f.noted_at, f.noted_by_id, u.name
     FROM customers_fact f LEFT JOIN identity_user u ON u.id = f.noted_by_id
     WHERE f.customer_id = %(pk)s) f""",
    """SELECT json_agg(c) FROM (
     SELECT DISTINCT ON (channel, purpose)
            id, channel, purpose, granted, at, how, text_version, source, recorded_by_id
     FROM customers_consent WHERE customer_id = %(pk)s
     ORDER BY channel, purpose, at DESC, id DESC) c""",
    """SELECT json_agg(f ORDER BY position, label)
     FROM customers_customfield f WHERE is_active""",
    "SELECT json_agg(r) FROM customers_baserules r WHERE id = 1",
)


def _ask(parts: tuple[str, ...], customer: Customer) -> list[list[dict[str, Any]]]:
    """A list of rows for each part."""
    with connection.cursor() as sql:
        sql.execute("SELECT " + ", ".join(f"({part})" for part in parts), {"pk": customer.pk})
        return [rows or [] for rows in sql.fetchone()]


def contact_ways(customer: Customer) -> Ways:
    """All of them, the main ones first."""
    return _ways(customer, _ask(_WAYS, customer))


def known(customer: Customer) -> Known:
    *ways, facts, consents, fields, rules = _ask(_WAYS + _MORE, customer)
    return Known(
        ways=_ways(customer, ways),
        facts=[_fact(customer, **row) for row in facts],
        consents=[_consent(customer, **row) for row in consents],
        custom_fields=[CustomField(**row) for row in fields],
        rules=BaseRules(**rules[0]) if rules else base_rules(),
    )


def _ways(customer: Customer, found: list[list[dict[str, Any]]]) -> Ways:
    emails, phones, addresses, external_ids = found
    return Ways(
        emails=[EmailAddress(customer=customer, **row) for row in emails],
        phones=[PhoneNumber(customer=customer, **row) for row in phones],
        addresses=[PostalAddress(customer=customer, **row) for row in addresses],
        external_ids=[ExternalId(customer=customer, **row) for row in external_ids],
    )


def _fact(
    customer: Customer, *, noted_at: str, noted_by_id: int | None, name: str | None, **row: Any
) -> Fact:
    author = User(pk=noted_by_id, name=name or "") if noted_by_id else None
    at = datetime.fromisoformat(noted_at)
    return Fact(customer=customer, noted_at=at, noted_by=author, **row)


def _consent(customer: Customer, *, at: str, **row: Any) -> Consent:
    return Consent(customer=customer, at=datetime.fromisoformat(at), **row)
