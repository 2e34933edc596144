"""From a number to the customers behind it: a link to their list, which can be kept as a view.

What the list can say itself becomes its own filters. The rest ("bought in May", "moved from 4
to 6") is one filter more, which asks the marts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
from django.db.models import BooleanField, F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from trato.analytics.cohorts import last_day_of, month_of
from trato.catalog.models import Product
from trato.customers.models import Channel
from trato.identity.models import User
from trato.insight import lines, marts
from trato.insight.queries.filters import NO_ONE, Filter, Ids, ids
from trato.kit.listing import Column, Field, Kind
from trato.ui import formats
from trato.ui.stages import STAGES

KEY = "analysis"
COLUMNS = "name,stage,value,amount,last_purchase,next_due,risk,segment,owner"


@dataclass(frozen=True, slots=True)
class Behind(Column):
    """The customers that the marts name. Who may see them is decided by the list."""

    def matches(self, lookup: str, value: Any) -> Q:
        kept = marts.current()
        if kept is None:
            return Q(pk__in=[])
        wanted = [_asked(one) for one in value]
        with marts.open_views(kept) as connection:
            if any(one.asks_lines for one in wanted) and not lines.show(connection):
                return Q(pk__in=[])
            found = [ids(connection, one) for one in wanted]
        return Q(_AnyOf(F(self.path), Value(_array(found))))


class _AnyOf(Func):
    """Compared with a constant array: PostgreSQL looks a million ids up in a hash table of them."""

    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY("
    output_field = BooleanField()
    arity = 2


def _array(found: Sequence[Ids]) -> str:
    """As PostgreSQL writes an array: one parameter, and a million of them soon written."""
    several = found[0] if len(found) == 1 else np.unique(np.concatenate(found))
    return f"{{{','.join(map(str, several.tolist()))}}}"


def _asked(text: str) -> Filter:
    return Filter.read(dict(parse_qsl(text, keep_blank_values=True)))


def behind_field(currency: str) -> Field:
    return Field(
        KEY,
        gettext_lazy("Analysis"),
        Kind.CHOICE,
        Behind("pk"),
        is_open=True,
        told=lambda text: words(_asked(text), currency),
        is_column=False,
        optional=False,
    )


@lru_cache(maxsize=5_000)
def list_url(chosen: Filter) -> str:
    """The list of the customers who are meant."""
    chosen = chosen.people
    own, rest = _own(chosen), _rest(chosen)
    pairs = [*own, (f"{KEY}.in", urlencode(rest.parameters))] if rest.parameters else own
    shown = [("sort", "-value"), ("columns", COLUMNS)]
    return f"{reverse('customers:list')}?{urlencode([*pairs, *shown], safe=',')}"


_PLAIN = {
    "stage": "stage.in",
    "phase": "phase.in",
    "segment": "segment.in",
    "kind": "kind.in",
    "rfm_group": "rfm.in",
    "recency_score": "recency_score.is",
    "frequency_score": "frequency_score.is",
    "monetary_score": "monetary_score.is",
    "value_decile": "value_tenth.is",
}


def _own(chosen: Filter) -> list[tuple[str, str]]:
    pairs = [
        (name, str(getattr(chosen, key)))
        for key, name in _PLAIN.items()
        if getattr(chosen, key) is not None
    ]
    for key in ("team", "owner"):
        value = getattr(chosen, key)
        if value is not None:
            pairs.append((f"{key}.empty", "") if value == NO_ONE else (f"{key}.in", str(value)))
    if chosen.cohort:
        last = last_day_of(month_of(chosen.cohort))
        ends = (chosen.cohort.isoformat(), last.isoformat())
        pairs += [("first_purchase.between", end) for end in ends]
    return pairs


def _rest(chosen: Filter) -> Filter:
    """What only the marts know."""
    told: dict[str, Any] = dict.fromkeys((*_PLAIN, "team", "owner", "cohort"))
    return replace(chosen, **told)


def words(chosen: Filter, currency: str) -> str:
    """The filter as a sentence, as the list shows it."""
    parts = (
        _worth(chosen, currency),
        _where_from(chosen),
        _("first bought") if chosen.won else "",
        _("became known") if chosen.known else "",
        _("bought") if chosen.bought or chosen.asks_sold else "",
        _("have not bought") if chosen.unscored else "",
        _("bought and belong to no micro-segment") if chosen.ungrouped else "",
        _sold(chosen),
        pgettext("customers", "bought again") if chosen.again else "",
        _("bought something of known cost") if chosen.costed else "",
        _often(chosen),
        _stayed(chosen.stayed),
        _("whose prices were compared") if chosen.compared else "",
        _move(chosen),
        _("came to “%(phase)s”") % {"phase": chosen.came_to.label} if chosen.came_to else "",
        _("left “%(phase)s”") % {"phase": chosen.left.label} if chosen.left else "",
        _("got as far as %(stage)s") % {"stage": _stage(chosen.reached)} if chosen.reached else "",
        _period(chosen.start, chosen.end),
    )
    lasted = (_followed(chosen.followed), _gone(chosen))
    said = " ".join(part for part in parts if part)
    return ", ".join(part for part in (*lasted, said, _moved_on(chosen)) if part)


def _where_from(chosen: Filter) -> str:
    parts = []
    if chosen.country is not None:
        country = formats.locale().territories.get(chosen.country, chosen.country)
        parts.append(_("are in %(country)s") % {"country": country})
    if chosen.source is not None:
        source = chosen.source or _("an unknown source")
        parts.append(_("came from %(source)s") % {"source": source})
    if chosen.campaign is not None:
        campaign = chosen.campaign or _("no campaign")
        parts.append(_("won by %(campaign)s") % {"campaign": campaign})
    return " ".join(parts)


def _worth(chosen: Filter, currency: str) -> str:
    ends = {
        "low": _amount(chosen.worth_from, currency),
        "high": _amount(chosen.worth_below, currency),
    }
    if chosen.worth_from is None:
        return _("worth less than %(high)s in a year") % ends if chosen.worth_below else ""
    if chosen.worth_below is None:
        return _("worth %(low)s or more in a year") % ends
    return _("worth from %(low)s to less than %(high)s in a year") % ends


def _amount(value: float | None, currency: str) -> str:
    is_whole = value is None or value.is_integer()
    return formats.money(value, currency, cents=not is_whole)


def _sold(chosen: Filter) -> str:
    """What, where and from whom."""
    nothing = _("none")
    told = (
        (chosen.product, _("the product %(name)s"), _names(Product)),
        (chosen.category, _("of the category %(name)s"), str),
        (chosen.channel, _("through the channel %(name)s"), _channel),
        (chosen.store, _("in the shop %(name)s"), str),
        (chosen.seller, _("from the seller %(name)s"), _names(User)),
    )
    return " ".join(
        text % {"name": name(value) or nothing} for value, text, name in told if value is not None
    )


def _channel(word: Any) -> str:
    return str(dict(Channel.choices).get(word, word))


def _often(chosen: Filter) -> str:
    """On how many days; days are what counts as a purchase."""
    if chosen.times is None:
        return ""
    if chosen.times_most == chosen.times:
        said = ngettext("bought on %(days)s day", "bought on %(days)s days", chosen.times)
    else:
        said = ngettext(
            "bought on %(days)s day or more", "bought on %(days)s days or more", chosen.times
        )
    return said % {"days": formats.number(chosen.times)}


def _stayed(months: int | None) -> str:
    if months is None:
        return ""
    said = ngettext(
        "bought more than %(months)s month after the first time",
        "bought more than %(months)s months after the first time",
        months,
    )
    return said % {"months": formats.number(months)}


def _followed(months: int | None) -> str:
    if months is None:
        return ""
    said = ngettext(
        "had not left before %(months)s month after the first purchase",
        "had not left before %(months)s months after the first purchase",
        months,
    )
    return said % {"months": formats.number(months)}


def _gone(chosen: Filter) -> str:
    if chosen.gone is None:
        return ""
    if chosen.gone_after is not None:
        said = _("left in month %(months)s after the first purchase")
    else:
        said = ngettext(
            "left within %(months)s month of the first purchase",
            "left within %(months)s months of the first purchase",
            chosen.gone,
        )
    return said % {"months": formats.number(chosen.gone)}


def _names(model: type[Product | User]) -> Callable[[Any], str]:
    return lambda pk: str(model._default_manager.filter(pk=pk).first() or "")


def _move(chosen: Filter) -> str:
    names = {"from": _stage(chosen.moved_from or 0), "to": _stage(chosen.moved_to or 0)}
    if chosen.moved_to is None:
        return _left(chosen.moved_from)
    if chosen.moved_from is None:
        return _("came to %(to)s") % names
    if not chosen.moved_from:
        return _("were new in %(to)s") % names
    return _("moved from %(from)s to %(to)s") % names


def _moved_on(chosen: Filter) -> str:
    if chosen.moved_to is None or not chosen.moved_on:
        return ""
    return _("and later moved on to another stage")


def _left(stage: int | None) -> str:
    if stage is None:
        return ""
    return _("moved out of %(from)s") % {"from": _stage(stage)} if stage else _("were new")


def _stage(number: int) -> str:
    return str(STAGES[number][0]) if number in STAGES else str(number)


def _period(start: date | None, end: date | None) -> str:
    if start and end:
        words = {"start": formats.day(start), "end": formats.day(end)}
        return _("between %(start)s and %(end)s") % words
    if start:
        return _("since %(start)s") % {"start": formats.day(start)}
    return _("until %(end)s") % {"end": formats.day(end)} if end else ""
