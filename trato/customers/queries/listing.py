"""The list of customers: what it can show, filter and sort by, and how it is searched."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.customers.custom.listed import listed
from trato.customers.languages import language_choices
from trato.customers.models import (
    Customer,
    CustomField,
    EmailAddress,
    ExternalId,
    OwnValue,
    PhoneNumber,
    PostalAddress,
)
from trato.customers.queries.profile import known_tags
from trato.customers.queries.score_fields import score_fields
from trato.customers.queries.searching import digits_of, search, similar
from trato.customers.queries.systems import id_systems
from trato.identity.models import Team, User
from trato.kit.database import SortKey
from trato.kit.listing import (
    Aside,
    Column,
    Field,
    JsonKey,
    Kind,
    Listing,
    Order,
    Related,
    Worked,
)
from trato.kit.text import normalise_email, sort_key
from trato.ui import formats

# How files head the ids that another system gave.
EXTERNAL = "external_id:"
# Fields that apps above this one add when they start, given the currency of the company.
FURTHER: list[Callable[[str], Field]] = []


def customer_list(*, currency: str) -> Listing:
    """The fields of every customer and those that an administrator defined."""
    fields = (
        *_identity_fields(),
        *_figure_fields(currency),
        *score_fields(currency),
        *_contact_fields(),
        *_work_fields(),
        *listed(CustomField.About.CUSTOMER, currency=currency, aside=_aside),
        *(make(currency) for make in FURTHER),
    )
    return Listing(
        name="customers",
        model=Customer,
        fields=fields,
        sort="-last_purchase",
        search=search,
        similar=similar,
    )


def customer_file(*, currency: str) -> Listing:
    """The same for files, which have the ids of other systems, too: a field for each system."""
    listing = customer_list(currency=currency)
    return replace(listing, fields=(*listing.fields, *map(_foreign_id, id_systems())))


def _foreign_id(system: str) -> Field:
    key = EXTERNAL + system
    source = Related(ExternalId, "customer", "value", Q(system=system))
    return Field(key, key, Kind.TEXT, source, canonical=key)


def _identity_fields() -> Iterable[Field]:
    yield Field(
        "name",
        _("Name"),
        Kind.TEXT,
        Column("sort_key", shown="name", folded=True),
        order=Order("sort_key"),
        fixed=True,
        optional=False,
        canonical="name",
    )
    yield Field(
        "status",
        _("Relationship"),
        Kind.CHOICE,
        Column("summary__status", shown="status"),
        order=Order("status", indexed=False),
        options=lambda: Customer.Status.choices,
        shown=True,
        optional=False,
        canonical="status",
    )
    yield Field(
        "kind",
        _("Kind"),
        Kind.CHOICE,
        Column("kind"),
        options=lambda: Customer.Kind.choices,
        optional=False,
        canonical="kind",
    )


def _work_fields() -> Iterable[Field]:
    yield Field(
        "owner",
        _("Owner"),
        Kind.LINK,
        Column("owner", shown="owner__name"),
        order=Order(SortKey("owner__name"), nullable=True, indexed=False),
        options=cache(lambda: list(User.objects.all().values_list("pk", "name"))),
        is_person=True,
    )
    yield Field(
        "team",
        _("Team"),
        Kind.LINK,
        Column("team", shown="team__name"),
        order=Order(SortKey("team__name"), nullable=True, indexed=False),
        options=cache(lambda: list(Team.objects.values_list("pk", "name"))),
    )
    yield Field(
        "tags",
        _("Tags"),
        Kind.CHOICES,
        Column("tags", blank=[]),
        options=cache(lambda: [(tag, tag) for tag in known_tags()]),
        is_open=True,
        canonical="tags",
    )
    yield Field(
        "languages",
        _("Languages"),
        Kind.CHOICES,
        Column("languages", blank=[]),
        options=cache(language_choices),
        is_open=True,
        canonical="languages",
    )
    yield Field("origin", _("Origin"), Kind.TEXT, Column("origin", blank=""), canonical="origin")
    yield Field(
        "since",
        _("Customer since"),
        Kind.DATETIME,
        Column("since"),
        order=Order("since", nullable=True),
        canonical="created_at",
    )
    yield Field(
        "created",
        pgettext_lazy("customer", "Created"),
        Kind.DATETIME,
        Column("created_at"),
        order=Order("created_at"),
        optional=False,
    )
    yield Field(
        "changed",
        pgettext_lazy("customer", "Changed"),
        Kind.DATETIME,
        Column("updated_at"),
        order=Order("updated_at"),
        optional=False,
    )


def _contact_fields() -> Iterable[Field]:
    main = Q(is_primary=True)
    yield Field(
        "email",
        _("E-mail"),
        Kind.TEXT,
        Related(EmailAddress, "customer", "address", main, normal=normalise_email, repeats=True),
        shown=True,
        canonical="email",
    )
    yield Field(
        "phone",
        _("Telephone"),
        Kind.TEXT,
        Related(PhoneNumber, "customer", "number", main, normal=digits_of, repeats=True),
        canonical="phone",
    )
    for key, label in (
        ("street", _("Street")),
        ("city", _("City")),
        ("postal_code", _("Postal code")),
        ("region", _("Region")),
    ):
        place = Related(PostalAddress, "customer", key, main, insensitive=True)
        yield Field(key, label, Kind.TEXT, place, canonical=key)
    yield Field(
        "country",
        _("Country"),
        Kind.CHOICE,
        Related(PostalAddress, "customer", "country", main),
        options=cache(_countries),
        canonical="country",
    )
    yield Field(
        "birth_date", _("Date of birth"), Kind.DATE, Column("birth_date"), canonical="birth_date"
    )
    yield Field(
        "tax_id", _("Tax number"), Kind.TEXT, Column("tax_id", blank=""), canonical="tax_id"
    )
    yield Field(
        "customer_id",
        _("Number in files"),
        Kind.TEXT,
        Related(ExternalId, "customer", "value", Q(system="")),
        canonical="customer_id",
    )


def _figure_fields(currency: str) -> Iterable[Field]:
    for key, column, label, indexed in (
        ("last_contact", "last_contact_at", _("Last contact"), True),
        ("first_purchase", "first_purchase_at", _("First purchase"), False),
        ("last_purchase", "last_purchase_at", _("Last purchase"), True),
    ):
        path = f"summary__{column}"
        order = Order(path, tie="summary__customer", nullable=True, indexed=indexed)
        is_shown = key != "first_purchase"
        yield Field(key, label, Kind.DATETIME, Column(path), order=order, shown=is_shown)
    for key, label, kind, indexed in (
        ("purchases", _("Purchases"), Kind.NUMBER, True),
        ("amount", _("Amount bought"), Kind.MONEY, True),
        ("purchases_last_year", _("Purchases in a year"), Kind.NUMBER, False),
        ("amount_last_year", _("Amount in a year"), Kind.MONEY, True),
        ("contacts", _("Contacts"), Kind.NUMBER, False),
    ):
        path = f"summary__{key}"
        yield Field(
            key,
            label,
            kind,
            Worked(path, currency=currency) if kind == Kind.MONEY else Column(path),
            order=Order(path, tie="summary__customer", indexed=indexed),
            unit=currency if kind == Kind.MONEY else "",
            short=_("Amount") if key == "amount" else "",
            shown=key == "amount",
            optional=False,
        )


class _Digits(Column):
    """Days as their digits."""

    def matches(self, lookup: str, value: Any) -> Q:
        return Q(**{f"{self.path}__{lookup}": int(value.strftime("%Y%m%d"))})


def _aside(source: JsonKey) -> Aside | None:
    if source.kind not in {"number", "date"}:
        return None
    is_date = source.kind == "date"
    values = OwnValue.objects.filter(key=source.key, is_date=is_date)
    return Aside(values, "customer_id", _Digits("value") if is_date else Column("value"))


def _countries() -> list[tuple[str, str]]:
    names = formats.locale().territories.items()
    known = [(code, name) for code, name in names if len(code) == 2 and code not in {"ZZ", "QO"}]
    return sorted(known, key=lambda pair: sort_key(pair[1]))
