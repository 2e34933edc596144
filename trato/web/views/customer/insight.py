"""What analysis says of a customer: shown on their page, and what people do about it."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trato.catalog.models import Product
from trato.customers.models import Customer, CustomerScore, RfmGroup, StageCause
from trato.identity.access import UserRequest, requires
from trato.identity.models import User
from trato.identity.rules import Permission
from trato.insight.tested import all_came_true
from trato.sales.actions import decline_suggestion, take_back_answer
from trato.sales.models import Recommendation
from trato.ui import formats
from trato.ui.addresses import address
from trato.ui.rhythm import Rhythm
from trato.ui.stages import STAGES
from trato.web import reasons
from trato.web.queries.known import Known
from trato.web.views.customer.finding import CHANGED, done, find


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product to offer, with the reason aloud and what can be done with it at once."""

    row: Recommendation
    reason: str
    price: str
    product_url: str
    order_url: str
    task_url: str
    call_url: str
    decline_url: str


class Insight:
    def __init__(
        self, customer: Customer, known: Known, *, user: User, today: date, currency: str
    ) -> None:
        self.customer = customer
        self.known = known
        self.user = user
        self.today = today
        self.currency = currency

    @cached_property
    def score(self) -> CustomerScore | None:
        return getattr(self.customer, "score", None)

    @property
    def stage_name(self) -> str:
        return str(STAGES[self.score.stage][0]) if self.score else ""

    @property
    def cause(self) -> str:
        return str(StageCause(self.score.stage_cause).label) if self.score else ""

    @property
    def why(self) -> str:
        """Of a stage that a person has set."""
        if self.score is None or self.score.stage_cause != StageCause.OVERRIDE:
            return ""
        reason, by = self.known.stage_reason
        return f"{reason} · {by}" if by else reason

    @property
    def group(self) -> str:
        known = self.score and self.score.rfm_group
        return str(RfmGroup(self.score.rfm_group).label) if known and self.score else ""

    @property
    def alive(self) -> str:
        """Who is still there of those with such a history, unless their rhythm says otherwise."""
        if self.score is None or self.is_behind:
            return ""
        return reasons.alive_words(self.score)

    @property
    def basis(self) -> str:
        """What the value is of."""
        return reasons.basis_words(self.known.value_basis)

    @property
    def expected(self) -> str:
        if self.score is None or self.score.expected_purchases is None:
            return ""
        return reasons.expected_words(self.score.expected_purchases)

    @property
    def interval(self) -> str:
        return reasons.interval_words(self.score, self.currency) if self.score else ""

    @property
    def tested(self) -> str:
        """How far the forecast may be believed."""
        return all_came_true(self.known.backtest, self.currency)

    @property
    def pace(self) -> str:
        return reasons.pace_words(self.score) if self.score else ""

    @cached_property
    def is_behind(self) -> bool:
        """They have bought since: what was said of their silence is no longer true."""
        days = self.known.purchase_days
        if self.score is None or not days:
            return False
        score = self.score
        known = score.as_of - timedelta(days=(score.age or 0) - (score.recency or 0))
        return days[0] >= score.as_of and (not score.purchases or days[0] > known)

    @property
    def risk(self) -> str:
        if self.score is None or self.score.risk is None or self.is_behind:
            return ""
        return reasons.risk_words(self.score.risk)

    @property
    def is_in_danger(self) -> bool:
        return bool(self.score and (self.score.risk or 0) >= reasons.SOME)

    @property
    def is_broken(self) -> bool:
        return bool(self.score and self.score.habit_broken) and not self.is_behind

    @property
    def due(self) -> str:
        if self.score is None or self.is_behind:
            return ""
        return reasons.due_words(self.score, self.today)

    @property
    def habit(self) -> str:
        return reasons.habit_words(self.score, self.known.purchase_days) if self.score else ""

    @cached_property
    def rhythm(self) -> Rhythm | None:
        """Nothing for who has not bought."""
        if self.score is None or not self.score.purchases:
            return None
        days = self.known.purchase_days
        return self._rhythm(days, self.score) if days else None

    def _rhythm(self, days: list[date], score: CustomerScore) -> Rhythm:
        if self.is_behind:
            return Rhythm(days, self.today)
        last = days[0]
        low, high = (
            None if length is None else last + timedelta(days=round(length))
            for length in (score.rhythm_low, score.rhythm_high)
        )
        return Rhythm(
            days, self.today, due=score.next_due, low=low, high=high, lapse=score.lapse_on
        )

    @cached_property
    def suggestions(self) -> list[tuple[str, list[Suggestion]]]:
        """By kind, each with its name."""
        by_kind = groupby(self.known.suggestions, key=lambda row: row.kind)
        found = {kind: [self._suggestion(row) for row in group] for kind, group in by_kind}
        return [
            (str(kind.label), found[kind.value])
            for kind in (
                Recommendation.Kind.REPURCHASE,
                Recommendation.Kind.CROSS_SELL,
                Recommendation.Kind.UP_SELL,
            )
            if kind.value in found
        ]

    def _suggestion(self, row: Recommendation) -> Suggestion:
        contact = address("web:customer-contact", self.customer.pk)
        reason = reasons.reason_words(row)
        text = _("Offer %(product)s. %(reason)s") % {"product": row.product.name, "reason": reason}
        order = {"customer": self.customer.pk, "product": row.product.code}
        return Suggestion(
            row=row,
            reason=reason,
            price=formats.money(row.product.price, row.product.currency)
            if row.product.price
            else "",
            product_url=address("catalog:product", row.product_id),
            order_url=f"{address('sales:new')}?{urlencode(order)}",
            task_url=f"{contact}?{urlencode({'kind': 'task', 'text': text})}",
            call_url=f"{contact}?{urlencode({'kind': 'call', 'text': text})}",
            decline_url=address("web:customer-decline", self.customer.pk, row.product_id),
        )

    @property
    def may_refresh(self) -> bool:
        return self.user.may(Permission.VIEW_INSIGHT) and self.user.may(Permission.REFRESH_INSIGHT)

    @cached_property
    def may_order(self) -> bool:
        return self.user.may(Permission.CHANGE_ORDERS) and self.user.may(Permission.VIEW_ORDERS)


@require_POST
@requires(Permission.VIEW_CUSTOMERS, Permission.RECORD_CONTACTS)
def decline(request: UserRequest, pk: int, product: int) -> HttpResponse:
    """The customer is not interested in this product; or, with ``undo``, that was a mistake."""
    customer = find(request, pk)
    found = get_object_or_404(Product.objects.visible_to(request.user), pk=product)
    if "undo" in request.POST:
        take_back_answer(customer=customer, product=found)
        return done(request, customer, _("The next refresh may suggest it again."), CHANGED)
    decline_suggestion(customer=customer, product=found, at=timezone.now(), user=request.user)
    said = _("%(product)s will not be suggested to them again.") % {"product": found.name}
    return done(request, customer, said, CHANGED)
