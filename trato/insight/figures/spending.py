"""What pages say of costs: where they are written down, and what is missing of them."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from trato.acquisition.models import Cost
from trato.analytics.acquisition import Indicators
from trato.analytics.cohorts import last_day_of, month_of
from trato.identity.models import User
from trato.identity.rules import Permission
from trato.insight.figures.reading import Notice
from trato.insight.queries.filters import Filter


def ways(user: User) -> tuple[tuple[str, str, str], ...]:
    if not user.may(Permission.VIEW_COSTS):
        return ()
    return ((_("Costs"), reverse("acquisition:costs"), "wallet"),)


def none_known(user: User) -> Notice:
    said = _(
        "What it cost to win them is not known yet, so there is no cost per customer and no"
        " payback. How many came and what they are worth is."
    )
    if not user.may(Permission.CHANGE_COSTS):
        return Notice(said)
    return Notice(said, _("Write down what you spend"), reverse("acquisition:costs"))


def unrated(currencies: tuple[str, ...]) -> Notice:
    said = _("Costs in %(currencies)s are left out: there is no exchange rate for their months.")
    return Notice(said % {"currencies": ", ".join(currencies)})


def costs_url(user: User, one: Indicators, within: Filter) -> str:
    """The list of the costs of a row; those of all sources, of which it has a part, included."""
    if one.cost is None or not user.may(Permission.VIEW_COSTS):
        return ""
    start, end = within.start, within.end
    if one.month:
        start, end = one.month, last_day_of(month_of(one.month))
    asked = [("purpose.in", Cost.Purpose.ACQUIRE.value)]
    if start or end:
        ends = (start and start.replace(day=1), end)
        asked += [("month.between", day.isoformat() if day else "") for day in ends]
    return f"{reverse('acquisition:costs')}?{urlencode(asked)}"
