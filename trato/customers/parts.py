"""The customer base as bars: each group with its number, its colour and the list behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import pgettext

from trato.customers.models import BaseRules, Customer
from trato.customers.queries.base import Base
from trato.customers.rules_in_words import in_words
from trato.ui.charts import Part

type Filters = list[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Chart:
    """One way of telling customers apart, with its rule in words."""

    title: str
    rule: str
    parts: list[Part]

    @property
    def is_empty(self) -> bool:
        return not any(part.value for part in self.parts)


def charts(found: Base, rules: BaseRules) -> list[Chart]:
    words = in_words(rules)
    return [
        Chart(pgettext("customers", "Relationship"), words.relationship, relationship(found)),
        Chart(pgettext("customers", "Activity"), words.activity, activity(found, rules)),
        Chart(pgettext("customers", "Frequency"), words.frequency, frequency(found, rules)),
        Chart(pgettext("customers", "Volume"), words.volume, volume(found)),
    ]


def _query(pairs: Iterable[tuple[str, object]]) -> str:
    """The list with these filters."""
    return f"{reverse('customers:list')}?{urlencode([(n, str(value)) for n, value in pairs])}"


def relationship(found: Base) -> list[Part]:
    tones = {status: str(status) for status in Customer.Status.values}
    labels = {
        "potential": pgettext("customers", "Potential"),
        "current": pgettext("customers", "Current"),
        "lost": pgettext("customers", "Lost"),
    }
    return [
        Part(labels[status], getattr(found, status), tone, _query([("status.in", status)]))
        for status, tone in tones.items()
    ]


def activity(found: Base, rules: BaseRules) -> list[Part]:
    recent: Filters = [("last_purchase.within", rules.active_days)]
    older: Filters = [("last_purchase.older", rules.active_days)]
    return [
        Part(pgettext("customers", "Active"), found.active, "active", _query(recent)),
        Part(pgettext("customers", "Inactive"), found.inactive, "inactive", _query(older)),
    ]


def frequency(found: Base, rules: BaseRules) -> list[Part]:
    often, sometimes = rules.frequent_purchases, rules.regular_purchases
    many: Filters = [("purchases_last_year.more", often - 1)]
    some: Filters = [("purchases_last_year.between", n) for n in (sometimes, often - 1)]
    few: Filters = [("purchases_last_year.between", n) for n in (1, sometimes - 1)]
    return [
        Part(pgettext("customers", "Frequent"), found.frequent, "pino", _query(many)),
        Part(pgettext("customers", "Regular"), found.regular, "cielo", _query(some)),
        Part(pgettext("customers", "Occasional"), found.occasional, "neutral", _query(few)),
    ]


def volume(found: Base) -> list[Part]:
    amounts = found.volume
    bought = ("purchases_last_year.more", 0)
    high: Filters = [bought, *_amounts(amounts.high_from, None)]
    low: Filters = [bought, *_amounts(None, amounts.low_to)]
    middle: Filters = [bought]
    if amounts.low_to is not None:
        middle.append(("amount_last_year.more", f"{amounts.low_to:f}"))
    if amounts.high_from is not None:
        middle.append(("amount_last_year.less", f"{amounts.high_from:f}"))
    return [
        Part(pgettext("volume", "High"), amounts.high, "azafran", _query(high)),
        Part(pgettext("volume", "Average"), amounts.average, "stage-3", _query(middle)),
        Part(pgettext("volume", "Low"), amounts.low, "neutral", _query(low)),
    ]


def _amounts(least: object, most: object) -> Filters:
    return [
        ("amount_last_year.between", "" if amount is None else f"{amount:f}")
        for amount in (least, most)
    ]
