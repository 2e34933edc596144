"""Products and their prices over time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404
from ninja import Query, Router, Status
from pydantic import Field

from trato.catalog.actions import (
    Outcome,
    categories_by_path,
    merged_custom,
    save_products,
    update_product,
)
from trato.catalog.actions import remove_product as take_out
from trato.catalog.drafts import ProductDraft
from trato.catalog.listing import product_list
from trato.catalog.models import Product
from trato.catalog.queries import branch, locked_product, price_history, product_changes
from trato.customers.actions import Result
from trato.customers.custom.programs import checked
from trato.customers.models import CustomField
from trato.customers.queries.profile import custom_fields
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.programs import Call, list_filters, need
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.kit.rest.paging import Page, Paging, keyset
from trato.kit.rest.refusals import Place, Refused
from trato.kit.rest.values import WHOLE, Currency, Given, Id, Moment, Money, Price, Told, text
from trato.kit.text import sort_key

router = Router(tags=["Products"])

Code = Annotated[str, text(100, 1)]
Path = Annotated[str, text(600)]
Tier = Annotated[int, Field(ge=1, le=5), WHOLE]
Custom = dict[str, Any]
_CUSTOM = "Values of the company's own fields by key; see `/custom-fields`."


class ProductGiven(Given):
    """What is left out or null stays as it is."""

    name: Annotated[str, text(300)] = ""
    category: Path = Field("", description="Names from the root, such as `Home > Kitchen`.")
    brand: Annotated[str, text(150)] = ""
    price: Price | None = None
    cost: Price | None = None
    currency: Currency | None = Field(None, description="The company's, if left out.")
    unit: Annotated[str, text(40)] = ""
    quality_tier: Tier | None = Field(None, description="From 1 (basic) to 5 (best).")
    description: Annotated[str, text(20_000)] = ""
    is_active: bool | None = None
    custom: Custom = Field({}, description=f"{_CUSTOM} Other keys stay; null removes a value.")


class ProductNew(ProductGiven):
    code: Code


class ProductChange(ProductGiven):
    """Only what is sent changes; null or an empty text empties a field."""

    name: Annotated[str, text(300, 1)] = "-"
    currency: Currency = "EUR"
    is_active: bool = True


class ProductBatch(Given):
    products: list[ProductNew] = Field(min_length=1, max_length=1000)


class ProductOutcome(Told):
    result: Literal["created", "updated", "unchanged"]
    product_id: int


class ProductOutcomes(Told):
    outcomes: list[ProductOutcome] = Field(description="One for each product sent, in order.")


class ProductTold(Told):
    id: int
    code: str
    name: str
    category_id: int | None
    category: str = Field(description="Names from the root; empty without a category.")
    brand: str
    price: Money | None
    cost: Money | None
    currency: str
    unit: str
    quality_tier: int | None
    description: str
    is_active: bool
    custom: Custom = Field(description=_CUSTOM)
    created_at: datetime
    updated_at: datetime


class ProductPage(Page[ProductTold]):
    pass


class PriceTold(Told):
    price: Money | None
    cost: Money | None
    currency: str
    valid_from: datetime
    changed_by_id: int | None


class PricesTold(Told):
    items: list[PriceTold] = Field(description="Newest first.")


class ProductFilters(Paging):
    q: Annotated[str, text(200, 1)] | None = Field(None, description="Part of the name.")
    code: Annotated[str, text(100, 1)] | None = None
    brand: Annotated[str, text(150, 1)] | None = None
    category: Id | None = Field(None, description="Id of a category; those below it count too.")
    active: bool | None = None
    updated_since: Moment | None = None
    filter: Annotated[str, text(2000, 1)] | None = Field(
        None,
        description="Filters of the page's list as its address has them, such as"
        " `price.more=100&custom.colour.in=red`.",
    )


def _told(product: Product) -> ProductTold:
    names = set(ProductTold.model_fields) - {"category"}
    plain = {name: getattr(product, name) for name in names}
    return ProductTold(**plain, category=product.category.path if product.category else "")


def _find(request: Call, product_id: int, permission: Permission) -> Product:
    rows = Product.objects.visible_to(request.user).select_related("category")
    product = rows.filter(pk=product_id).first()
    if product is None:
        raise Http404
    need(request, permission)
    return product


def _conditions(filters: ProductFilters) -> dict[str, Any]:
    plain = {
        "code": filters.code,
        "brand": filters.brand,
        "is_active": filters.active,
        "updated_at__gte": filters.updated_since,
        "sort_key__contains": sort_key(filters.q) if filters.q else None,
        "category__in": branch(filters.category) if filters.category else None,
    }
    return {name: value for name, value in plain.items() if value is not None}


@router.get("/products", response=ProductPage, summary="List products")
def list_products(request: Call, filters: Query[ProductFilters]) -> ProductPage:
    need(request, Permission.VIEW_CATALOG)
    rows = Product.objects.visible_to(request.user).filter(
        *list_filters(request, product_list, filters.filter), **_conditions(filters)
    )
    found, cursor = keyset(rows.select_related("category"), ("id",), filters)
    return ProductPage(items=[_told(row) for row in found], next_cursor=cursor)


def _own_fields() -> dict[str, CustomField]:
    return {field.key: field for field in custom_fields(CustomField.About.PRODUCT)}


def _save(request: Call, given: Sequence[tuple[Place, str, ProductGiven]]) -> list[Outcome]:
    """Each with the place where it stands in the body, and its code. Raises Invalid."""
    fields = _own_fields()
    drafts = [
        ProductDraft(
            code=code,
            currency=one.currency or "",
            custom=checked(one.custom, fields, (*place, "custom")),
            **one.model_dump(exclude={"code", "currency", "custom"}),
        )
        for place, code, one in given
    ]
    return save_products(drafts, currency=company().currency, at=request.at, user=request.user)


@router.post("/products", response={201: ProductTold}, summary="Create a product")
def create_product(request: Call, given: ProductNew) -> Status[ProductTold]:
    need(request, Permission.CHANGE_CATALOG)
    with transaction.atomic():
        [outcome] = _save(request, [((), given.code, given)])
        if outcome.result != Result.CREATED:
            raise Refused("number_taken", id=outcome.product.pk)
    return Status(201, _told(outcome.product))


@router.post(
    "/products/batch",
    response=ProductOutcomes,
    summary="Create or complete up to 1,000 products by their codes, all or none",
)
def save_product_batch(request: Call, given: ProductBatch) -> ProductOutcomes:
    """The categories that are missing are made; what is left out or empty stays as it is."""
    need(request, Permission.CHANGE_CATALOG)
    outcomes = _save(
        request, [(("products", i), one.code, one) for i, one in enumerate(given.products)]
    )
    told = [{"result": one.result.value, "product_id": one.product.pk} for one in outcomes]
    return ProductOutcomes.model_validate({"outcomes": told})


@router.put(
    "/products/by-code/{path:code}",
    response={200: ProductTold, 201: ProductTold},
    summary="Create the product of this code or overwrite what is sent",
)
def put_product(request: Call, code: Code, given: ProductGiven) -> Status[ProductTold]:
    need(request, Permission.CHANGE_CATALOG)
    [outcome] = _save(request, [((), code, given)])
    return Status(201 if outcome.result == Result.CREATED else 200, _told(outcome.product))


@router.get("/products/{int:product_id}", response=ProductTold, summary="Read a product")
def read_product(request: Call, product_id: int) -> ProductTold:
    return _told(_find(request, product_id, Permission.VIEW_CATALOG))


@router.patch("/products/{int:product_id}", response=ProductTold, summary="Change a product")
def patch_product(request: Call, product_id: int, given: ProductChange) -> ProductTold:
    product = _find(request, product_id, Permission.CHANGE_CATALOG)
    changes = given.model_dump(exclude_unset=True)
    with transaction.atomic():
        if "category" in changes:
            path = changes["category"]
            changes["category"] = categories_by_path({path}).get(path)
        if "custom" in changes:
            told = checked(changes["custom"], _own_fields(), ("custom",))
            changes["custom"] = merged_custom(locked_product(product).custom, told)
        update_product(product, changes=changes, at=request.at, user=request.user)
    return _told(_find(request, product_id, Permission.VIEW_CATALOG))


@router.delete(
    "/products/{int:product_id}",
    response={200: ProductTold, 204: None},
    summary="Delete a product, or take it off sale if it was sold",
)
def remove_product(request: Call, product_id: int) -> Status[ProductTold | None]:
    """204 when it is gone; 200 with the product when orders need it: it is no longer on sale."""
    product = _find(request, product_id, Permission.CHANGE_CATALOG)
    if take_out(product, at=request.at):
        return Status(204, None)
    return Status(200, _told(_find(request, product_id, Permission.VIEW_CATALOG)))


@router.get(
    "/products/{int:product_id}/prices",
    response=PricesTold,
    summary="What a product has cost, newest first",
)
def list_prices(request: Call, product_id: int) -> PricesTold:
    product = _find(request, product_id, Permission.VIEW_CATALOG)
    return PricesTold(items=[PriceTold.model_validate(row) for row in price_history(product)])


@router.get(
    "/products/{int:product_id}/changes",
    response=HistoryTold,
    summary="Who changed what in a product, newest first",
)
def list_product_changes(request: Call, product_id: int) -> HistoryTold:
    product = _find(request, product_id, Permission.VIEW_CATALOG)
    return told_changes(product_changes, product, currency=company().currency)
