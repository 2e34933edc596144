"""Customers as programs send and get them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from trato.customers.models import Channel, Consent, Customer, CustomField, EventKind, Fact
from trato.kit.rest.paging import Page, Paging
from trato.kit.rest.values import Country, Day, Email, Given, Id, Moment, Money, Told, text

Name = Annotated[str, text(300)]
Tag = Annotated[str, text(60, 1)]
Language = Annotated[str, text(8, 2)]
Telephone = Annotated[str, text(60, 1)]
System = Annotated[str, text(60)]
ExternalValue = Annotated[str, text(200, 1)]
Custom = dict[str, Any]

# Unlike an empty list, nothing to copy for each customer of a batch.
_NONE: Any = ()
_CUSTOM = "Values of custom fields by key; see `/custom-fields`."


class AddressGiven(Given):
    street: Annotated[str, text(300)] = ""
    city: Annotated[str, text(150)] = ""
    postal_code: Annotated[str, text(20)] = ""
    region: Annotated[str, text(150)] = ""
    country: Country = Field("", description="Two letters, or a name such as `España`.")
    label: Annotated[str, text(40)] = ""


class ExternalIdGiven(Given):
    system: System = Field("", description="Whose id it is; empty for the company's own number.")
    value: ExternalValue


class CustomerGiven(Given):
    """Needs a name or something to tell the customer by; what is left out stays unknown."""

    kind: Customer.Kind | None = None
    status: Customer.Status | None = None
    name: Name = ""
    given_name: Annotated[str, text(150)] = ""
    family_name: Annotated[str, text(150)] = ""
    emails: list[Email] = Field(_NONE, max_length=50)
    phones: list[Telephone] = Field(
        _NONE, max_length=50, description="Without a prefix they belong to the company's country."
    )
    addresses: list[AddressGiven] = Field(_NONE, max_length=50)
    external_ids: list[ExternalIdGiven] = Field(_NONE, max_length=50)
    birth_date: Day | None = None
    tax_id: Annotated[str, text(40)] = ""
    languages: list[Language] = Field(_NONE, max_length=20)
    tags: list[Tag] = Field(_NONE, max_length=50)
    origin: Annotated[str, text(100)] = ""
    owner_id: Id | None = None
    team_id: Id | None = None
    since: Moment | None = None
    organisation: Name = Field("", description="Name of the company where the person works.")
    job_title: Annotated[str, text(150)] = ""
    custom: Custom = Field({}, description=_CUSTOM)


class CustomerNew(CustomerGiven):
    twin_is_fine: bool = Field(
        False, description="Create although somebody shares an e-mail, telephone, tax number or id."
    )


class CustomerChange(Given):
    """Only what is sent changes; null empties a date, owner or team."""

    kind: Customer.Kind = Customer.Kind.PERSON
    status: Customer.Status = Customer.Status.POTENTIAL
    name: Annotated[str, text(300, 1)] = ""
    given_name: Annotated[str, text(150)] = ""
    family_name: Annotated[str, text(150)] = ""
    birth_date: Day | None = None
    tax_id: Annotated[str, text(40)] = ""
    languages: list[Language] = Field([], max_length=20)
    tags: list[Tag] = Field([], max_length=50)
    origin: Annotated[str, text(100)] = ""
    owner_id: Id | None = None
    team_id: Id | None = None
    since: Moment | None = None
    custom: Custom = Field({}, description=f"{_CUSTOM} Other keys stay; null removes a value.")


class Batch(Given):
    customers: list[CustomerGiven] = Field(min_length=1, max_length=1000)


class EmailGiven(Given):
    address: Email
    label: Annotated[str, text(40)] = ""


class PhoneGiven(Given):
    number: Telephone
    label: Annotated[str, text(40)] = ""


class MainGiven(Given):
    is_primary: Literal[True]


class RoleGiven(Given):
    organisation_id: Id
    title: Annotated[str, text(150)] = ""


class FactGiven(Given):
    kind: Fact.Kind = Fact.Kind.PREFERENCE
    text: Annotated[str, text(300, 1)]
    origin: Fact.Origin
    source: Annotated[str, text(200)] = ""
    noted_at: Moment | None = Field(None, description="Now, if left out.")


class ConsentGiven(Given):
    channel: Channel
    purpose: Consent.Purpose
    granted: bool
    how: Annotated[str, text(200, 1)] = Field(description="The evidence: how it was given.")
    text_version: Annotated[str, text(60)] = ""
    at: Moment | None = Field(None, description="Now, if left out.")


class ContactGiven(Given):
    kind: EventKind = Field(description="A contact: `note`, `call`, `visit`, `meeting` and so on.")
    subject: Annotated[str, text(300, 1)]
    body: Annotated[str, text(20_000)] = ""
    channel: Channel | None = None
    at: Moment | None = Field(None, description="When it happened; now, if left out.")
    custom: Custom = Field({}, description=_CUSTOM)


class CustomFieldGiven(Given):
    about: CustomField.About = CustomField.About.CUSTOMER
    label: Annotated[str, text(100, 1)]
    type: CustomField.Type = CustomField.Type.TEXT
    options: list[Annotated[str, text(100, 1)]] = Field([], max_length=500)


class CustomFieldChange(Given):
    label: Annotated[str, text(100, 1)] = ""
    options: list[Annotated[str, text(100, 1)]] = Field([], max_length=500)
    is_active: bool = True


class EmailTold(Told):
    id: int
    address: str
    label: str
    is_primary: bool


class PhoneTold(Told):
    id: int
    number: str = Field(description="E.164")
    label: str
    is_primary: bool


class AddressTold(Told):
    id: int
    street: str
    city: str
    postal_code: str
    region: str
    country: str
    label: str
    is_primary: bool


class ExternalIdTold(Told):
    id: int
    system: str
    value: str


class FiguresTold(Told):
    """Worked out in the background, seconds after the events; money in the company's currency."""

    last_contact_at: datetime | None
    contacts: int
    first_purchase_at: datetime | None
    last_purchase_at: datetime | None
    purchases: int
    amount: Money
    purchases_last_year: int
    amount_last_year: Money


class CustomerTold(Told):
    id: int
    kind: Customer.Kind
    status: Customer.Status
    name: str
    given_name: str
    family_name: str
    birth_date: date | None
    tax_id: str
    languages: list[str]
    tags: list[str]
    origin: str
    owner_id: int | None
    team_id: int | None
    since: datetime | None
    custom: Custom
    created_at: datetime
    updated_at: datetime
    emails: list[EmailTold]
    phones: list[PhoneTold]
    addresses: list[AddressTold]
    external_ids: list[ExternalIdTold]
    figures: FiguresTold | None


class CustomerNamed(Told):
    id: int
    name: str


class RoleTold(Told):
    id: int
    person: CustomerNamed
    organisation: CustomerNamed
    title: str
    ended_on: date | None


class FactTold(Told):
    id: int
    kind: Fact.Kind
    text: str
    origin: Fact.Origin
    source: str
    noted_at: datetime
    noted_by_id: int | None


class ConsentTold(Told):
    id: int
    channel: str
    purpose: str
    granted: bool
    at: datetime
    how: str
    text_version: str
    recorded_by_id: int | None


class CustomerWhole(CustomerTold):
    roles: list[RoleTold]
    people: list[RoleTold]
    facts: list[FactTold]
    consents: list[ConsentTold] = Field(description="The latest word for each channel and purpose.")


class CustomerPage(Page[CustomerTold]):
    pass


class BatchOutcome(Told):
    result: Literal["created", "updated", "unchanged", "refused"]
    customer_id: int | None = Field(description="Also the twin because of which it was refused.")
    twin_by: str = Field(
        description="What is shared with a twin: `email`, `phone` or `tax_id`; `id_of_another`"
        " where the ids are those of two customers."
    )


class BatchOutcomes(Told):
    outcomes: list[BatchOutcome] = Field(description="One for each customer sent, in order.")


class RolePage(Page[RoleTold]):
    pass


class FactPage(Page[FactTold]):
    pass


class ConsentPage(Page[ConsentTold]):
    pass


class RoleFilters(Paging):
    current: bool | None = Field(None, description="Whether it has not ended.")


class FactFilters(Paging):
    kind: Fact.Kind | None = None
    origin: Fact.Origin | None = None


class ConsentFilters(Paging):
    channel: Channel | None = None
    purpose: Consent.Purpose | None = None
    granted: bool | None = None


class CustomFieldTold(Told):
    id: int
    about: CustomField.About = Field(description="What has it; keys are unique among those.")
    key: str
    label: str
    type: CustomField.Type
    options: list[str]
    is_active: bool


class CustomFieldsTold(Told):
    items: list[CustomFieldTold]


class EventTold(Told):
    id: int
    customer_id: int
    kind: str
    category: str
    at: datetime = Field(description="When it happened.")
    recorded_at: datetime
    source: str
    actor_id: int | None
    channel: str
    subject: str
    amount: Money | None
    currency: str
    payload: dict[str, Any]
    imported: bool = Field(description="History that came in a file.")


class TimeLine(Page[EventTold]):
    pass


class Feed(Told):
    items: list[EventTold]
    next_cursor: str = Field(description="Send it as `after`; it is there on the last page too.")
    more: bool = Field(description="Whether more can be read at once.")
