"""From the typed values of staged rows to the drafts that actions take."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.translation import gettext

from trato.acquisition.drafts import CostDraft
from trato.acquisition.models import Cost
from trato.catalog.drafts import ProductDraft
from trato.customers.drafts import AddressDraft, ConsentDraft, ContactDraft, CustomerDraft
from trato.customers.models import Channel, Consent
from trato.identity.queries import find_user

type Values = Mapping[str, Any]

ADDRESS = ("street", "city", "postal_code", "region", "country")
# By any of these a customer is told again.
TELLING = ("customer_id", "external_ids", "email", "phone", "tax_id")

type Colleagues = Callable[[str], int | None]


def colleagues() -> Colleagues:
    """Finds the user of a name or e-mail, each once; nobody for a name we do not know."""

    @cache
    def find(name: str) -> int | None:
        user = find_user(name_or_email=name) if name else None
        return user.pk if user else None

    return find


def customer_draft(values: Values, find: Colleagues, system: str) -> CustomerDraft:
    """``system`` is the program whose ids of customers the file has, here and below."""
    address = {name: values[name] for name in ADDRESS if values.get(name)}
    is_told = any(values.get(name) for name in TELLING)
    born = values.get("birth_date")
    since = values.get("created_at")
    return CustomerDraft(
        kind=values.get("kind", ""),
        name=values.get("name", ""),
        given_name=values.get("given_name", ""),
        family_name=values.get("family_name", ""),
        status=values.get("status", ""),
        emails=tuple(values.get("email", ())),
        phones=tuple(values.get("phone", ())),
        addresses=(AddressDraft(**address),) if address else (),
        external_ids=(
            *_ids(values.get("customer_id", ""), system),
            *((system, value) for system, value in values.get("external_ids", ())),
        ),
        birth_date=date.fromisoformat(born) if born else None,
        tax_id=values.get("tax_id", ""),
        languages=tuple(values.get("languages", ())),
        tags=tuple(values.get("tags", ())),
        origin=values.get("origin", ""),
        owner_id=find(values.get("owner", "")),
        since=datetime.fromisoformat(since) if since else None,
        organisation=values.get("organisation", ""),
        job_title=values.get("job_title", ""),
        custom=dict(values.get("custom", {})),
        note=values.get("notes", ""),
        consents=_consents(values),
        fingerprint="" if is_told else _fingerprint(values),
        row=_fingerprint(values) if is_told else "",
    )


def _fingerprint(values: Values) -> str:
    """The same for the same row, whatever its capitals: it stands for the id that it lacks."""
    told = json.dumps({key: value for key, value in values.items() if value}, sort_keys=True)
    return hashlib.sha256(told.casefold().encode()).hexdigest()[:40]


def _consents(values: Values) -> tuple[ConsentDraft, ...]:
    told = values.get("consent_email")
    if not told:
        return ()
    since = told.get("at")
    return (
        ConsentDraft(
            channel=Channel.EMAIL,
            purpose=Consent.Purpose.MARKETING,
            granted=told["granted"],
            how=told.get("how") or gettext("Imported from a file"),
            at=datetime.fromisoformat(since) if since else None,
        ),
    )


def _ids(value: str, system: str) -> tuple[tuple[str, str], ...]:
    return ((system, value),) if value else ()


def product_draft(values: Values) -> ProductDraft:
    return ProductDraft(
        code=values["product_id"],
        name=values.get("name", ""),
        category=values.get("category", ""),
        brand=values.get("brand", ""),
        price=_amount(values, "price"),
        cost=_amount(values, "cost"),
        currency=values.get("currency", ""),
        unit=values.get("unit", ""),
        quality_tier=values.get("quality_tier"),
        description=values.get("description", ""),
        is_active=values.get("active"),
        custom=dict(values.get("custom", {})),
    )


def cost_group(values: Values) -> str:
    """The same for rows of the same cost: reports have a row a day, or an advertisement."""
    whom = json.dumps([values.get(name, "") for name in ("purpose", "source", "campaign")])
    return f"{values['month'][:7]} {hashlib.sha256(whom.encode()).hexdigest()[:40]}"


def cost_draft(rows: Sequence[Values]) -> CostDraft:
    """Rows of the same group are one cost, their sum."""
    first = rows[0]
    return CostDraft(
        month=date.fromisoformat(first["month"]),
        amount=sum((Decimal(row["amount"]) for row in rows), Decimal(0)),
        purpose=first.get("purpose", Cost.Purpose.ACQUIRE),
        source=first.get("source", ""),
        campaign=first.get("campaign", ""),
        currency=first.get("currency", ""),
        note=next((row["note"] for row in rows if row.get("note")), ""),
    )


def _amount(values: Values, name: str) -> Decimal | None:
    return Decimal(values[name]) if values.get(name) is not None else None


def buyer_draft(
    number: str | None,
    emails: Sequence[str] | None,
    name: str | None,
    country: str | None,
    *,
    system: str,
) -> CustomerDraft:
    """Whom the lines of an order name."""
    return CustomerDraft(
        external_ids=_ids(number or "", system),
        name=name or "",
        emails=tuple(emails or ()),
        addresses=(AddressDraft(country=country),) if country else (),
        fingerprint="" if number or emails else _fingerprint({"name": name, "country": country}),
    )


def contact_draft(values: Values, system: str) -> ContactDraft:
    emails, phones = values.get("customer_email", ()), values.get("customer_phone", ())
    number, name = values.get("customer_id", ""), values.get("customer_name", "")
    return ContactDraft(
        customer=CustomerDraft(
            external_ids=_ids(number, system),
            name=name,
            emails=tuple(emails),
            phones=tuple(phones),
            fingerprint="" if number or emails or phones else _fingerprint({"name": name}),
        ),
        kind=values["kind"],
        at=datetime.fromisoformat(values["at"]),
        channel=values.get("channel", ""),
        subject=values.get("subject", ""),
        body=values.get("body", ""),
        custom=dict(values.get("custom", {})),
    )
