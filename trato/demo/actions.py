"""Writing the demo company down, through the same actions as everybody."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import cast
from zoneinfo import ZoneInfo

import pghistory
from django.db import connection, transaction

from trato.acquisition.actions import save_costs
from trato.catalog.actions import save_products, set_exchange_rate
from trato.catalog.drafts import ProductDraft
from trato.catalog.listing import product_list
from trato.collaboration.actions import create_task, finish_task
from trato.customers import eventlog
from trato.customers.actions import (
    NewEvent,
    change_base_rules,
    record_events,
    save_custom_field,
    save_customers,
)
from trato.customers.actions.knowledge import NewConsent, NewFact, record_consents, record_facts
from trato.customers.models import Customer
from trato.customers.queries.listing import customer_list
from trato.demo import own_fields, people, staff
from trato.demo.contacts import By
from trato.demo.goods import GOODS
from trato.demo.multiplying import finish, multiply
from trato.demo.people import Somebody
from trato.demo.purchases import Purchase
from trato.demo.queries import is_empty
from trato.demo.shelf import Shelf
from trato.demo.spending import costs
from trato.demo.truth import YEARS, Buyer
from trato.demo.world import LOST_DAYS, World, make, team_of
from trato.identity.actions import change_company, create_user, save_team, save_view
from trato.identity.lists.page import without_view
from trato.identity.models import Team, User
from trato.kit.listing import Moment, read
from trato.sales.actions import save_orders
from trato.sales.queries.listing import order_list

ZONE = ZoneInfo("Europe/Madrid")
SEED = 2027
CUSTOMERS = 2500
# A larger company is made of copies of about so many.
MADE_SINGLY = 5_000
SOURCE = "demo"


class NotEmpty(Exception):
    """Somebody works with this Trato already: the demo company is not written over them."""


@dataclass(frozen=True, slots=True)
class Login:
    email: str
    name: str
    role: str


def seed(*, at: datetime, customers: int = CUSTOMERS, seed: object = SEED) -> list[Buyer]:
    """Make the company up to the day of ``at`` and write it, all or nothing. Raises NotEmpty.

    The same seed and day make the same company. Returns what was planted.
    """
    if not is_empty():
        raise NotEmpty
    copies = -(-customers // MADE_SINGLY)
    day = at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    world = make(at=day, customers=customers // copies, seed=seed)
    with transaction.atomic():
        _write(world, at)
        save_costs(list(costs(world, copies=copies, until=at, seed=seed)), currency="EUR", at=at)
    _digest(at)
    if copies > 1:
        multiply(copies - 1, at=at)
        finish(at=at)
    return list(world.buyers.values())


def logins() -> list[Login]:
    return [Login(member.email, member.name, str(member.role)) for member in staff.STAFF]


def _write(world: World, at: datetime) -> None:
    users, teams = _staff()
    _settings()
    ids = _customers(world.people, users, teams, at)
    with pghistory.context(user=users["elena"].pk):
        _products(world.shelf, users["elena"])
    _orders(world.purchases, ids, users, at)
    _each(world.events, users, ids, _events)
    _each(world.facts, users, ids, _facts)
    _each(world.consents, users, ids, _consents)
    _tasks(world, users, ids)
    _views(users["tomas"], at)


def _staff() -> tuple[dict[str, User], dict[str, Team]]:
    teams = {name: save_team(None, name=name, members=()) for name in people.TEAMS.values()}
    users = {
        member.key: create_user(
            email=member.email,
            name=member.name,
            password=staff.PASSWORD,
            role=member.role,
            teams=[teams[member.team]],
            language="es",
        )
        for member in staff.STAFF
    }
    return users, teams


def _settings() -> None:
    change_company(
        changes={
            "name": staff.COMPANY,
            "currency": "EUR",
            "country": "ES",
            "time_zone": str(ZONE),
            "is_demo": True,
        }
    )
    change_base_rules(changes={"active_days": 120, "lost_days": LOST_DAYS})
    for own in own_fields.FIELDS:
        save_custom_field(
            None, about=own.about, label=own.label, type_=own.type, options=list(own.options)
        )


def _month(moment: datetime) -> tuple[int, int]:
    return moment.year, moment.month


def _customers(
    everybody: Sequence[Somebody], users: dict[str, User], teams: dict[str, Team], at: datetime
) -> dict[str, int]:
    """As they came, a month at a time; the id of each number."""
    opened = at.astimezone(ZONE) - timedelta(days=365 * YEARS)
    ids: dict[str, int] = {}
    for _key, group in groupby(everybody, lambda who: _month(max(who.since, opened))):
        rows = list(group)
        drafts = [
            replace(
                who.draft,
                owner_id=users[who.owner].pk if who.owner else None,
                team_id=teams[team_of(who)].pk,
            )
            for who in rows
        ]
        outcomes = save_customers(
            drafts, at=max(rows[-1].since, opened), user=None, source=SOURCE, imported=True
        )
        for who, outcome in zip(rows, outcomes, strict=True):
            ids[who.number] = cast(int, outcome.customer_id)
    return ids


def _products(shelf: Shelf, user: User) -> None:
    """One price list after another, with what came and what went between them."""
    spans = {code: shelf.span(code) for code in GOODS}
    days = {*shelf.price_days(), *(day for span in spans.values() for day in span)}
    for day in sorted(day for day in days if day <= shelf.today):
        drafts = [_product(shelf, code, day) for code, (first, _l) in spans.items() if first <= day]
        save_products(drafts, currency="EUR", at=_morning(day), user=user)
    for currency, day, rate in shelf.rates():
        set_exchange_rate(currency=currency, day=day, rate=rate)


def _product(shelf: Shelf, code: str, day: date) -> ProductDraft:
    good = GOODS[code]
    return ProductDraft(
        code=code,
        name=good.name,
        category=good.category,
        brand=good.brand,
        price=shelf.price(code, day),
        cost=shelf.cost(code, day),
        unit=good.unit,
        quality_tier=good.tier,
        is_active=shelf.has(code, day),
        custom=own_fields.of_good(good),
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), ZONE)


def _orders(
    bought: Sequence[Purchase], ids: dict[str, int], users: dict[str, User], at: datetime
) -> None:
    for _key, group in groupby(bought, lambda row: _month(row.draft.ordered_at)):
        rows = list(group)
        drafts = [
            replace(
                row.draft,
                customer_id=ids[row.who] if row.who else None,
                seller_id=users[row.seller].pk if row.seller else None,
                custom=own_fields.of_order(row.draft),
            )
            for row in rows
        ]
        last = rows[-1].draft.ordered_at
        save_orders(drafts, at=min(last, at), user=None, source=SOURCE, imported=True)


type Writer[What: (NewEvent, NewFact, NewConsent)] = Callable[[list[What], User | None], None]


def _each[What: (NewEvent, NewFact, NewConsent)](
    rows: Iterable[By[What]], users: dict[str, User], ids: dict[str, int], write: Writer[What]
) -> None:
    """The rows of each of the staff at once."""
    by_staff: dict[str, list[What]] = defaultdict(list)
    for row in rows:
        by_staff[row.staff].append(replace(row.what, customer_id=ids[row.who]))
    for key, mine in by_staff.items():
        write(mine, users.get(key))


def _events(rows: list[NewEvent], user: User | None) -> None:
    told = map(own_fields.with_length, rows)
    record_events(told, recorded_at=rows[-1].at, user=user, source=SOURCE, imported=True)


def _facts(rows: list[NewFact], user: User | None) -> None:
    recorded = max(row.at for row in rows)
    record_facts(rows, recorded_at=recorded, user=user, source=SOURCE, imported=True)


def _consents(rows: list[NewConsent], user: User | None) -> None:
    recorded = max(row.at for row in rows)
    record_consents(rows, recorded_at=recorded, user=user, source=SOURCE, imported=True)


def _tasks(world: World, users: dict[str, User], ids: dict[str, int]) -> None:
    customers = Customer.objects.in_bulk([ids[errand.who] for errand in world.errands])
    for errand in world.errands:
        task = create_task(
            title=errand.title,
            kind=errand.kind,
            customer=customers[ids[errand.who]],
            assignee=users[errand.staff],
            due_on=errand.due.date(),
            at=errand.given,
            user=users["tomas"],
        )
        if errand.done:
            finish_task(task, at=errand.done, user=users[errand.staff])


def _views(user: User, at: datetime) -> None:
    """Tabs above the lists, written as the lists would."""
    found = [
        customer_list(currency="EUR"),
        order_list(currency="EUR"),
        product_list(currency="EUR"),
    ]
    listings = {listing.name: listing for listing in found}
    for view in staff.VIEWS:
        listing = listings[view.page]
        state = read(listing, view.query, moment=Moment(at.astimezone(ZONE), user.pk))
        save_view(
            user=user,
            page=view.page,
            name=view.name,
            query=without_view(state),
            columns=list(listing.default_columns),
            shared=True,
        )


def _digest(at: datetime) -> None:
    """Let all consumers read to the end, so that the first page shows right figures."""
    with connection.cursor() as sql:
        sql.execute("ANALYZE")
    eventlog.drain(at=at)
