from trato.customers.models.customer import (
    Customer,
    CustomerQuerySet,
    EmailAddress,
    ExternalId,
    PhoneNumber,
    PostalAddress,
    RoleInOrganisation,
    Summary,
)
from trato.customers.models.event import (
    Category,
    Channel,
    ConsumerCursor,
    Event,
    EventFailure,
    EventKind,
    EventQuerySet,
)
from trato.customers.models.profile import (
    BaseRules,
    BulkChange,
    Consent,
    CustomField,
    Fact,
)

__all__ = [
    "BaseRules",
    "BulkChange",
    "Category",
    "Channel",
    "Consent",
    "ConsumerCursor",
    "CustomField",
    "Customer",
    "CustomerQuerySet",
    "EmailAddress",
    "Event",
    "EventFailure",
    "EventKind",
    "EventQuerySet",
    "ExternalId",
    "Fact",
    "PhoneNumber",
    "PostalAddress",
    "RoleInOrganisation",
    "Summary",
]
