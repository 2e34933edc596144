"""What was said: talks, complaints, facts; consents and how campaigns were answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from trato.customers.actions import NewEvent
from trato.customers.actions.knowledge import NewConsent, NewFact
from trato.demo import phrases
from trato.demo.campaigns import Campaign
from trato.demo.chance import pick, source
from trato.demo.goods import COFFEES, GOODS
from trato.demo.people import Somebody
from trato.demo.purchases import Purchase
from trato.demo.truth import COMPLAINT, COMPLAINT_BEFORE_LEAVING, WON_CLICKED, YEARS, Buyer

# Days between two talks with a firm, a buyer at home, somebody who never bought.
TALKS = {"firm": 48, "person": 330, "nobody": 170}


@dataclass(frozen=True, slots=True)
class By[What: (NewEvent, NewFact, NewConsent)]:
    """Something about a customer (a number, not yet an id), written down by one of the staff."""

    who: str
    staff: str
    what: What


def _product(chance: Random, who: Somebody) -> str:
    key = who.segment.key if who.segment else "pantry"
    return GOODS[chance.choice(COFFEES[key].split())].name


def _staff(chance: Random, who: Somebody, kind: str) -> str:
    if kind in {"service_request", "complaint"} or not who.owner:
        return chance.choice(("diego", "diego", "diego", "tomas"))
    return who.owner


def _talk(
    chance: Random, who: Somebody, kind: str, talks: Sequence[phrases.Talk], channel: str
) -> NewEvent:
    subject, body = chance.choice(list(talks))
    product = _product(chance, who)
    return NewEvent(
        customer_id=0,
        kind=kind,
        at=who.since,
        channel=channel,
        subject=subject.format(product=product),
        payload={"body": body.format(product=product)},
    )


def _office_hour(day: datetime, chance: Random) -> datetime:
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.replace(
        hour=chance.randint(9, 18), minute=chance.randint(0, 59), second=0, microsecond=0
    )


def talks(
    who: Somebody, buyer: Buyer | None, *, seed: object, until: datetime
) -> Iterator[By[NewEvent]]:
    """As long as they are with us, and a little after."""
    chance = source(seed, "talks", who.place)
    start = max(who.begins, until - timedelta(days=365 * YEARS))
    left = buyer.left_on if buyer else None
    gap = TALKS["firm" if who.is_firm else "person" if buyer else "nobody"]
    weighted = [((kind, texts, channel), weight) for kind, texts, channel, weight in _usual(who)]
    day = start + timedelta(days=chance.expovariate(1 / gap) / 2)
    while day <= until and not (left and day.date() > left + timedelta(days=60)):
        kind, texts, channel = pick(chance, weighted)
        event = replace(_talk(chance, who, kind, texts, channel), at=_office_hour(day, chance))
        if who.since <= event.at <= until:
            yield By(who.number, _staff(chance, who, kind), event)
        day += timedelta(days=max(1.0, chance.expovariate(1 / gap)))


def _usual(who: Somebody) -> Sequence[tuple[str, Sequence[phrases.Talk], str, int]]:
    if who.segment is None and who.works_at is None:
        return phrases.BEFORE_FIRMS_BUY if who.owner else phrases.BEFORE_PEOPLE_BUY
    return phrases.WITH_FIRMS if who.owner else phrases.WITH_PEOPLE


def courtship(who: Somebody, *, seed: object) -> Iterator[By[NewEvent]]:
    """From the first talk to the order: interest, then intent."""
    if who.courted is None:
        return
    chance = source(seed, "courtship", who.place)
    span = who.courted.first - who.courted.known
    steps = [(0.0, "call", phrases.FIRST_CALLS, "telephone")]
    steps.append((chance.uniform(0.3, 0.6), "visit", phrases.TASTINGS, "in_person"))
    if chance.random() < 0.7:
        steps.append((chance.uniform(0.7, 0.9), "email", phrases.OFFERS, "email"))
    for share, kind, texts, channel in steps:
        event = _talk(chance, who, kind, texts, channel)
        at = _office_hour(who.courted.known + share * span, chance)
        yield By(who.number, who.owner, replace(event, at=max(at, who.courted.known)))


def complaints(
    who: Somebody, buyer: Buyer, bought: Sequence[Purchase], *, seed: object, until: datetime
) -> Iterator[By[NewEvent]]:
    """Likelier after the purchase that was the last."""
    chance = source(seed, "complaints", who.place)
    for purchase in bought:
        ordered = purchase.draft.ordered_at
        last = buyer.left_on == ordered.date()
        if chance.random() < (COMPLAINT_BEFORE_LEAVING if last else COMPLAINT):
            channel = chance.choice(("email", "telephone", "whatsapp"))
            event = _talk(chance, who, "complaint", phrases.COMPLAINTS, channel)
            at = _office_hour(ordered + timedelta(days=chance.randint(3, 14)), chance)
            if ordered < at <= until:
                yield By(who.number, _staff(chance, who, "complaint"), replace(event, at=at))


def facts(who: Somebody, *, seed: object, until: datetime) -> Iterator[By[NewFact]]:
    chance = source(seed, "facts", who.place)
    declared = phrases.SAID_BY_FIRMS if who.is_firm else phrases.SAID_BY_PEOPLE
    often = 0.75 if who.is_firm else 0.16
    count = chance.choice((1, 1, 2)) if chance.random() < often else 0
    for kind, text in chance.sample(declared, count):
        yield _fact(chance, who, kind, text, "declared", phrases.SOURCES, until)
    if who.segment and chance.random() < 0.12:
        kind, text = chance.choice(phrases.SEEN)
        yield _fact(chance, who, kind, text, "observed", phrases.SEEN_IN, until)


def _fact(
    chance: Random,
    who: Somebody,
    kind: str,
    text: str,
    origin: str,
    sources: Sequence[str],
    until: datetime,
) -> By[NewFact]:
    at = who.since + (until - who.since) * chance.random()
    fact = NewFact(
        customer_id=0, kind=kind, text=text, origin=origin, source=chance.choice(sources), at=at
    )
    return By(who.number, who.owner or "diego", fact)


def consents(who: Somebody, *, seed: object, until: datetime) -> Iterator[By[NewConsent]]:
    """Each with its evidence; some take their word back later."""
    chance = source(seed, "consents", who.place)
    ways = [("email", 1.0 if who.won else 0.74)] if who.draft.emails else []
    ways += [("whatsapp", 0.22), ("sms", 0.12), ("telephone", 0.2)] if who.draft.phones else []
    for channel, often in ways:
        if chance.random() < often:
            yield from _consent(chance, who, channel, "marketing", until)
    if who.draft.emails and chance.random() < 0.3:
        yield from _consent(chance, who, "email", "profiling", until)


def _consent(
    chance: Random, who: Somebody, channel: str, purpose: str, until: datetime
) -> Iterator[By[NewConsent]]:
    how, version = chance.choice(phrases.CONSENT_WAYS)
    granted = NewConsent(
        customer_id=0,
        channel=channel,
        purpose=purpose,
        granted=chance.random() < 0.9 or _must_be_written_to(who, channel, purpose),
        how=how,
        text_version=version,
        at=who.since,
    )
    yield By(who.number, "", granted)
    later = who.begins + timedelta(days=chance.expovariate(1 / 1500))
    if granted.granted and later < until and chance.random() < 0.35:
        withdrawn = replace(
            granted, granted=False, how=phrases.WITHDRAWN_BY, text_version="", at=later
        )
        yield By(who.number, "", withdrawn)


def _must_be_written_to(who: Somebody, channel: str, purpose: str) -> bool:
    """A campaign won them."""
    return who.won is not None and (channel, purpose) == ("email", "marketing")


def answers(
    who: Somebody,
    said: Sequence[By[NewConsent]],
    bought: Sequence[Purchase],
    sent: Sequence[Campaign],
    *,
    seed: object,
) -> Iterator[By[NewEvent]]:
    """What happened to each campaign that this customer had agreed to get."""
    chance = source(seed, "answers", who.place)
    words = [w.what for w in said if (w.what.channel, w.what.purpose) == ("email", "marketing")]
    interest = chance.betavariate(4, 6) * 2.5
    days = [purchase.draft.ordered_at for purchase in bought]
    for campaign in sent:
        before = [word for word in words if word.at < campaign.at]
        if before and before[-1].granted:
            if days and who.won and who.won.campaign == campaign:
                told = _won(chance, campaign, days[0])
            else:
                told = _answer(chance, campaign, interest, days)
            for event in told:
                yield By(who.number, "irene", event)


def _sent(chance: Random, campaign: Campaign) -> NewEvent:
    return NewEvent(
        customer_id=0,
        kind="campaign_sent",
        at=campaign.at + timedelta(seconds=chance.randint(0, 600)),
        channel="email",
        subject=campaign.name,
        payload={"campaign": campaign.name},
    )


def _won(chance: Random, campaign: Campaign, first: datetime) -> Iterator[NewEvent]:
    """Answered in the first half of the time until they first buy."""
    event = _sent(chance, campaign)
    yield event
    waited = timedelta(minutes=chance.expovariate(1 / 500))
    opened = event.at + min(waited, (first - event.at) / 2)
    yield replace(event, kind="campaign_opened", at=opened)
    if chance.random() < WON_CLICKED:
        clicked = opened + timedelta(seconds=chance.randint(5, 180))
        yield replace(event, kind="campaign_clicked", at=clicked)
    if campaign.coupon:
        yield replace(event, kind="coupon_redeemed", at=first, channel="")


def _answer(
    chance: Random, campaign: Campaign, interest: float, days: Sequence[datetime]
) -> Iterator[NewEvent]:
    event = _sent(chance, campaign)
    at = event.at
    yield event
    if chance.random() >= min(campaign.opens * interest, 0.95):
        return
    opened = at + timedelta(minutes=chance.expovariate(1 / 500))
    yield replace(event, kind="campaign_opened", at=opened)
    if chance.random() < campaign.clicks * interest:
        clicked = opened + timedelta(seconds=chance.randint(5, 180))
        yield replace(event, kind="campaign_clicked", at=clicked)
    bought = next((day for day in days if at < day < at + timedelta(days=14)), None)
    if campaign.coupon and bought and chance.random() < 0.35:
        yield replace(event, kind="coupon_redeemed", at=bought, channel="")
