"""What is planted in the demo company: analysis should find it again.

Purchases of one customer follow each other at gaps drawn from a gamma distribution: its mean is
the customer's own rhythm (lognormal around the segment's median), its shape the segment's
regularity (1 is pure chance, 10 a clock). After each purchase the customer leaves for good with a
chance of their own, beta distributed around the segment's ``leaving``; so with regularity 1 the
purchases are a BG/NBD process. ``season`` stretches the gaps by the month.
"""

from dataclasses import dataclass
from datetime import date

YEARS = 3
# The share of customers who had bought before the history begins.
OLD_HANDS = 0.42
# Of those who have left, how many complained in the two weeks after the last purchase; and the
# same chance after any other purchase.
COMPLAINT_BEFORE_LEAVING, COMPLAINT = 0.12, 0.004
CANCELLED, WHOLLY_RETURNED, PARTLY_RETURNED = 0.012, 0.004, 0.016
# Of those who first bought so many days after a campaign, the share whom it won, as they leave an
# address some weeks before: so many of them at once, ever fewer later. Some of them click, too.
WON_AT_ONCE, LINGERING, WON_WITHIN = 0.8, 30, 45
WON_CLICKED = 0.7
# Of the firms that first buy within the history, how many a seller had spoken with before, and for
# how many days: a talk, a visit with a tasting, often an offer, and then the first order.
COURTED, COURTING = 0.7, (14.0, 70.0)
# Sales over the counter to nobody in particular, for each order of a known customer.
NAMELESS = 0.03

EVEN = (1.0,) * 12
GIFTS = (1.1, 0.9, 0.9, 0.95, 1.15, 0.9, 0.8, 0.7, 0.9, 1.0, 1.3, 1.7)
OFFICE = (1.0, 1.05, 1.05, 1.0, 1.05, 1.0, 0.75, 0.35, 1.05, 1.1, 1.1, 0.8)
COAST = (0.85, 0.85, 0.95, 1.05, 1.05, 1.1, 1.2, 1.25, 1.0, 0.95, 0.85, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """``share`` is of all who buy; ``discount`` their standing rebate on coffee.

    ``habit`` is the share of purchases on the customer's own weekday, ``coffee`` the units of
    coffee a purchase has, ``extra`` the chance of something besides coffee, ``gear`` of a machine.
    """

    key: str
    name: str
    is_firm: bool
    share: float
    rhythm: float
    spread: float
    regularity: float
    leaving: float
    season: tuple[float, ...] = EVEN
    habit: float = 0.5
    channels: tuple[tuple[str, float], ...] = ()
    coffee: tuple[int, int] = (1, 2)
    extra: float = 0.25
    gear: float = 0.02
    discount: float = 0.0


_HOME = (("web", 6), ("shop", 4))
_TRADE = (("telephone", 6), ("web", 4))

SEGMENTS = (
    Segment(
        key="cafe",
        name="Cafeterías",
        is_firm=True,
        share=0.052,
        rhythm=11,
        spread=0.25,
        regularity=10,
        leaving=0.014,
        season=COAST,
        habit=0.8,
        channels=_TRADE,
        coffee=(1, 4),
        extra=0.45,
        gear=0.006,
        discount=0.18,
    ),
    Segment(
        key="restaurant",
        name="Restaurantes",
        is_firm=True,
        share=0.055,
        rhythm=21,
        spread=0.3,
        regularity=7,
        leaving=0.026,
        season=COAST,
        habit=0.7,
        channels=_TRADE,
        coffee=(1, 3),
        extra=0.35,
        gear=0.004,
        discount=0.15,
    ),
    Segment(
        key="office",
        name="Oficinas",
        is_firm=True,
        share=0.04,
        rhythm=31,
        spread=0.25,
        regularity=9,
        leaving=0.034,
        season=OFFICE,
        habit=0.7,
        channels=(("web", 7), ("telephone", 3)),
        coffee=(2, 6),
        extra=0.5,
        gear=0.012,
        discount=0.1,
    ),
    Segment(
        key="deli",
        name="Tiendas",
        is_firm=True,
        share=0.025,
        rhythm=28,
        spread=0.3,
        regularity=5,
        leaving=0.03,
        season=GIFTS,
        habit=0.5,
        channels=_TRADE,
        coffee=(6, 18),
        extra=0.8,
        gear=0.01,
        discount=0.25,
    ),
    Segment(
        key="ritual",
        name="Ritual",
        is_firm=False,
        share=0.17,
        rhythm=33,
        spread=0.25,
        regularity=8,
        leaving=0.055,
        habit=0.65,
        channels=(("web", 8), ("shop", 2)),
        coffee=(2, 3),
        extra=0.15,
        gear=0.025,
    ),
    Segment(
        key="pantry",
        name="Despensa",
        is_firm=False,
        share=0.235,
        rhythm=56,
        spread=0.4,
        regularity=2.5,
        leaving=0.1,
        habit=0.45,
        channels=_HOME,
        coffee=(1, 3),
        extra=0.3,
        gear=0.04,
    ),
    Segment(
        key="occasional",
        name="Ocasional",
        is_firm=False,
        share=0.23,
        rhythm=140,
        spread=0.5,
        regularity=1,
        leaving=0.12,
        season=GIFTS,
        habit=0.35,
        channels=(("shop", 7), ("web", 3)),
        coffee=(1, 2),
        extra=0.4,
        gear=0.1,
    ),
    Segment(
        key="gifts",
        name="Regalo",
        is_firm=False,
        share=0.123,
        rhythm=330,
        spread=0.2,
        regularity=6,
        leaving=0.12,
        season=GIFTS,
        habit=0.3,
        channels=(("web", 5), ("shop", 5)),
        coffee=(1, 1),
        extra=0.9,
        gear=0.2,
    ),
    Segment(
        key="enthusiast",
        name="Aficionado",
        is_firm=False,
        share=0.07,
        rhythm=27,
        spread=0.3,
        regularity=4,
        leaving=0.045,
        habit=0.5,
        channels=(("web", 9), ("shop", 1)),
        coffee=(2, 4),
        extra=0.35,
        gear=0.08,
    ),
)
SEGMENT = {segment.key: segment for segment in SEGMENTS}


@dataclass(frozen=True, slots=True)
class Complement:
    """Who buys ``anchor`` buys ``follower`` at once with chance ``now``, else perhaps ``later``:

    in one of the next two purchases.
    """

    anchor: str
    follower: str
    now: float
    later: float


COMPLEMENTS = (
    Complement("ESP-100", "LIM-010", 0.35, 0.45),
    Complement("ESP-200", "LIM-010", 0.40, 0.45),
    Complement("ESP-300", "LIM-010", 0.45, 0.45),
    Complement("ESP-100", "ACC-110", 0.25, 0.25),
    Complement("ESP-200", "ACC-120", 0.30, 0.30),
    Complement("ESP-300", "ACC-120", 0.35, 0.30),
    Complement("ESP-200", "MOL-200", 0.20, 0.30),
    Complement("AUT-100", "LIM-020", 0.40, 0.40),
    Complement("AUT-200", "LIM-020", 0.45, 0.40),
    Complement("GOT-100", "FIL-100", 0.80, 0.10),
    Complement("GOT-110", "FIL-100", 0.80, 0.10),
    Complement("GOT-110", "ACC-200", 0.20, 0.30),
    Complement("GOT-200", "FIL-200", 0.75, 0.15),
    Complement("ITA-100", "REP-100", 0.10, 0.30),
    Complement("MOL-200", "LIM-030", 0.25, 0.35),
    Complement("MOL-300", "LIM-030", 0.30, 0.35),
    Complement("TET-100", "TEA-100", 0.50, 0.20),
    Complement("EMB-100", "MUG-100", 0.25, 0.10),
    Complement("GRA-910", "VAS-100", 0.10, 0.30),
)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Owners of ``old`` come back for the better ``new`` within a year with this chance."""

    old: str
    new: str
    chance: float


UPGRADES = (
    Upgrade("ESP-100", "ESP-200", 0.25),
    Upgrade("ESP-200", "ESP-300", 0.15),
    Upgrade("MOL-100", "MOL-200", 0.30),
    Upgrade("MOL-200", "MOL-300", 0.15),
    Upgrade("GOT-100", "GOT-110", 0.25),
    Upgrade("AUT-100", "AUT-200", 0.20),
    Upgrade("ITA-100", "ITA-200", 0.20),
    Upgrade("GRA-110", "GRA-210", 0.25),
    Upgrade("GRA-120", "GRA-220", 0.20),
    Upgrade("GRA-210", "GRA-310", 0.15),
)


@dataclass(frozen=True, slots=True)
class PriceRound:
    """So many months ago all prices of a category (a path's beginning) rose by a factor."""

    months_ago: int
    category: str
    factor: float


PRICE_ROUNDS = (
    PriceRound(33, "", 1.03),
    PriceRound(22, "", 1.025),
    PriceRound(16, "Café", 1.09),
    PriceRound(10, "", 1.03),
    PriceRound(4, "Café", 1.06),
)


# On the shelf only since so many months, and no longer since so many.
LAUNCHED = {"CLD-200": 17, "CAP-130": 21, "GRA-320": 9, "VAS-130": 13, "MOL-110": 19, "AUT-200": 25}
RETIRED = {
    "CAP-200": 14,
    "MLD-120": 20,
    "GRA-350": 8,
    "FIL-110": 11,
    "ESP-050": 16,
    "MOL-050": 6,
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """What is true of one customer: known by the id ``number`` of the system «erp».

    ``won_by`` is the name of the campaign that brought them to their first purchase, if one did;
    ``courted_from`` the day of the first talk with a seller, if those did.
    """

    number: str
    segment: str
    rhythm: float
    weekday: int
    channel: str
    favourite: str
    first_on: date
    left_on: date | None
    won_by: str = ""
    courted_from: date | None = None
