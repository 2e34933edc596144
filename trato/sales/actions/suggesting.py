"""What a customer says to what is suggested to them."""

from datetime import datetime

from django.db import transaction

from trato.catalog.models import Product
from trato.customers.actions import NewEvent, record_event
from trato.customers.models import Customer, EventKind
from trato.identity.models import User
from trato.sales.models import Recommendation, SuggestionAnswer


@transaction.atomic
def decline_suggestion(
    *, customer: Customer, product: Product, at: datetime, user: User | None, source: str = ""
) -> SuggestionAnswer:
    """They do not want it: it leaves their suggestions and does not come back."""
    answer, is_new = SuggestionAnswer.objects.update_or_create(
        customer=customer,
        product=product,
        defaults={"answer": SuggestionAnswer.Answer.DECLINED, "at": at, "user": user},
    )
    Recommendation.objects.filter(customer=customer, product=product).delete()
    if is_new:
        event = NewEvent(
            customer_id=customer.pk,
            kind=EventKind.SUGGESTION_DECLINED,
            at=at,
            subject=product.name,
            payload={"product": product.pk},
        )
        record_event(event, recorded_at=at, user=user, source=source)
    return answer


@transaction.atomic
def take_back_answer(*, customer: Customer, product: Product) -> None:
    """The refresh may suggest it again."""
    SuggestionAnswer.objects.filter(customer=customer, product=product).delete()
