"""What goes together with a product, what replaces it, and what completes an order."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FloatField, OuterRef, Q, Sum, Window
from django.db.models.functions import Greatest, Ln, RowNumber

from trato.catalog.models import Product
from trato.customers.models import Consent, Customer
from trato.identity.models import User
from trato.sales.models import ProductPair, ProductPairQuerySet, SuggestionAnswer

SUGGESTED = 4
# Below it a bound is as good as never together.
_LOWEST = 0.001


def partners(product: Product, kind: str, *, user: User) -> list[ProductPair]:
    """What is bought together with a product, or instead of it, and is on sale; the best first."""
    rows = ProductPair.objects.visible_to(user).filter(product=product, kind=kind)
    found = rows.filter(other__is_active=True).select_related("product", "other")
    return list(found.order_by("rank"))


def pairs_are_known() -> bool:
    """Whether any refresh found products that go together."""
    return ProductPair.objects.exists()


@dataclass(frozen=True, slots=True)
class Cart:
    """Ids of the products that an order holds, and of those that it only takes back."""

    products: Collection[int]
    returned: Collection[int] = ()

    @property
    def inside(self) -> list[int]:
        return [*self.products, *self.returned]


def suggestions_for(
    cart: Cart, *, user: User, customer: Customer | None = None, limit: int = SUGGESTED
) -> list[ProductPair]:
    """What completes an order, in one query: what goes best with all that is in it, and often.

    As `trato.analytics.recommend.complements.Complements.for_cart`: of each product the pair with
    what speaks most for it. Never what is in the order, is not on sale, replaces it rather than
    goes with it, or was declined by the customer; nothing for who does not want personal
    recommendations.
    """
    if not cart.products:
        return []
    rows = ProductPair.objects.visible_to(user).filter(
        product__in=list(cart.products), other__is_active=True
    )
    rows = rows.exclude(other__in=cart.inside)
    if customer is not None:
        rows = _wanted_by(rows, customer)
    log: Any = Ln(Greatest(F("bound"), _LOWEST, output_field=FloatField()))
    weight = log * F("together") / F("orders")
    strongest = [weight.desc(), F("id").asc()]
    best = rows.annotate(
        goes_with=Window(Sum(log), partition_by=F("other")),
        score=Window(Sum(weight), partition_by=F("other")),
        place=Window(RowNumber(), partition_by=F("other"), order_by=strongest),
    )
    found = best.filter(place=1, goes_with__gt=0).select_related("product", "other")
    return list(found.order_by("-score", "other")[:limit])


def _wanted_by(rows: ProductPairQuerySet, customer: Customer) -> ProductPairQuerySet:
    answers = SuggestionAnswer.objects.filter(
        customer=customer, product=OuterRef("other"), answer=SuggestionAnswer.Answer.DECLINED
    )
    said = Consent.objects.filter(customer=customer, purpose=Consent.Purpose.PROFILING).current()
    refused = Consent.objects.filter(pk__in=said.values("pk"), granted=False)
    return rows.exclude(Exists(answers)).exclude(Exists(refused))


def products_written(texts: Collection[str], *, user: User) -> dict[str, int]:
    """Ids of the products on the lines of an order, by what stands there: a code or a name."""
    if not texts:
        return {}
    rows = Product.objects.visible_to(user).filter(Q(code__in=texts) | Q(name__in=texts))
    known = list(rows.values_list("pk", "code", "name"))
    names = {name: pk for pk, _code, name in known}
    return names | {code: pk for pk, code, _name in known}
