"""Who is this already? Exact matches on what identifies a customer."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from trato.customers.drafts import CustomerDraft
from trato.customers.models import Customer, EmailAddress, Event, ExternalId, PhoneNumber

MOST_TWINS = 1000
_ROW = "row:"


def tax_key(tax_id: str) -> str:
    """A tax number without what people put between its digits; empty if it is nothing else."""
    return "".join(letter for letter in tax_id.upper() if letter.isalnum())


@dataclass
class Identities:
    """Which customer each known id, e-mail, tax number, telephone and row of a file belongs to.

    ``completed`` are ids that came to a twin, with the row of a file that brought them.
    """

    external: dict[tuple[str, str], int] = field(default_factory=dict)
    email: dict[str, int] = field(default_factory=dict)
    tax: dict[str, int] = field(default_factory=dict)
    phone: dict[str, int] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    completed: dict[tuple[str, str], str] = field(default_factory=dict)

    def find(self, draft: CustomerDraft) -> int | None:
        """The customer of this id, or of this row of a file where there is none."""
        found = (self.external[pair] for pair in draft.external_ids if pair in self.external)
        return next(found, self.row.get(draft.fingerprint))

    def twin(self, draft: CustomerDraft) -> tuple[str, int] | None:
        """Another customer that shares an e-mail, tax number or telephone, and which."""
        for address in draft.emails:
            if address in self.email:
                return "email", self.email[address]
        if (key := tax_key(draft.tax_id)) in self.tax:
            return "tax_id", self.tax[key]
        for number in draft.phones:
            if number in self.phone:
                return "phone", self.phone[number]
        return None

    def gives_away(self, draft: CustomerDraft, customer_id: int) -> bool:
        """Whether the draft has an id of somebody else, too."""
        return any(
            self.external.get(pair, customer_id) != customer_id for pair in draft.external_ids
        )

    def has_all_of(self, draft: CustomerDraft) -> bool:
        """Whether the draft says nothing but ids that are known, or what a row said before."""
        if draft.fingerprint in self.row:
            return True
        if draft.row and any(self.completed.get(pair) == draft.row for pair in draft.external_ids):
            return True
        return draft.is_bare and all(pair in self.external for pair in draft.external_ids)

    def add(self, draft: CustomerDraft, customer_id: int) -> None:
        for pair in draft.external_ids:
            self.external.setdefault(pair, customer_id)
        for address in draft.emails:
            self.email.setdefault(address, customer_id)
        if key := tax_key(draft.tax_id):
            self.tax.setdefault(key, customer_id)
        for number in draft.phones:
            self.phone.setdefault(number, customer_id)
        if draft.fingerprint:
            self.row.setdefault(draft.fingerprint, customer_id)


def identities(drafts: Iterable[CustomerDraft]) -> Identities:
    """What the database knows of the ids, e-mails, tax numbers and telephones in the drafts."""
    wanted = list(drafts)
    known = Identities()
    told = _of_systems({pair for draft in wanted for pair in draft.external_ids})
    known.external = {pair: pk for pair, pk, _row in told}
    known.completed = {pair: row for pair, _pk, row in told if row}
    known.email = _newest_first(EmailAddress, "address", {a for d in wanted for a in d.emails})
    known.phone = _newest_first(PhoneNumber, "number", {n for d in wanted for n in d.phones})
    known.tax = _tax_numbers({tax_key(d.tax_id) for d in wanted} - {""})
    known.row = _rows({d.fingerprint for d in wanted if d.fingerprint})
    return known


def _newest_first(
    model: type[EmailAddress | PhoneNumber], column: str, values: set[str]
) -> dict[str, int]:
    """The newest come first, so that the oldest customer of an e-mail or telephone is kept."""
    if not values:
        return {}
    rows = model._default_manager.filter(**{f"{column}__in": _any_of(values)})
    return dict(rows.order_by("-customer_id").values_list(column, "customer_id"))


# One by one: while a system is new to the statistics, PostgreSQL would rather read all of its ids.
_OF_SYSTEMS = """
SELECT asked.system, asked.value, found.customer_id, found.row
FROM unnest(%s::text[], %s::text[]) AS asked (system, value), LATERAL (
    SELECT customer_id, row FROM customers_externalid e
    WHERE e.system = asked.system AND e.value = asked.value LIMIT 1) found
"""


def _of_systems(pairs: set[tuple[str, str]]) -> list[tuple[tuple[str, str], int, str]]:
    """Of each known one, whose it is and the row that brought it to a twin."""
    if not pairs:
        return []
    systems, values = zip(*sorted(pairs), strict=True)
    with connection.cursor() as sql:
        sql.execute(_OF_SYSTEMS, [list(systems), list(values)])
        return [((system, value), pk, row) for system, value, pk, row in sql.fetchall()]


def row_key(fingerprint: str) -> str | None:
    """Under what the log keeps from which row of a file a customer came."""
    return f"{_ROW}{fingerprint}" if fingerprint else None


def _rows(fingerprints: set[str]) -> dict[str, int]:
    if not fingerprints:
        return {}
    keys = _any_of({f"{_ROW}{fingerprint}" for fingerprint in fingerprints})
    told = Event.objects.filter(key__in=keys).values_list("key", "customer_id")
    return {(key or "").removeprefix(_ROW): pk for key, pk in told}


def known_by_name_alone(names: set[str]) -> dict[str, list[int]]:
    """By name, the oldest first, the customers who have nothing else to tell them by."""
    keys = RawSQL("SELECT trato_sort_key(unnest(%s::text[]))", [sorted(names)])
    rows = Customer.objects.filter(sort_key__in=keys, name__in=names, tax_id="")
    for told in (ExternalId, EmailAddress, PhoneNumber):
        rows = rows.exclude(Exists(told._default_manager.filter(customer=OuterRef("pk"))))
    found: dict[str, list[int]] = defaultdict(list)
    for pk, name in rows.order_by("pk").values_list("pk", "name"):
        found[name].append(pk)
    return found


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
    tax_ids = {tax_key(draft.tax_id)} - {""}
    sharing = (
        ExternalId.objects.filter(ids).values_list("customer_id", flat=True),
        EmailAddress.objects.filter(address__in=draft.emails).values_list("customer_id", flat=True),
        PhoneNumber.objects.filter(number__in=draft.phones).values_list("customer_id", flat=True),
        Customer.objects.filter(tax_id__in=tax_ids).values_list("pk", flat=True),
    )
    found = {pk for rows in sharing for pk in rows.order_by("pk")[:MOST_TWINS]} - {besides}
    return list(Customer.objects.filter(pk__in=found).order_by("sort_key", "pk"))
