"""What is bought together, what instead, and what completes a cart."""

from django.http import Http404
from ninja import Query, Router
from pydantic import BaseModel, Field

from trato.catalog.models import Product
from trato.customers.models import Customer
from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.kit.rest.refusals import Invalid
from trato.kit.rest.values import Id, Told
from trato.sales.api.schemas import ProductCode
from trato.sales.models import ProductPair
from trato.sales.queries.pairs import Cart, partners, suggestions_for

router = Router(tags=["Orders"])
MOST_IN_CART = 100


class PairTold(Told):
    """Two products that orders hold together more often, or less often, than chance."""

    product_id: int
    other_id: int
    other: str = Field(description="Code of the other product.")
    together: int = Field(description="How many of `orders` hold the other product too.")
    orders: int = Field(description="Orders with the product that can be compared.")
    expected: float = Field(description="How many of `orders` would hold both by chance.")
    odds_ratio: float = Field(description="Over the one of chance, customer by customer.")
    bound: float = Field(description="What `odds_ratio` is at least; of a substitute, at most.")
    q_value: float = Field(description="Share of errors among the pairs at least as sure.")


class CartAsked(BaseModel):
    product: list[ProductCode] = Field(
        min_length=1, max_length=MOST_IN_CART, description="Codes of the products in the cart."
    )
    customer: Id | None = Field(
        None, description="Id of a customer: what they declined is left out."
    )
    limit: int = Field(4, ge=1, le=20)


@router.get(
    "/products/{int:product_id}/complements",
    response=list[PairTold],
    summary="What is bought together with a product",
    tags=["Products"],
)
def list_complements(request: Call, product_id: int) -> list[PairTold]:
    """The best first; only what is on sale."""
    return _partners(request, product_id, ProductPair.Kind.COMPLEMENT)


@router.get(
    "/products/{int:product_id}/substitutes",
    response=list[PairTold],
    summary="What is bought instead of a product",
    tags=["Products"],
)
def list_substitutes(request: Call, product_id: int) -> list[PairTold]:
    """What is hardly ever in one order with it, the clearest first; only what is on sale."""
    return _partners(request, product_id, ProductPair.Kind.SUBSTITUTE)


def _partners(request: Call, product_id: int, kind: str) -> list[PairTold]:
    product = Product.objects.visible_to(request.user).filter(pk=product_id).first()
    if product is None:
        raise Http404
    need(request, Permission.VIEW_ORDERS)
    return [_pair(pair) for pair in partners(product, kind, user=request.user)]


def _pair(pair: ProductPair) -> PairTold:
    names = set(PairTold.model_fields) - {"other"}
    return PairTold(**{name: getattr(pair, name) for name in names}, other=pair.other.code)


@router.get("/suggestions", response=list[PairTold], summary="What completes a cart")
def suggest(request: Call, asked: Query[CartAsked]) -> list[PairTold]:
    """What goes best with all that is in it; `product_id` is what speaks most for it.

    Never what is in the cart or not on sale, nor what the customer declined; nothing for a customer
    who does not want personal recommendations.
    """
    need(request, Permission.VIEW_ORDERS)
    rows = Product.objects.visible_to(request.user).filter(code__in=asked.product)
    known = dict(rows.values_list("code", "pk"))
    if any(code not in known for code in asked.product):
        raise Invalid.query("product", code="product_unknown")
    customer = None
    if asked.customer is not None:
        customer = Customer.objects.visible_to(request.user).filter(pk=asked.customer).first()
        if customer is None:
            raise Invalid.query("customer", code="customer_unknown")
    cart = Cart([known[code] for code in asked.product])
    found = suggestions_for(cart, user=request.user, customer=customer, limit=asked.limit)
    return [_pair(pair) for pair in found]
