"""Who the customers are: persons and firms with the people who work there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from trato.customers.drafts import AddressDraft, CustomerDraft
from trato.demo import names, phrases
from trato.demo.campaigns import Campaign, Won, campaigns, won
from trato.demo.chance import pick, source
from trato.demo.courting import Courted, courted
from trato.demo.places import ABROAD, TOWNS, Town
from trato.demo.truth import OLD_HANDS, SEGMENTS, YEARS, Segment
from trato.kit.text import slug

DOMAINS = ("example.com", "example.org", "example.net")
NIF = "TRWAGMYFPDXBNJZSQVHLCKE"
MACHINES = ("Espresso", "Superautomática", "Italiana", "Filtro", "Émbolo", "Cápsulas")
MACHINE, KILOS, ANNIVERSARY, TASTING = (
    "tipo_de_maquina",
    "consumo_mensual_kg",
    "aniversario",
    "interesado_en_catas",
)
KILOS_A_UNIT = {"cafe": 5.0, "restaurant": 4.0, "office": 1.0, "deli": 0.25}
TAGS = ("Vecino", "Club de cata", "Regalo de empresa", "Prensa", "Ecológico", "Fundador")
FIRM_TAGS = ("Terraza", "Factura mensual", "Entrega temprana", "Ecológico", "Segundo local")
SELLERS = {"cafe": "lucia", "restaurant": "lucia", "office": "mateo", "deli": "mateo"}
TEAMS = {"lucia": "Hostelería", "mateo": "Oficinas y tiendas", "": "Tienda y web"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """``segment`` None: never bought. ``owner`` is the key of one of the staff, or empty.

    ``won`` is of a campaign that brought them to buy, ``courted`` of a seller who did; others buy
    as soon as they are known.
    """

    place: int
    draft: CustomerDraft
    since: datetime
    town: Town
    segment: Segment | None = None
    owner: str = ""
    works_at: int | None = None
    number: str = ""
    won: Won | None = None
    courted: Courted | None = None

    @property
    def is_firm(self) -> bool:
        return self.draft.kind == "organisation"

    @property
    def begins(self) -> datetime:
        """When who buys begins to, if not before the history does."""
        brought = self.won or self.courted
        return brought.first if brought else self.since


@dataclass
class Register:
    """What has been given out, so that nobody is another's twin."""

    taken: set[str] = field(default_factory=set)

    def once(self, wanted: str, others: Iterator[str]) -> str:
        while wanted in self.taken:
            wanted = next(others)
        self.taken.add(wanted)
        return wanted

    def email(self, name: str, chance: Random) -> str:
        base = slug(name).replace("_", ".")
        domain = chance.choice(DOMAINS)
        return self.once(
            f"{base}@{domain}", (f"{base}{chance.randint(2, 99)}@{domain}" for _ in iter(int, 1))
        )

    def phone(self, town: Town, chance: Random, *, mobile: bool) -> str:
        tries = (_phone(town, chance, mobile=mobile) for _ in iter(int, 1))
        return self.once(next(tries), tries)


def _phone(town: Town, chance: Random, *, mobile: bool) -> str:
    if town.country == "US":
        return f"+1{town.telephone}5550{chance.randint(0, 999):03d}"
    if town.country == "MX":
        return f"+52{town.telephone}" + _digits(chance, 10 - len(town.telephone), first="1234")
    if mobile:
        return "+346" + _digits(chance, 8, first="012345678")
    return f"+34{town.telephone}" + _digits(chance, 9 - len(town.telephone), first="234")


def _digits(chance: Random, count: int, first: str) -> str:
    rest = "".join(str(chance.randint(0, 9)) for _ in range(count - 1))
    return chance.choice(first) + rest


def people(*, seed: object, count: int, until: datetime) -> list[Somebody]:
    """So many customers, in the order in which they came, numbered by it."""
    register = Register()
    everybody: list[Somebody] = []
    while len(everybody) < count:
        chance = source(seed, "who", len(everybody))
        found = _household(chance, register, len(everybody), until)
        everybody += found[: count - len(everybody)]
    sent = campaigns(until)
    everybody = [_brought(who, sent, until, seed) for who in everybody]
    everybody.sort(key=lambda who: (who.since, who.place))
    return [_numbered(who, order) for order, who in enumerate(everybody, 1)]


def _brought(who: Somebody, sent: Sequence[Campaign], until: datetime, seed: object) -> Somebody:
    """Some who buy had been known for a while, until a campaign or a seller brought them to it."""
    if who.segment is None:
        return who
    by_letter, by_seller = None, None
    if who.draft.emails:
        by_letter = won(source(seed, "won", who.place), who.since, sent)
    if who.owner and by_letter is None:
        opened = until - timedelta(days=365 * YEARS)
        by_seller = courted(source(seed, "courted", who.place), who.since, opened)
    brought = by_letter or by_seller
    if brought is None:
        return who
    draft = replace(who.draft, since=brought.known)
    return replace(who, won=by_letter, courted=by_seller, since=brought.known, draft=draft)


def _numbered(who: Somebody, order: int) -> Somebody:
    number = f"C{order:06d}"
    return replace(who, number=number, draft=replace(who.draft, external_ids=(("erp", number),)))


def _household(chance: Random, register: Register, place: int, until: datetime) -> list[Somebody]:
    """One person, or a firm with those who work there."""
    segment = pick(chance, [(segment, segment.share) for segment in SEGMENTS])
    if not segment.is_firm:
        buys = chance.random() < 0.91
        return [_person(chance, register, place, until, segment if buys else None)]
    buys = chance.random() < 0.92
    firm = _firm(chance, register, place, until, segment, buys=buys)
    staff = pick(chance, [(0, 3), (1, 5), (2, 2)])
    return [firm, *(_contact(chance, register, firm, place + 1 + n, until) for n in range(staff))]


def since(chance: Random, until: datetime) -> datetime:
    start = until - timedelta(days=365 * YEARS)
    if chance.random() < OLD_HANDS:
        days = -min(chance.expovariate(1 / 500), 2000)
    else:
        days = 365 * YEARS * chance.random() ** 0.9
    day = (start + timedelta(days=days)).replace(minute=chance.randint(0, 59), second=0)
    return min(day.replace(hour=chance.randint(9, 20), microsecond=0), until)


def _town(chance: Random, *, abroad: float) -> Town:
    return pick(chance, ABROAD if chance.random() < abroad else TOWNS)


def _address(chance: Random, town: Town) -> AddressDraft:
    rest = "".join(str(chance.randint(0, 9)) for _ in range(5 - len(town.postal)))
    floor = chance.choice(("", "", f", {chance.randint(1, 6)}.º {chance.choice('ABCD')}"))
    return AddressDraft(
        street=f"{chance.choice(names.STREETS)}, {chance.randint(1, 140)}{floor}",
        city=town.city,
        postal_code=town.postal + (rest if town.country == "ES" else rest[: 5 - len(town.postal)]),
        region=town.region,
        country=town.country,
    )


def _person(
    chance: Random, register: Register, place: int, until: datetime, segment: Segment | None
) -> Somebody:
    town = _town(chance, abroad=0.015)
    given, family = _name(chance, town)
    came = since(chance, until)
    email = chance.random() < 0.88 or segment is None
    draft = CustomerDraft(
        kind="person",
        given_name=given,
        family_name=family,
        emails=(register.email(f"{given} {family}", chance),) if email else (),
        phones=(register.phone(town, chance, mobile=True),)
        if chance.random() < 0.7 or not email
        else (),
        addresses=(_address(chance, town),) if chance.random() < 0.82 else (),
        birth_date=_birthday(chance, until) if chance.random() < 0.45 else None,
        tax_id=_nif(chance) if chance.random() < 0.08 and town.country == "ES" else "",
        languages=_languages(chance, town),
        tags=tuple(chance.sample(TAGS, 1)) if chance.random() < 0.14 else (),
        origin=pick(chance, phrases.ORIGINS),
        since=came,
        custom=_custom(chance, segment),
    )
    return Somebody(place=place, draft=draft, since=came, town=town, segment=segment)


def _name(chance: Random, town: Town) -> tuple[str, str]:
    if town.country == "US":
        return chance.choice(names.US_GIVEN), chance.choice(names.US_FAMILY)
    given = chance.choice(names.WOMEN if chance.random() < 0.56 else names.MEN)
    first, second = chance.sample(names.FAMILY, 2)
    return given, f"{first} {second}" if chance.random() < 0.85 else first


def _languages(chance: Random, town: Town) -> tuple[str, ...]:
    if town.country == "US":
        return ("en", "es")
    if town.region == "Cataluña" and chance.random() < 0.5:
        return ("ca", "es")
    return ("es",) if chance.random() < 0.97 else ("en",)


def _birthday(chance: Random, until: datetime) -> date:
    return until.date() - timedelta(days=int(chance.triangular(20, 78, 41) * 365.25))


def _nif(chance: Random) -> str:
    digits = chance.randint(10_000_000, 79_999_999)
    return f"{digits}{NIF[digits % 23]}"


def cif(chance: Random, letter: str) -> str:
    digits = [chance.randint(0, 9) for _ in range(7)]
    doubled = [2 * digit for digit in digits[::2]]
    total = sum(digits[1::2]) + sum(number // 10 + number % 10 for number in doubled)
    return letter + "".join(map(str, digits)) + str(-total % 10)


def _custom(chance: Random, segment: Segment | None) -> dict[str, object]:
    """What people were asked in the shop, as far as they answered."""
    values: dict[str, object] = {}
    if chance.random() < 0.5:
        weights = (3, 3, 0, 1, 0, 2) if segment and segment.is_firm else (2, 2, 4, 3, 1, 3)
        values[MACHINE] = chance.choices(MACHINES, weights)[0]
    if chance.random() < 0.25:
        values[TASTING] = chance.random() < 0.6
    return values


def _firm(
    chance: Random,
    register: Register,
    place: int,
    until: datetime,
    segment: Segment,
    *,
    buys: bool,
) -> Somebody:
    town = _town(chance, abroad=0.03)
    came = since(chance, until)
    tries = (_firm_name(chance, segment, town, late) for late in range(1_000_000))
    name = register.once(next(tries), tries)
    owner = SELLERS[segment.key]
    custom = _custom(chance, segment) | {
        KILOS: round(
            chance.uniform(*segment.coffee) * KILOS_A_UNIT[segment.key] * 30 / segment.rhythm
        )
    }
    if chance.random() < 0.6:
        years = chance.randint(1, 25) * 365 + chance.randint(0, 364)
        custom[ANNIVERSARY] = (until.date() - timedelta(days=years)).isoformat()
    draft = CustomerDraft(
        kind="organisation",
        name=name,
        emails=(register.email(name, chance),),
        phones=(register.phone(town, chance, mobile=False),),
        addresses=(_address(chance, town),),
        tax_id=cif(chance, "B") if town.country == "ES" else "",
        languages=_languages(chance, town)[-1:],
        tags=tuple(chance.sample(FIRM_TAGS, chance.randint(0, 2))),
        origin=pick(chance, phrases.FIRM_ORIGINS),
        since=came,
        custom=custom,
    )
    return Somebody(
        place=place,
        draft=draft,
        since=came,
        town=town,
        segment=segment if buys else None,
        owner=owner,
    )


def _firm_name(chance: Random, segment: Segment, town: Town, late: int) -> str:
    name = chance.choice(names.FIRMS[segment.key]).format(
        place=chance.choice(names.PLACES_OF_FIRMS),
        word=chance.choice(names.FIRM_WORDS),
        family=chance.choice(names.FAMILY),
    )
    name = name.replace(" de el ", " del ")
    if late > 2:
        name = f"{name} {town.city}"
    return f"{name} {late}" if late > 20 else name


def _contact(
    chance: Random, register: Register, firm: Somebody, place: int, until: datetime
) -> Somebody:
    given, family = _name(chance, firm.town)
    came = firm.since + (until - firm.since) * (0.8 * chance.random() ** 3)
    key = next(key for key, seller in SELLERS.items() if seller == firm.owner)
    titles = names.TITLES[firm.segment.key if firm.segment else key]
    draft = CustomerDraft(
        kind="person",
        given_name=given,
        family_name=family,
        organisation=firm.draft.name,
        job_title=chance.choice(titles),
        emails=(register.email(f"{given} {family}", chance),),
        phones=(register.phone(firm.town, chance, mobile=True),),
        languages=firm.draft.languages,
        origin=firm.draft.origin,
        since=came,
    )
    return Somebody(
        place=place,
        draft=draft,
        since=came,
        town=firm.town,
        owner=firm.owner,
        works_at=firm.place,
    )
