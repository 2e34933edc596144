"""The whole company in memory: made from a seed and a moment, without a database."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from trato.customers.actions import NewEvent
from trato.customers.actions.knowledge import NewConsent, NewFact
from trato.demo import contacts, purchases
from trato.demo.campaigns import campaigns
from trato.demo.contacts import By
from trato.demo.people import TEAMS, Somebody, people
from trato.demo.purchases import Purchase, Till
from trato.demo.shelf import Shelf
from trato.demo.staff import Errand, errands
from trato.demo.truth import Buyer

LOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class World:
    """``buyers`` is the truth about who bought, by number; everything else becomes rows."""

    people: list[Somebody]
    buyers: dict[str, Buyer]
    purchases: list[Purchase]
    events: list[By[NewEvent]]
    facts: list[By[NewFact]]
    consents: list[By[NewConsent]]
    errands: list[Errand]
    shelf: Shelf


def make(*, at: datetime, customers: int, seed: object) -> World:
    """``at`` carries the company's time zone."""
    everybody = people(seed=seed, count=customers, until=at)
    shelf = Shelf(at.date(), seed)
    till = Till(shelf, at)
    buyers: dict[str, Buyer] = {}
    bought: dict[str, list[Purchase]] = defaultdict(list)
    for who in everybody:
        if who.segment:
            buyers[who.number], bought[who.number] = purchases.history(
                who, who.segment, till, seed=seed
            )
    known = [purchase for rows in bought.values() for purchase in rows]
    nameless = purchases.nameless(till, len(known), seed=seed)
    world = World(
        people=_with_status(everybody, bought, at),
        buyers=buyers,
        purchases=_numbered([*known, *nameless]),
        events=[],
        facts=[],
        consents=[],
        errands=list(errands(everybody, seed=seed, until=at)),
        shelf=shelf,
    )
    _let_talk(world, bought, seed=seed, at=at)
    return world


def _let_talk(
    world: World, bought: dict[str, list[Purchase]], *, seed: object, at: datetime
) -> None:
    sent = campaigns(at)
    for who in world.people:
        buyer, rows = world.buyers.get(who.number), bought[who.number]
        said = list(contacts.consents(who, seed=seed, until=at))
        world.consents.extend(said)
        world.facts.extend(contacts.facts(who, seed=seed, until=at))
        world.events.extend(contacts.courtship(who, seed=seed))
        world.events.extend(contacts.talks(who, buyer, seed=seed, until=at))
        if buyer:
            world.events.extend(contacts.complaints(who, buyer, rows, seed=seed, until=at))
        world.events.extend(
            answer
            for answer in contacts.answers(who, said, rows, sent, seed=seed)
            if answer.what.at <= at
        )
    world.events.sort(key=lambda by: (by.what.at, by.who, by.what.kind))


def _with_status(
    everybody: list[Somebody], bought: dict[str, list[Purchase]], at: datetime
) -> list[Somebody]:
    """What the rules will say, and for people who work at a firm what they say of the firm."""
    said = {who.place: _status(bought[who.number], at) for who in everybody}
    return [
        replace(
            who,
            draft=replace(
                who.draft,
                status=said[who.place if who.works_at is None else who.works_at],
            ),
        )
        for who in everybody
    ]


def _status(bought: list[Purchase], at: datetime) -> str:
    counted = [
        purchase.draft.ordered_at
        for purchase in bought
        if purchase.draft.status in {"pending", "completed"} and total(purchase) > 0
    ]
    if not counted:
        return "potential"
    return "current" if max(counted) >= at - timedelta(days=LOST_DAYS) else "lost"


def total(purchase: Purchase) -> Decimal:
    """In the currency of the purchase, with tax."""
    lines = purchase.draft.lines
    return sum(
        (line.quantity * line.unit_price - line.discount + line.tax for line in lines), Decimal(0)
    )


def _numbered(rows: list[Purchase]) -> list[Purchase]:
    """Numbers run through the year, as in any shop; what comes back has its own."""
    rows.sort(key=lambda row: (row.draft.ordered_at, row.who, row.draft.channel))
    counts: dict[str, int] = defaultdict(int)
    numbered = []
    for row in rows:
        series = f"{'D' if total(row) < 0 else 'P'}{row.draft.ordered_at:%y}"
        counts[series] += 1
        draft = replace(row.draft, number=f"{series}-{counts[series]:06d}")
        numbered.append(replace(row, draft=draft))
    return numbered


def team_of(who: Somebody) -> str:
    return TEAMS[who.owner]
