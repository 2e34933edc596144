from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from trato.customers.models import sought
from trato.identity.models import Team, User
from trato.identity.rules import Permission, Visibility
from trato.kit.database import SortKey
from trato.kit.history import audited

# Kilobytes of names that a trigram index keeps aside unsorted: each search reads through them.
_PENDING = 256


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> Self:
        """The rows this user may see; a customer of nobody is seen by who sees all."""
        if not user.may(Permission.VIEW_CUSTOMERS):
            return self.none()
        if user.visibility == Visibility.ALL:
            return self
        own = Q(owner=user)
        if user.visibility == Visibility.TEAM:
            colleagues = User.objects.filter(teams__in=user.teams.all())
            own |= Q(team__in=user.teams.all()) | Q(owner__in=colleagues)
        return self.filter(own)

    def named_like(self, text: str) -> Self:
        return self.annotate(_words=SortKey(models.Value(text))).filter(
            sort_key__contains=models.F("_words")
        )


@audited(exclude=["sort_key", "updated_at", "created_at"])
@pgtrigger.register(
    pgtrigger.Trigger(
        name="status_told",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("status"),  # type: ignore[no-untyped-call]
        condition=pgtrigger.AnyChange("status"),
        func="UPDATE customers_summary SET status = NEW.status WHERE customer_id = NEW.id;"
        " RETURN NULL;",
    ),
    sought.WRITTEN,
    sought.CHANGED,
    sought.DELETED,
)
class Customer(models.Model):
    """A person or an organisation in a relationship with us."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    class Status(models.TextChoices):
        POTENTIAL = "potential", _("Potential")
        CURRENT = "current", _("Current")
        LOST = "lost", _("Lost")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PERSON)
    status = models.CharField(
        _("relationship"), max_length=9, choices=Status, default=Status.POTENTIAL
    )
    name = models.CharField(_("name"), max_length=300)
    given_name = models.CharField(_("given name"), max_length=150, blank=True)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    sort_key = models.GeneratedField(
        expression=SortKey("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    tax_id = models.CharField(_("tax number"), max_length=40, blank=True)
    languages: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, verbose_name=_("languages")
    )
    tags: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("tags")
    )
    origin = models.CharField(_("origin"), max_length=100, blank=True)
    owner = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("owner"),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("team"),
    )
    custom: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict, blank=True
    )
    since = models.DateTimeField(_("customer since"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("changed"))

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sort_key", "id"], name="customer_by_name"),
            models.Index(fields=["-created_at", "-id"], name="customer_by_creation"),
            models.Index(fields=["-updated_at", "-id"], name="customer_by_change"),
            models.Index(fields=["since", "id"], name="customer_by_since"),
            GinIndex(
                OpClass("sort_key", "gin_trgm_ops"),
                name="customer_name_trigrams",
                gin_pending_list_limit=_PENDING,
            ),
            GinIndex(fields=["tags"], name="customer_tags"),
            GinIndex(fields=["custom"], name="customer_custom"),
            models.Index(fields=["tax_id"], name="customer_tax_id", condition=~Q(tax_id="")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_organisation(self) -> bool:
        return self.kind == self.Kind.ORGANISATION


@audited()
class EmailAddress(models.Model):
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="emails", db_index=False
    )
    address = models.CharField(_("e-mail"), max_length=254)
    label = models.CharField(_("label"), max_length=40, blank=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_primary", "id"]
        indexes = [
            models.Index(fields=["address"], name="email_address"),
            GinIndex(
                OpClass("address", "gin_trgm_ops"),
                name="email_trigrams",
                gin_pending_list_limit=_PENDING,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "address"], name="email_once_a_customer"),
            models.CheckConstraint(
                condition=Q(address=models.functions.Lower("address")), name="email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.address


@audited()
class PhoneNumber(models.Model):
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="phones", db_index=False
    )
    number = models.CharField(_("telephone"), max_length=20, help_text="E.164")
    label = models.CharField(_("label"), max_length=40, blank=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_primary", "id"]
        indexes = [
            models.Index(fields=["number"], name="phone_number"),
            GinIndex(
                OpClass("number", "gin_trgm_ops"),
                name="phone_trigrams",
                gin_pending_list_limit=_PENDING,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="phone_once_a_customer"),
        ]

    def __str__(self) -> str:
        return self.number


@audited()
class PostalAddress(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    street = models.CharField(_("street"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=150, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    region = models.CharField(_("region"), max_length=150, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    label = models.CharField(_("label"), max_length=40, blank=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_primary", "id"]
        indexes = [
            models.Index(fields=["country", "region"], name="address_place"),
            GinIndex(OpClass(Upper("city"), "gin_trgm_ops"), name="address_city_trigrams"),
        ]

    def __str__(self) -> str:
        town = " ".join(filter(None, [self.postal_code, self.city]))
        return ", ".join(filter(None, [self.street, town, self.region, self.country]))


class ExternalId(models.Model):
    """What another system calls this customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="external_ids")
    system = models.CharField(_("system"), max_length=60, blank=True)
    value = models.CharField(_("id"), max_length=200)
    row = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="The row of a file that brought it to a twin, whom that row may only complete.",
    )

    class Meta:
        ordering = ["system", "value"]
        constraints = [
            models.UniqueConstraint(fields=["system", "value"], name="external_id_unique")
        ]
        indexes = [models.Index(fields=["value"], name="external_id_value")]

    def __str__(self) -> str:
        return f"{self.system}: {self.value}" if self.system else self.value


@audited()
class RoleInOrganisation(models.Model):
    """A person works at an organisation as something."""

    person = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="roles", db_index=False
    )
    organisation = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="people")
    title = models.CharField(_("position"), max_length=150, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["ended_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], name="role_once"),
            models.CheckConstraint(
                condition=~Q(person=models.F("organisation")), name="role_between_two"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pgtrigger.register(
    pgtrigger.Trigger(
        name="status_taken",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="SELECT status INTO NEW.status FROM customers_customer WHERE id = NEW.customer_id;"
        " RETURN NEW;",
    )
)
class Summary(models.Model):
    """What lists sort and filter by: one typed row a customer, written by consumers only.

    Contacts come from the event log, purchases from orders; money is in the company's currency.
    The database itself keeps ``status`` like the customer's: one index has it beside the dates.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="summary"
    )
    status = models.CharField(max_length=9, default="", db_default="", editable=False)
    last_contact_at = models.DateTimeField(_("last contact"), null=True)
    contacts = models.PositiveIntegerField(_("contacts"), default=0)
    first_purchase_at = models.DateTimeField(_("first purchase"), null=True)
    last_purchase_at = models.DateTimeField(_("last purchase"), null=True)
    purchases = models.PositiveIntegerField(_("purchases"), default=0)
    amount = models.DecimalField(_("amount bought"), max_digits=18, decimal_places=4, default=0)
    purchases_last_year = models.PositiveIntegerField(_("purchases in a year"), default=0)
    amount_last_year = models.DecimalField(
        _("amount in a year"), max_digits=18, decimal_places=4, default=0
    )

    class Meta:
        indexes = [
            models.Index(fields=["last_purchase_at", "customer"], name="summary_last_purchase"),
            models.Index(
                fields=["status", "last_purchase_at", "customer"], name="summary_status_purchase"
            ),
            models.Index(fields=["last_contact_at", "customer"], name="summary_last_contact"),
            models.Index(fields=["amount", "customer"], name="summary_amount"),
            models.Index(fields=["purchases", "customer"], name="summary_purchases"),
            models.Index(fields=["amount_last_year", "customer"], name="summary_amount_last_year"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.purchases}"
