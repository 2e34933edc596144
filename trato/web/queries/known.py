"""What is known of one customer in small tables, in one query.

As JSON in one row: a query of a few rows for each table costs a page more than all the rest of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from trato.catalog.models import Product
from trato.collaboration.models import Task
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
from trato.insight.offered import STILL_OFFERED
from trato.sales.models import Recommendation

TASKS = 4
PURCHASE_DAYS = 60
MOST_OF_A_KIND = 2


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
    """What hangs on a customer, and by what the company tells all of them apart.

    ``tasks`` are the next steps, the first one due first; ``suggestions`` the best of each kind
    that are still offered, what is told as a better one not twice; ``purchase_days`` the latest
    first; ``value_basis`` what the value of the last analysis is of, and ``backtest`` how its
    forecasts came true;
    ``stage_reason`` why a person set the stage, and their name.
    """

    ways: Ways
    facts: list[Fact]
    consents: list[Consent]
    own_fields: list[CustomField]
    rules: BaseRules
    tasks: list[Task]
    suggestions: list[Recommendation]
    purchase_days: list[date]
    value_basis: str
    backtest: Mapping[str, Any]
    has_roles: bool
    stage_reason: tuple[str, str]

    def fields_of(self, about: CustomField.About) -> list[CustomField]:
        """The company's own, of customers or of contacts."""
        return [field for field in self.own_fields if field.about == about]


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
     FROM customers_customfield f WHERE is_active AND about IN ('customer', 'contact')""",
    "SELECT json_agg(r) FROM customers_baserules r WHERE id = 1",
    """SELECT json_agg(t ORDER BY due_on, id) FROM (
     SELECT t.id, t.title, t.kind, t.due_on, t.assignee_id, u.name
     FROM collaboration_task t LEFT JOIN identity_user u ON u.id = t.assignee_id
     WHERE t.customer_id = %(pk)s AND t.done_at IS NULL
     ORDER BY t.due_on, t.id LIMIT %(tasks)s) t""",
    " ".join(
        (
            """SELECT json_agg(r ORDER BY kind, rank) FROM (
     SELECT r.kind, r.rank, r.reason, r.also, r.among, r.since, r.days,
            row_number() OVER (PARTITION BY r.kind ORDER BY r.rank) AS place,
            json_build_object('id', p.id, 'code', p.code, 'name', p.name, 'currency', p.currency,
                              'price', p.price::text) AS product,
            b.name AS because
     FROM sales_recommendation r
     JOIN catalog_product p ON p.id = r.product_id
     LEFT JOIN catalog_product b ON b.id = r.because_id
     WHERE r.customer_id = %(pk)s AND""",
            STILL_OFFERED,
            """AND (r.kind <> 'cross_sell' OR NOT EXISTS (
         SELECT FROM sales_recommendation u
         WHERE u.customer_id = r.customer_id AND u.product_id = r.product_id
           AND u.kind = 'up_sell' AND u.rank <= %(of_a_kind)s))
     ) r WHERE place <= %(of_a_kind)s""",
        )
    ),
    """SELECT json_agg(day ORDER BY day DESC) FROM (
     SELECT DISTINCT (ordered_at AT TIME ZONE %(zone)s)::date AS day
     FROM sales_order
     WHERE customer_id = %(pk)s AND status IN ('pending', 'completed') AND total > 0
     ORDER BY day DESC LIMIT %(days)s) d""",
    """SELECT json_agg(r) FROM (
     SELECT figures ->> 'value_basis' AS basis,
            jsonb_path_query_first(figures, '$.backtest ? (@.type() == "object")')
                - 'weeks' - 'classes' #- '{money,classes}' AS backtest
     FROM insight_run WHERE state = 'done' ORDER BY id DESC LIMIT 1) r""",
    """SELECT json_agg(id) FROM (
     SELECT id FROM customers_roleinorganisation
     WHERE person_id = %(pk)s OR organisation_id = %(pk)s LIMIT 1) r""",
    """SELECT json_agg(o) FROM (
     SELECT o.reason, u.name AS by FROM insight_stageoverride o
     LEFT JOIN identity_user u ON u.id = o.user_id WHERE o.customer_id = %(pk)s) o""",
)


def _ask(parts: tuple[str, ...], customer: Customer) -> list[list[Any]]:
    """A list of rows for each part."""
    given: dict[str, int | str] = {
        "pk": customer.pk,
        "tasks": TASKS,
        "of_a_kind": MOST_OF_A_KIND,
        "days": PURCHASE_DAYS,
        "zone": timezone.get_current_timezone_name(),
    }
    with connection.cursor() as sql:
        sql.execute("SELECT " + ", ".join(f"({part})" for part in parts), given)
        return [rows or [] for rows in sql.fetchone()]


def contact_ways(customer: Customer) -> Ways:
    """All of them, the main ones first."""
    return _ways(customer, _ask(_WAYS, customer))


def known(customer: Customer) -> Known:
    *ways, facts, consents, fields, rules, tasks, offers, days, runs, roles, overrides = _ask(
        _WAYS + _MORE, customer
    )
    return Known(
        ways=_ways(customer, ways),
        facts=[_fact(customer, **row) for row in facts],
        consents=[_consent(customer, **row) for row in consents],
        own_fields=[CustomField(**row) for row in fields],
        rules=BaseRules(**rules[0]) if rules else base_rules(),
        tasks=[_task(customer, **row) for row in tasks],
        suggestions=[_suggestion(customer, **row) for row in offers],
        purchase_days=[date.fromisoformat(day) for day in days],
        value_basis=(runs[0]["basis"] or "") if runs else "",
        backtest=(runs[0]["backtest"] or {}) if runs else {},
        has_roles=bool(roles),
        stage_reason=(overrides[0]["reason"], overrides[0]["by"] or "") if overrides else ("", ""),
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
    at = datetime.fromisoformat(noted_at)
    return Fact(customer=customer, noted_at=at, noted_by=_user(noted_by_id, name), **row)


def _user(pk: int | None, name: str | None) -> User | None:
    return User(pk=pk, name=name or "") if pk else None


def _day(word: str | None) -> date | None:
    return date.fromisoformat(word) if word else None


def _consent(customer: Customer, *, at: str, **row: Any) -> Consent:
    return Consent(customer=customer, at=datetime.fromisoformat(at), **row)


def _task(
    customer: Customer, *, due_on: str | None, assignee_id: int | None, name: str | None, **row: Any
) -> Task:
    assignee = _user(assignee_id, name)
    return Task(customer=customer, due_on=_day(due_on), assignee=assignee, **row)


def _suggestion(
    customer: Customer,
    *,
    product: dict[str, Any],
    because: str | None,
    since: str | None,
    place: int,
    **row: Any,
) -> Recommendation:
    """``place`` is the rank among those that are left."""
    price = product.pop("price")
    return Recommendation(
        customer=customer,
        product=Product(price=Decimal(price) if price else None, **product),
        because=Product(name=because) if because is not None else None,
        since=_day(since),
        **row,
    )
