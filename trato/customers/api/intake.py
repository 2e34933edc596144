"""From what programs send to drafts, and to customers without touching those of others."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, Value

from trato.customers.actions import (
    Outcome,
    Result,
    Twins,
    lock_identities,
    save_customers,
)
from trato.customers.api.schemas import AddressGiven, CustomerGiven
from trato.customers.custom.programs import checked
from trato.customers.drafts import AddressDraft, CustomerDraft
from trato.customers.models import Customer
from trato.customers.queries.matching import Identities, identities
from trato.customers.queries.profile import custom_fields
from trato.identity.models import User
from trato.identity.programs import Call
from trato.identity.queries import colleagues, company, teams
from trato.identity.rules import Visibility
from trato.kit.database import IsAny
from trato.kit.rest.refusals import FieldError, Invalid, Place
from trato.kit.telephone import parse_telephone
from trato.kit.text import Unreadable

SOURCE = "api"
# The external id belongs to a customer that the user may not see.
HIDDEN = "external_id"


def telephone(text: str, region: str, *place: str | int, source: str = "body") -> str:
    """The number as it is kept. Raises Invalid."""
    try:
        return parse_telephone(text, region).e164
    except Unreadable as error:
        raise Invalid(FieldError(place, error.code, dict(error.params), source)) from None


def address_draft(given: AddressGiven) -> AddressDraft:
    return AddressDraft(**given.model_dump())


def says_nothing(given: AddressGiven) -> bool:
    """Shops send what nobody filled in, too."""
    return not any(given.model_dump(exclude={"label"}).values())


def check_people(owners: Iterable[tuple[Place, int | None, int | None]]) -> None:
    """Owner and team of each place exist. Raises Invalid."""
    wanted = list(owners)
    if not any(owner or team for _place, owner, team in wanted):
        return
    known_users = {user.pk for user in colleagues()}
    known_teams = {team.pk for team in teams()}
    for place, owner, team in wanted:
        if owner and owner not in known_users:
            raise Invalid.body(*place, "owner_id", code="user_unknown")
        if team and team not in known_teams:
            raise Invalid.body(*place, "team_id", code="team_unknown")


def drafts_of(given: Sequence[tuple[Place, CustomerGiven]]) -> list[CustomerDraft]:
    """Each with the place where it stands in the body. Raises Invalid."""
    region = company().country
    fields = {field.key: field for field in custom_fields()}
    check_people((place, one.owner_id, one.team_id) for place, one in given)
    return [_draft(one, place, region, fields) for place, one in given]


def _draft(
    given: CustomerGiven, place: Place, region: str, fields: dict[str, Any]
) -> CustomerDraft:
    phones = enumerate(given.phones)
    custom = checked(given.custom, fields, (*place, "custom"))
    draft = CustomerDraft(
        kind=given.kind or "",
        name=given.name,
        given_name=given.given_name,
        family_name=given.family_name,
        status=given.status or "",
        emails=tuple(given.emails),
        phones=tuple(telephone(text, region, *place, "phones", i) for i, text in phones),
        addresses=tuple(address_draft(one) for one in given.addresses if not says_nothing(one)),
        external_ids=tuple((one.system, one.value) for one in given.external_ids),
        birth_date=given.birth_date,
        tax_id=given.tax_id,
        languages=tuple(given.languages),
        tags=tuple(dict.fromkeys(given.tags)),
        origin=given.origin,
        owner_id=given.owner_id,
        team_id=given.team_id,
        since=given.since,
        organisation=given.organisation,
        job_title=given.job_title,
        custom={key: value for key, value in custom.items() if value is not None},
    )
    if not draft.shown_name:
        raise Invalid.body(*place, "name", code="missing")
    return draft


def owned(draft: CustomerDraft, user: User) -> CustomerDraft:
    """A newcomer of nobody would be invisible to who sees only part: it becomes theirs."""
    if user.visibility == Visibility.ALL or draft.owner_id or draft.team_id:
        return draft
    return replace(draft, owner_id=user.pk)


@transaction.atomic
def save_visible(request: Call, drafts: Sequence[CustomerDraft], twins: Twins) -> list[Outcome]:
    """Save the drafts, but those that are customers the user may not see are refused."""
    lock_identities(drafts)
    known = identities(drafts)
    meant = [_meant(draft, known, twins) for draft in drafts]
    ids = {pk for _by, pk in meant if pk}
    seen = Customer.objects.visible_to(request.user).filter(IsAny(F("pk"), Value(list(ids))))
    visible = set(seen.values_list("pk", flat=True))
    outcomes: list[Outcome | None] = [
        None if pk is None or pk in visible else Outcome(Result.REFUSED, None, by)
        for by, pk in meant
    ]
    wanted = [
        draft if pk else owned(draft, request.user)
        for draft, (_by, pk), refused in zip(drafts, meant, outcomes, strict=True)
        if refused is None
    ]
    saved = iter(
        save_customers(
            wanted, at=request.at, user=request.user, source=SOURCE, twins=twins, known=known
        )
    )
    return [refused or next(saved) for refused in outcomes]


def _meant(draft: CustomerDraft, known: Identities, twins: Twins) -> tuple[str, int | None]:
    """The known customer that this draft would change or be refused for, and by what."""
    if found := known.find(draft):
        return HIDDEN, found
    if twins != Twins.CREATE and (twin := known.twin(draft)):
        return twin
    return "", None
