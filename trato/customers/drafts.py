"""A customer as forms, programs and files hand it in, before it is one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDraft:
    street: str = ""
    city: str = ""
    postal_code: str = ""
    region: str = ""
    country: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDraft:
    """A yes or no that came with the customer; ``how`` is its evidence."""

    channel: str
    purpose: str
    granted: bool
    how: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """Everything optional but a name or something to tell it by; empty means unknown.

    E-mails are lower case and telephones E.164 already. ``fingerprint`` is what tells the row of a
    file again whose customer has no id, e-mail, telephone or tax number; ``row`` one whose customer
    has.
    """

    kind: str = ""
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    status: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[AddressDraft, ...] = ()
    external_ids: tuple[tuple[str, str], ...] = ()
    birth_date: date | None = None
    tax_id: str = ""
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    origin: str = ""
    owner_id: int | None = None
    team_id: int | None = None
    since: datetime | None = None
    organisation: str = ""
    job_title: str = ""
    custom: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    consents: tuple[ConsentDraft, ...] = ()
    fingerprint: str = ""
    row: str = ""

    @property
    def shown_name(self) -> str:
        """The name to file under: as given, else what identifies the customer best."""
        full = " ".join(filter(None, [self.given_name, self.family_name]))
        rest = [*self.emails, *self.phones, *(value for _system, value in self.external_ids)]
        return next(filter(None, [self.name, full, self.organisation, *rest]), "")

    @property
    def is_bare(self) -> bool:
        """Nothing but what other systems call them."""
        return self == CustomerDraft(external_ids=self.external_ids, row=self.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A call, visit, message or note; ``custom`` are the company's own fields of it."""

    kind: str
    at: datetime
    channel: str = ""
    subject: str = ""
    body: str = ""
    custom: Mapping[str, Any] = field(default_factory=dict)

    @property
    def payload(self) -> dict[str, Any]:
        """What the log keeps besides its columns."""
        told = {"body": self.body, "custom": dict(self.custom)}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft(Contact):
    """A past contact with somebody."""

    customer: CustomerDraft
