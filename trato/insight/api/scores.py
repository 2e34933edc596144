"""What analysis says of customers: scores, stages, what to offer."""

from datetime import date
from typing import Annotated

from django.db.models import Q, QuerySet
from django.http import Http404
from ninja import Query, Router, Status
from pydantic import Field

from trato.customers.models import (
    PHASE_OF,
    Customer,
    CustomerScore,
    Phase,
    RfmGroup,
    Stage,
    StageCause,
)
from trato.customers.queries.listing import customer_list
from trato.identity.programs import Call, list_filters, need
from trato.identity.rules import Permission
from trato.insight.actions import override_stage, withdraw_override
from trato.insight.models import StageOverride
from trato.insight.offered import on_offer
from trato.insight.queries.scores import FIGURES, factors
from trato.kit.listing import Row
from trato.kit.rest.paging import LARGEST_PAGE, Page, Paging, keyset
from trato.kit.rest.refusals import Refused
from trato.kit.rest.values import Day, Given, Id, Money, Told, text
from trato.sales.actions import decline_suggestion
from trato.sales.models import Recommendation

router = Router(tags=["Analysis"])
SOURCE = "api"


class ScoreTold(Told):
    """One row a customer; what is not known is null. But for `customer_id`, which is the id as
    everywhere here, the names are those of `trato export scores`."""

    customer_id: int
    as_of: date
    stage: int = Field(description="1 to 7.")
    phase: Phase
    stage_since: date
    stage_cause: StageCause
    purchases: int
    frequency: int
    recency: int | None
    age: int | None
    monetary: Money | None
    margin: Money | None
    recency_score: int | None
    frequency_score: int | None
    monetary_score: int | None
    rfm_group: RfmGroup | None
    p_alive: float | None
    expected_purchases_365d: float | None
    lifetime_value_365d: Money | None
    lifetime_value_low: Money | None
    lifetime_value_high: Money | None
    value_decile: int | None
    rhythm_days: float | None
    rhythm_low: float | None
    rhythm_high: float | None
    next_due: date | None
    lapse_on: date | None
    habit: float | None
    habit_broken: bool
    risk: float | None
    usual_weekday: int | None = Field(description="0 is Monday.")
    usual_hour: int | None
    usual_channel: str
    usual_store: str
    segment: int | None = Field(description="Id of the micro-segment.")
    segment_name: str | None = Field(description="As people see the micro-segment.")
    backtest_factor: float | None = Field(
        description="Purchases that came for each one expected when the forecast was last tested."
    )
    backtest_money_factor: float | None = Field(
        description="Money that came for each unit expected when the forecast was last tested:"
        " margin, or sales while no costs are known."
    )


class ScorePage(Page[ScoreTold]):
    pass


class ScoreFilters(Paging):
    customer: list[Id] = Field(
        [], max_length=LARGEST_PAGE, description="Ids of customers; several when given repeatedly."
    )
    stage: int | None = Field(None, ge=Stage.AWARENESS, le=Stage.ABANDONMENT)
    phase: Phase | None = None
    rfm_group: RfmGroup | None = None
    segment: Id | None = Field(None, description="Id of a micro-segment.")
    habit_broken: bool | None = None
    stage_changed_since: Day | None = Field(
        None, description="In their stage since that day or later."
    )
    as_of_from: Day | None = Field(None, description="Worked out as of that day or later.")
    filter: Annotated[str, text(2000, 1)] | None = Field(
        None,
        description="Filters of the list of customers as its address has them, such as"
        " `next_due.between=2026-03-01&next_due.between=2026-03-31`.",
    )

    @property
    def conditions(self) -> Q:
        of_phase = [stage for stage, phase in PHASE_OF.items() if phase == self.phase]
        plain = {
            "customer__in": self.customer or None,
            "stage": self.stage,
            "stage__in": of_phase or None,
            "rfm_group": self.rfm_group,
            "segment": self.segment,
            "habit_broken": self.habit_broken,
            "stage_since__gte": self.stage_changed_since,
            "as_of__gte": self.as_of_from,
        }
        return Q(*((name, value) for name, value in plain.items() if value is not None))


class StageGiven(Given):
    stage: int = Field(ge=Stage.AWARENESS, le=Stage.ABANDONMENT, description="1 to 7.")
    reason: Annotated[str, text(300, 1)]


class RecommendationTold(Told):
    product_id: int
    kind: Recommendation.Kind
    rank: int
    score: float
    probability: float | None
    expected_value: Money | None
    reason: Recommendation.Reason
    because_id: int | None = Field(description="Id of the product that the reason names.")
    also: int | None
    among: int | None
    since: date | None
    days: float | None


def _customer(request: Call, customer_id: int) -> Customer:
    rows = Customer.objects.visible_to(request.user).filter(pk=customer_id)
    found = rows.select_related("score").first()
    if found is None:
        raise Http404
    need(request, Permission.VIEW_CUSTOMERS)
    return found


@router.get("/scores", response=ScorePage, summary="List what analysis says of customers")
def list_scores(request: Call, filters: Query[ScoreFilters]) -> ScorePage:
    """By the ids of the customers; whom the last refresh has not seen is not among them."""
    need(request, Permission.VIEW_CUSTOMERS)
    found, cursor = keyset(_wanted(request, filters), ("customer_id",), filters)
    came = factors()
    return ScorePage(items=[_told(score, came) for score in found], next_cursor=cursor)


def _wanted(request: Call, filters: ScoreFilters) -> QuerySet[CustomerScore]:
    visible = CustomerScore.objects.visible_to(request.user).select_related("segment")
    rows = visible.filter(filters.conditions)
    whom = list_filters(request, customer_list, filters.filter)
    if not whom:
        return rows
    return rows.filter(customer__in=Customer.objects.visible_to(request.user).filter(*whom))


@router.get(
    "/customers/{int:customer_id}/score",
    response=ScoreTold,
    summary="What analysis says of a customer",
)
def read_score(request: Call, customer_id: int) -> ScoreTold:
    score: CustomerScore | None = getattr(_customer(request, customer_id), "score", None)
    if score is None:
        raise Refused("not_worked_out")
    return _told(score, factors())


def _told(score: CustomerScore, came: Row) -> ScoreTold:
    group = score.segment
    figures = {name: getattr(score, path) for name, (_kind, path) in FIGURES.items()}
    more = {
        "customer_id": score.customer_id,
        "phase": score.phase,
        "rfm_group": score.rfm_group or None,
        "segment_name": str(group) if group else None,
    }
    return ScoreTold.model_validate(figures | more | came)


@router.put(
    "/customers/{int:customer_id}/stage",
    response={204: None},
    summary="Say that a customer is in another stage, and why",
)
def set_stage(request: Call, customer_id: int, given: StageGiven) -> Status[None]:
    """Until they do what moves them elsewhere."""
    customer = _customer(request, customer_id)
    need(request, Permission.CHANGE_CUSTOMERS)
    override_stage(
        customer=customer,
        stage=Stage(given.stage),
        reason=given.reason,
        at=request.at,
        user=request.user,
    )
    return Status(204, None)


@router.delete(
    "/customers/{int:customer_id}/stage",
    response={204: None},
    summary="What the customer does says their stage again",
)
def unset_stage(request: Call, customer_id: int) -> Status[None]:
    """From the next refresh on."""
    customer = _customer(request, customer_id)
    need(request, Permission.CHANGE_CUSTOMERS)
    overrides = StageOverride.objects.visible_to(request.user)
    if not overrides.filter(customer=customer).exists():
        raise Http404
    withdraw_override(customer=customer)
    return Status(204, None)


@router.get(
    "/customers/{int:customer_id}/recommendations",
    response=list[RecommendationTold],
    summary="What to offer to a customer",
)
def list_recommendations(request: Call, customer_id: int) -> list[RecommendationTold]:
    rows = on_offer(_customer(request, customer_id))
    return [RecommendationTold.model_validate(row) for row in rows]


@router.delete(
    "/customers/{int:customer_id}/recommendations/{int:product_id}",
    response={204: None},
    summary="The customer is not interested in a product",
)
def decline(request: Call, customer_id: int, product_id: int) -> Status[None]:
    """It is not suggested to them again."""
    customer = _customer(request, customer_id)
    need(request, Permission.RECORD_CONTACTS)
    row = customer.recommendations.filter(product_id=product_id).select_related("product").first()
    if row is None:
        raise Http404
    decline_suggestion(
        customer=customer, product=row.product, at=request.at, user=request.user, source=SOURCE
    )
    return Status(204, None)
