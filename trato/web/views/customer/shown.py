"""A customer as its page shows it. Each part asks the database when a template asks for it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.safestring import SafeString

from trato.collaboration.models import Task
from trato.customers.custom.words import custom_word
from trato.customers.models import (
    Channel,
    Consent,
    Customer,
    CustomField,
    Fact,
    RoleInOrganisation,
    Summary,
)
from trato.customers.queries.counted import known_volume
from trato.identity.models import Company, User
from trato.identity.rules import Permission
from trato.sales.queries import customer as purchases
from trato.sales.queries.months import months_back
from trato.ui import formats
from trato.ui.addresses import address
from trato.ui.charts import Part
from trato.ui.components.basics import person, status
from trato.ui.components.markup import filled, joined
from trato.ui.frames import framed
from trato.web import words
from trato.web.queries import customer as queries
from trato.web.queries.known import Known, Ways, known
from trato.web.views.customer.insight import Insight

TALL = 40
PERSON = ("given_name", "family_name", "birth_date")
FIELDS = ("tax_id", "languages", "origin", "since", "owner", "team")


@dataclass(frozen=True, slots=True)
class Field:
    """A descriptive field, its value in words and where it is changed."""

    name: str
    label: str
    value: str
    drawn: SafeString
    edit_url: str

    @property
    def is_shown(self) -> bool:
        """Those that matter most keep their place while they are empty."""
        return bool(self.value) or self.name in {"status", "owner"}


def _drawn(name: str, word: str) -> SafeString:
    if name == "owner":
        return person(word)
    if not word:
        return SafeString("")
    return filled('<span class="wrap-anywhere whitespace-pre-line">{}</span>', word)


@dataclass(frozen=True, slots=True)
class Cell:
    """One channel and purpose of the consent matrix."""

    purpose: str
    label: str
    url: str
    consent: Consent | None

    @property
    def granted(self) -> bool | None:
        return self.consent.granted if self.consent else None


@dataclass(frozen=True, slots=True)
class Month:
    """A column of the small chart of purchases; an empty month has a hair on the ground."""

    x: int
    height: int
    label: str

    @property
    def drawn(self) -> SafeString:
        colour = "fill-[var(--azafran)]" if self.height else "fill-[var(--edge)]"
        thickness = self.height or 1
        return filled(_COLUMN, colour, self.x, TALL - thickness, thickness, self.label)


_COLUMN = '<rect class="{}" x="{}" y="{}" width="7" height="{}"><title>{}</title></rect>'


@dataclass(frozen=True, slots=True)
class ConsentRow:
    channel: str
    label: str
    cells: list[Cell]


class Shown:
    def __init__(self, customer: Customer, *, user: User, company: Company, at: datetime) -> None:
        self.customer = customer
        self.user = user
        self.company = company
        self.at = at

    @cached_property
    def may_change(self) -> bool:
        return self.user.may(Permission.CHANGE_CUSTOMERS)

    @cached_property
    def may_record(self) -> bool:
        return self.user.may(Permission.RECORD_CONTACTS)

    @cached_property
    def may_plan(self) -> bool:
        return self.user.may(Permission.MANAGE_TASKS)

    @cached_property
    def may_record_consent(self) -> bool:
        return self.user.may(Permission.RECORD_CONSENT)

    @cached_property
    def may_delete(self) -> bool:
        return self.user.may(Permission.DELETE_CUSTOMERS)

    @property
    def summary(self) -> Summary:
        return self.customer.summary

    @cached_property
    def insight(self) -> Insight:
        return Insight(
            self.customer,
            self._known,
            user=self.user,
            today=self.today,
            currency=self.company.currency,
        )

    @cached_property
    def _known(self) -> Known:
        return known(self.customer)

    @property
    def ways(self) -> Ways:
        return self._known.ways

    @cached_property
    def phones(self) -> list[tuple[object, str]]:
        """Each number with how it is read from the company's country."""
        country = self.company.country
        return [(row, words.telephone(row.number, country)) for row in self.ways.phones]

    @cached_property
    def addresses(self) -> list[tuple[object, list[str]]]:
        """Each address with its lines as on an envelope."""
        return [
            (
                row,
                [
                    line
                    for line in (
                        row.street,
                        " ".join(filter(None, [row.postal_code, row.city])),
                        ", ".join(filter(None, [row.region, words.country_name(row.country)])),
                    )
                    if line
                ],
            )
            for row in self.ways.addresses
        ]

    @cached_property
    def roles(self) -> list[RoleInOrganisation]:
        return queries.roles(self.customer, user=self.user) if self._known.has_roles else []

    @cached_property
    def facts(self) -> list[tuple[str, list[Fact]]]:
        """Declared and observed, apart."""
        return [
            (str(origin.label), [fact for fact in self._known.facts if fact.origin == origin])
            for origin in Fact.Origin
        ]

    @property
    def has_facts(self) -> bool:
        return any(rows for _label, rows in self.facts)

    @property
    def custom_fields(self) -> list[CustomField]:
        return self._known.fields_of(CustomField.About.CUSTOMER)

    @property
    def own_fields(self) -> list[CustomField]:
        """Of customers and of contacts."""
        return self._known.own_fields

    @property
    def contact_fields(self) -> list[CustomField]:
        return self._known.fields_of(CustomField.About.CONTACT)

    @cached_property
    def fields(self) -> list[Field]:
        own = PERSON if not self.customer.is_organisation else ()
        return [self.field(name) for name in ("status", *own, *FIELDS)]

    @cached_property
    def empty_fields(self) -> list[Field]:
        return [field for field in (*self.fields, *self.custom) if not field.is_shown]

    @property
    def details(self) -> SafeString:
        return self._details([field for field in self.fields if field.is_shown])

    @property
    def own_details(self) -> SafeString:
        return self._details([field for field in self.custom if field.is_shown])

    @property
    def empty_details(self) -> SafeString:
        return self._details(self.empty_fields)

    def _details(self, fields: list[Field]) -> SafeString:
        return joined(
            framed(
                "web/customer/detail.html",
                label=field.label,
                value=field.drawn,
                edit_url=field.edit_url if self.may_change else "",
            )
            for field in fields
        )

    @property
    def is_new(self) -> bool:
        """Nothing but the creation is known yet."""
        return not (self.summary.purchases or self.summary.contacts)

    def field(self, name: str) -> Field:
        value = getattr(self.customer, name)
        word = words.field_word(name, value)
        return Field(
            name=name,
            label=words.short_label(name),
            value=word,
            drawn=status(value) if name == "status" else _drawn(name, word),
            edit_url=self._url("customer-field", name),
        )

    @cached_property
    def custom(self) -> list[Field]:
        return [self.custom_field(field) for field in self.custom_fields]

    def custom_field(self, field: CustomField) -> Field:
        value = self.customer.custom.get(field.key)
        word = custom_word(value, field, self.company.currency)
        return Field(
            name=field.key,
            label=field.label,
            value=word,
            drawn=_drawn("", word),
            edit_url=self._url("customer-custom", field.key),
        )

    def _url(self, name: str, *args: int | str) -> str:
        return address(f"web:{name}", self.customer.pk, *args)

    @cached_property
    def purposes(self) -> list[tuple[str, str]]:
        return [(purpose.value, str(purpose.label)) for purpose in Consent.Purpose]

    @cached_property
    def consents(self) -> list[ConsentRow]:
        """The whole matrix, channels down, purposes across."""
        return [self._consents(channel) for channel in Channel]

    @cached_property
    def known_consents(self) -> list[ConsentRow]:
        known = {row.channel for row in self._known.consents}
        return [self._consents(channel) for channel in Channel if channel in known]

    def _consents(self, channel: Channel) -> ConsentRow:
        in_force = {row.purpose: row for row in self._known.consents if row.channel == channel}
        cells = [
            Cell(
                purpose=purpose,
                label=label,
                url=self._url("customer-consent-of", channel.value, purpose),
                consent=in_force.get(purpose),
            )
            for purpose, label in self.purposes
        ]
        return ConsentRow(channel=channel.value, label=str(channel.label), cells=cells)

    @property
    def tasks(self) -> list[Task]:
        return self._known.tasks

    @property
    def next_step(self) -> Task | None:
        return self.tasks[0] if self.tasks else None

    @cached_property
    def today(self) -> date:
        return timezone.localtime(self.at).date()

    @property
    def next_is_late(self) -> bool:
        return self.next_step is not None and self.next_step.is_late(self.today)

    @cached_property
    def standing(self) -> queries.Standing:
        rules = self._known.rules
        volume = known_volume(user=self.user, rules=rules)
        return queries.standing(self.summary, rules, at=self.at, volume=volume)

    @cached_property
    def habits(self) -> purchases.Habits:
        if not self._known.purchase_days and self.summary.first_purchase_at is None:
            return purchases.Habits()
        return purchases.habits(self.customer, at=self.at)

    @property
    def average(self) -> Decimal | None:
        made = self.summary.purchases
        return self.summary.amount / made if made else None

    @cached_property
    def products(self) -> list[Part]:
        return [self._part(one) for one in self.habits.products]

    @cached_property
    def categories(self) -> list[Part]:
        return [self._part(one) for one in self.habits.categories]

    def _part(self, one: purchases.Favourite) -> Part:
        href = address("catalog:product", one.product_id) if one.product_id else ""
        shown = formats.money(one.amount, self.company.currency, cents=False)
        return Part(one.name, float(one.amount), "azafran", href=href, shown=shown)

    @cached_property
    def months(self) -> SafeString:
        """A column for each month, from zero; a month with returns only has none."""
        amounts = self.habits.months
        most = max([*amounts, Decimal(1)])
        columns = [
            Month(
                x=place * 10,
                height=max(2, round(TALL * amount / most)) if amount > 0 else 0,
                label=self._month_label(place, amount),
            )
            for place, amount in enumerate(amounts)
        ]
        return joined(column.drawn for column in columns)

    def _month_label(self, place: int, amount: Decimal) -> str:
        first = months_back(self.today, purchases.MONTHS - 1 - place)
        return f"{formats.month(first)}: {formats.money(amount, self.company.currency)}"
