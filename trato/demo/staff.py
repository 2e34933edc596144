"""Who works at Café Montaña, and what they have to do these days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trato.demo import phrases
from trato.demo.chance import source
from trato.demo.goods import COFFEES, GOODS
from trato.demo.people import TEAMS, Somebody
from trato.identity.rules import Role

COMPANY = "Café Montaña"
PASSWORD = "cafe-de-altura"  # noqa: S105 - everybody may know it: the demo says it at start.


@dataclass(frozen=True, slots=True)
class Member:
    key: str
    name: str
    role: str
    team: str = ""
    tasks: int = 4

    @property
    def email(self) -> str:
        return f"{self.key}@example.com"


STAFF = (
    Member("elena", "Elena Robles", Role.ADMINISTRATOR, TEAMS[""], 6),
    Member("tomas", "Tomás Arriaga", Role.MANAGER, TEAMS["lucia"], 7),
    Member("lucia", "Lucía Ferrer", Role.SELLER, TEAMS["lucia"], 16),
    Member("mateo", "Mateo Quiroga", Role.SELLER, TEAMS["mateo"], 13),
    Member("irene", "Irene Vidal", Role.MARKETER, TEAMS[""], 6),
    Member("diego", "Diego Salas", Role.AGENT, TEAMS[""], 9),
    Member("nuria", "Nuria Pons", Role.ANALYST, TEAMS[""], 2),
    Member("oscar", "Óscar Leal", Role.READER, TEAMS[""], 0),
)


@dataclass(frozen=True, slots=True)
class View:
    """A list's filters and order under a name, for everybody."""

    page: str
    name: str
    query: str


VIEWS = (
    View("customers", "Mejores clientes", "sort=-amount_last_year"),
    View("customers", "Buenos que se van", "amount.more=800&last_purchase.older=90&sort=-amount"),
    View("customers", "Aún no compran", "status.in=potential&kind.in=organisation"),
    View("orders", "Pendientes", "status.in=pending"),
    View("orders", "Devoluciones", "total.less=0"),
    View("products", "Retirados", "on_sale.no="),
)


@dataclass(frozen=True, slots=True)
class Errand:
    """A task of one of the staff with one of the customers (a number)."""

    staff: str
    who: str
    kind: str
    title: str
    due: datetime
    given: datetime
    done: datetime | None


def errands(everybody: Sequence[Somebody], *, seed: object, until: datetime) -> Iterator[Errand]:
    """Some late, most of them due within days; and as many that are done."""
    for member in STAFF:
        chance = source(seed, "errands", member.key)
        known = [who for who in everybody if who.owner == member.key and who.is_firm]
        texts = phrases.TASKS_OF_FIRMS if known else phrases.TASKS_OF_PEOPLE
        known = known or [who for who in everybody if not who.owner]
        for who in chance.sample(known, min(len(known), 2 * member.tasks)):
            kind, title = chance.choice(texts)
            days = chance.choice((-4, -2, -1, 0, 0, 0, 1, 1, 2, 3, 5, 8, 12))
            done = chance.random() < 0.5
            due = until + timedelta(days=days - 20 if done else days)
            product = GOODS[
                chance.choice(COFFEES[who.segment.key if who.segment else "cafe"].split())
            ]
            yield Errand(
                staff=member.key,
                who=who.number,
                kind=kind,
                title=title.format(product=product.name),
                due=due,
                given=min(until, due) - timedelta(days=chance.randint(2, 9)),
                done=due - timedelta(hours=chance.randint(0, 30)) if done else None,
            )
