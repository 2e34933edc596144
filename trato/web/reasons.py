"""What analysis found, as a seller would say it aloud."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.customers.models import CustomerScore, Stage
from trato.sales.models import Recommendation
from trato.ui import formats
from trato.web.words import channel_word

# The upper bounds of the words for a risk.
LITTLE, SOME, MUCH = 0.25, 0.5, 0.75
# Below this share one of ten would be too many.
RARE = 0.05
# The share of purchases on one weekday from which on it is told, and told as most of them.
OFTEN, MOST = 1 / 3, 0.5


def out_of_ten(ratio: float) -> tuple[str, int]:
    """``8 of 10``, and of how many the verb tells; nobody is told that something is impossible or
    certain."""
    part = min(max(round(ratio * 10), 1), 9)
    return _("%(part)s of 10") % {"part": part}, part


def reason_words(one: Recommendation) -> str:
    tell = {
        Recommendation.Reason.BOUGHT_TOGETHER: _together,
        Recommendation.Reason.POPULAR: _popular,
        Recommendation.Reason.MOVED_UP: _moved_up,
        Recommendation.Reason.DUE: _due,
        Recommendation.Reason.BOUGHT_AGAIN: _again,
    }[Recommendation.Reason(one.reason)]
    return tell(one)


def _many(one: Recommendation) -> tuple[str, int]:
    """How many of those who did the same bought it, and of how many the verb tells."""
    if not one.also or not one.among:
        return "", 0
    if one.among < 10:
        return _("%(also)s of %(among)s") % {"also": one.also, "among": one.among}, one.also
    if one.also / one.among < 0.1:
        return _("1 in %(number)s") % {"number": formats.number(one.among / one.also, 0)}, 1
    return out_of_ten(one.also / one.among)


def _together(one: Recommendation) -> str:
    many, count = _many(one)
    if one.because is None or not many:
        return _("Those who buy the same also buy it.")
    said = ngettext(
        "%(many)s who bought %(because)s also bought it.",
        "%(many)s who bought %(because)s also bought it.",
        count,
    ) % {"many": many, "because": one.because.name}
    return f"{said} {_since(one)}".strip()


def _since(one: Recommendation) -> str:
    if one.since is None or one.because is None:
        return ""
    words = {"because": one.because.name, "day": formats.day(one.since)}
    return _("They have had %(because)s since %(day)s.") % words


def _popular(one: Recommendation) -> str:
    many, count = _many(one)
    if not many:
        return _("Other customers buy it, too.")
    return ngettext(
        "%(many)s customers bought it in the last three months.",
        "%(many)s customers bought it in the last three months.",
        count,
    ) % {"many": many}


def _moved_up(one: Recommendation) -> str:
    many, count = _many(one)
    if one.because is None or not many:
        return _("Others moved up to it.")
    said = ngettext(
        "%(many)s who bought %(because)s moved up to it later.",
        "%(many)s who bought %(because)s moved up to it later.",
        count,
    ) % {"many": many, "because": one.because.name}
    return f"{said} {_since(one)}".strip()


def _again(one: Recommendation) -> str:
    many, count = _many(one)
    if not many:
        return _("They have bought it once.")
    return ngettext(
        "%(many)s who bought it bought it again.",
        "%(many)s who bought it bought it again.",
        count,
    ) % {"many": many}


def _due(one: Recommendation) -> str:
    if not one.days:
        return _("It is time again.")
    days = round(one.days)
    if one.also == 2:
        rhythm = ngettext(
            "They have bought it twice, %(days)s day apart.",
            "They have bought it twice, %(days)s days apart.",
            days,
        ) % {"days": formats.number(days)}
        return f"{rhythm} {_last_time(one)}".strip()
    rhythm = ngettext(
        "They buy it about every day.", "They buy it about every %(days)s days.", days
    ) % {"days": formats.number(days)}
    return f"{rhythm} {_last_time(one)}".strip()


def _last_time(one: Recommendation) -> str:
    return _("Last time: %(day)s.") % {"day": formats.day(one.since)} if one.since else ""


def basis_words(basis: str | None) -> str:
    return {"margin": _("of margin"), "turnover": _("of sales")}.get(basis or "", "")


def expected_words(purchases: float) -> str:
    """Less than half a purchase is told as what it is: hardly any."""
    if purchases < 0.5:
        return _("We hardly expect another purchase within a year.")
    text = ngettext(
        "We expect about %(count)s purchase within a year.",
        "We expect about %(count)s purchases within a year.",
        round(purchases),
    )
    return text % {"count": formats.number(round(purchases))}


def alive_words(score: CustomerScore) -> str:
    """Two chances that contradict each other would help nobody: their own rhythm has the word.

    Still being a customer is not coming back within the year: some buy every other year."""
    if score.p_alive is None:
        return ""
    if score.risk is not None and score.risk < LITTLE and score.p_alive < SOME:
        return _(
            "That is what all their purchases so far say; by their own rhythm they are not late."
            " There may be more."
        )
    if _is_hopeful(score, score.p_alive):
        return _(
            "That is what all their purchases so far say; by their own rhythm they are more likely"
            " still a customer than not. There may be more."
        )
    if score.p_alive >= SOME and _is_late(score, score.p_alive):
        return _(
            "That is what all their purchases so far say; by their own rhythm they should have come"
            " back already. Count on less."
        )
    if score.p_alive < RARE:
        return _("Hardly anybody with such a history is still a customer.")
    if score.p_alive > 1 - RARE:
        return _("Almost everybody with such a history is still a customer.")
    many, count = out_of_ten(score.p_alive)
    return ngettext(
        "%(many)s with such a history is still a customer.",
        "%(many)s with such a history are still customers.",
        count,
    ) % {"many": many}


def _is_hopeful(score: CustomerScore, p_alive: float) -> bool:
    """Whether the customer's own rhythm says much more than their history."""
    risk = 1.0 if score.risk is None else score.risk
    return max(p_alive, risk) < SOME and 1 - risk - p_alive > LITTLE


def _is_late(score: CustomerScore, p_alive: float) -> bool:
    """Whether the customer's own rhythm says much less than their history."""
    risk = score.risk or 0.0
    return score.habit_broken or risk >= SOME or p_alive - (1 - risk) > LITTLE


def interval_words(score: CustomerScore, currency: str) -> str:
    """The few who bring much make the mean: it may be higher than what most of them bring."""
    value, high = score.lifetime_value or 0, score.lifetime_value_high or 0
    # Of a loss both ends are told.
    if high < 1 and value > -1:
        few = _(
            "Most likely nothing: the amount is the average of the few like them who come back and"
            " the many who do not."
        )
        return few if value >= 1 else ""
    ends = {
        "low": formats.money(score.lifetime_value_low, currency, cents=False),
        "high": formats.money(score.lifetime_value_high, currency, cents=False),
    }
    if value > high:
        return (
            _(
                "in 4 of 5 cases between %(low)s and %(high)s; the few like them who bring more"
                " raise the average"
            )
            % ends
        )
    return _("in 4 of 5 cases between %(low)s and %(high)s") % ends


def pace_words(score: CustomerScore) -> str:
    """How often they buy; who bought once is told by the others."""
    if not score.rhythm_days:
        return _("Has bought once: there is no rhythm yet.")
    days = round(score.rhythm_days)
    told = {
        "days": formats.number(days),
        "low": formats.number(score.rhythm_low, 0),
        "high": formats.number(score.rhythm_high, 0),
    }
    if score.purchases == 1:
        text = ngettext(
            "Has bought once; similar customers come back after about %(days)s day.",
            "Has bought once; similar customers come back after about %(days)s days.",
            days,
        )
        return text % told
    if score.stage == Stage.ABANDONMENT:
        text = ngettext(
            "Bought about every day; most often between %(low)s and %(high)s.",
            "Bought about every %(days)s days; most often between %(low)s and %(high)s.",
            days,
        )
        return text % told
    text = ngettext(
        "Buys about every day; most often between %(low)s and %(high)s.",
        "Buys about every %(days)s days; most often between %(low)s and %(high)s.",
        days,
    )
    return text % told


def risk_words(risk: float) -> str:
    """In words and as a share; nobody is told that leaving is certain, or impossible."""
    if risk < LITTLE:
        level = _("low")
    elif risk < SOME:
        level = _("medium")
    else:
        level = _("high") if risk < MUCH else _("very high")
    return f"{level} ({_sure(risk)})"


def _sure(risk: float) -> str:
    if risk < 0.01:
        return _("less than %(share)s") % {"share": formats.percent(0.01)}
    if risk > 0.99:
        return _("more than %(share)s") % {"share": formats.percent(0.99)}
    return formats.percent(risk)


def due_words(score: CustomerScore, today: date) -> str:
    """When the next purchase is due, as one says it."""
    if score.next_due is None:
        return ""
    days = (score.next_due - today).days
    if days > 0:
        text = ngettext(
            "The next one is due in %(days)s day.", "The next one is due in %(days)s days.", days
        )
    elif days == 0:
        return _("The next one is due today.")
    else:
        text = ngettext(
            "The next one was due %(days)s day ago.",
            "The next one was due %(days)s days ago.",
            -days,
        )
    return text % {"days": formats.number(abs(days))}


def habit_words(score: CustomerScore, days: Sequence[date]) -> str:
    """How strong the habit is and when it takes place, by the days on which they bought."""
    if score.habit is None:
        return ""
    usual = [channel_word(score.usual_channel), score.usual_store]
    if score.habit >= LITTLE:
        usual.insert(0, _weekday_words(score.usual_weekday, days))
    return " · ".join([_strength_words(score), *filter(None, usual)])


def _strength_words(score: CustomerScore) -> str:
    strength = score.habit or 0
    if score.habit_broken:
        return _("It was a strong habit") if strength >= MUCH else _("A habit was in the making")
    if strength >= MUCH:
        return _("A strong habit")
    return _("A habit in the making") if strength >= LITTLE else _("No habit yet")


def _weekday_words(weekday: int | None, days: Sequence[date]) -> str:
    """Nothing where the most frequent day is hardly more frequent than the others."""
    same = sum(day.weekday() == weekday for day in days)
    if weekday is None or same < OFTEN * len(days) or not days:
        return ""
    name = {"weekday": formats.locale().days["format"]["wide"][weekday]}
    if same > MOST * len(days):
        return _("mostly on %(weekday)s") % name
    return _("often on %(weekday)s") % name
