"""Who is this already? Exact matches on what identifies a customer."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.expressions import RawSQL

from trato.customers.drafts import CustomerDraft
from trato.customers.models import Customer, EmailAddress, ExternalId, PhoneNumber

MOST_TWINS = 1000


def tax_key(tax_id: str) -> str:
    """A tax number without what people put between its digits."""
    return "".join(letter for letter in tax_id.upper() if letter.isalnum())


@dataclass
class Identities:
    """Which customer each known id, e-mail, tax number and telephone belongs to."""

    external: dict[tuple[str, str], int] = field(default_factory=dict)
    email: dict[str, int] = field(default_factory=dict)
    tax: dict[str, int] = field(default_factory=dict)
    phone: dict[str, int] = field(default_factory=dict)

    def find(self, draft: CustomerDraft) -> int | None:
        """The customer of this id."""
        return next(
            (self.external[pair] for pair in draft.external_ids if pair in self.external), None
        )

    def twin(self, draft: CustomerDraft) -> tuple[str, int] | None:
        """Another customer that shares an e-mail, tax number or telephone, and which."""
        for address in draft.emails:
            if address in self.email:
                return "email", self.email[address]
        if draft.tax_id and tax_key(draft.tax_id) in self.tax:
            return "tax_id", self.tax[tax_key(draft.tax_id)]
        for number in draft.phones:
            if number in self.phone:
                return "phone", self.phone[number]
        return None

    def has_all_of(self, draft: CustomerDraft) -> bool:
        """Whether the draft says nothing but ids that are known."""
        return draft.is_bare and all(pair in self.external for pair in draft.external_ids)

    def add(self, draft: CustomerDraft, customer_id: int) -> None:
        for pair in draft.external_ids:
            self.external.setdefault(pair, customer_id)
        for address in draft.emails:
            self.email.setdefault(address, customer_id)
        if draft.tax_id:
            self.tax.setdefault(tax_key(draft.tax_id), customer_id)
        for number in draft.phones:
            self.phone.setdefault(number, customer_id)


def identities(drafts: Iterable[CustomerDraft]) -> Identities:
    """What the database knows of the ids, e-mails, tax numbers and telephones in the drafts."""
    wanted = list(drafts)
    known = Identities()
    by_system: dict[str, list[str]] = defaultdict(list)
    for draft in wanted:
        for system, value in draft.external_ids:
            by_system[system].append(value)
    for system, values in by_system.items():
        rows = ExternalId.objects.filter(system=system, value__in=values)
        known.external |= {
            (system, value): pk for value, pk in rows.values_list("value", "customer_id")
        }
    # The newest come first, so that the oldest customer of an e-mail or telephone is kept.
    known.email = dict(
        EmailAddress.objects.filter(address__in=_any_of({a for d in wanted for a in d.emails}))
        .order_by("-customer_id")
        .values_list("address", "customer_id")
    )
    known.phone = dict(
        PhoneNumber.objects.filter(number__in=_any_of({n for d in wanted for n in d.phones}))
        .order_by("-customer_id")
        .values_list("number", "customer_id")
    )
    known.tax = _tax_numbers({tax_key(d.tax_id) for d in wanted if d.tax_id})
    return known


def _any_of(texts: set[str]) -> RawSQL:
    """The texts as rows. With a list of thousands PostgreSQL would look for each in the index of
    trigrams, which knows equality, too, and is far slower at it."""
    return RawSQL("SELECT unnest(%s::text[])", [sorted(texts)])


def _tax_numbers(keys: set[str]) -> dict[str, int]:
    if not keys:
        return {}
    rows = Customer.objects.filter(tax_id__in=keys).order_by("-id")
    return dict(rows.values_list("tax_id", "id"))


def twins_of(draft: CustomerDraft, *, besides: int | None = None) -> Sequence[Customer]:
    """Customers that share an identifying detail with this draft, for a person to look at.

    All of them, however many have the same telephone, up to MOST_TWINS a detail.
    """
    ids = Q(pk__in=[])
    for system, value in draft.external_ids:
        ids |= Q(system=system, value=value)
    tax_ids = [tax_key(draft.tax_id)] if draft.tax_id else []
    sharing = (
        ExternalId.objects.filter(ids).values_list("customer_id", flat=True),
        EmailAddress.objects.filter(address__in=draft.emails).values_list("customer_id", flat=True),
        PhoneNumber.objects.filter(number__in=draft.phones).values_list("customer_id", flat=True),
        Customer.objects.filter(tax_id__in=tax_ids).values_list("pk", flat=True),
    )
    found = {pk for rows in sharing for pk in rows.order_by("pk")[:MOST_TWINS]} - {besides}
    return list(Customer.objects.filter(pk__in=found).order_by("sort_key", "pk"))
