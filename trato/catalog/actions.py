"""What is done to products, categories and exchange rates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connection, transaction

from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Category, ExchangeRate, Product, ProductPrice
from trato.catalog.queries import products_by_code
from trato.identity.models import User

LOCK = 7_002
PRICED = ("price", "cost", "currency")
PLAIN = ("name", "brand", *PRICED, "unit", "quality_tier", "description", "is_active")


class Result(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Outcome:
    """What became of one draft; ``before`` is what undoing an update needs."""

    result: Result
    product: Product
    before: dict[str, Any] = field(default_factory=dict)


def categories_by_path(paths: set[str]) -> dict[str, Category]:
    """The category of each path, made with its ancestors when there is none."""
    found: dict[str, Category] = {}
    for path in sorted(filter(None, paths)):
        found[path] = _category(path)
    return found


def _category(path: str) -> Category:
    parent: Category | None = None
    names = [name.strip()[:150] for name in path.split(Category.SEPARATOR.strip()) if name.strip()]
    for name in names:
        whole = f"{parent.path}{Category.SEPARATOR}{name}" if parent else name
        parent, _made = Category.objects.get_or_create(
            path=whole[:600], defaults={"name": name, "parent": parent}
        )
    if parent is None:
        raise ValueError(path)
    return parent


@transaction.atomic
def save_products(
    drafts: Sequence[ProductDraft], *, currency: str, at: datetime, user: User | None
) -> list[Outcome]:
    """Create the unknown codes and complete the known ones; one outcome a draft, in order.

    Empty values never erase. A new price or cost is added to the history.
    """
    with connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    known = products_by_code(draft.code for draft in drafts)
    categories = categories_by_path({draft.category for draft in drafts})
    new: dict[str, Product] = {}
    changed: dict[str, Product] = {}
    outcomes = []
    for draft in drafts:
        product, category = known.get(draft.code), categories.get(draft.category)
        if product is None:
            product = _new(draft, category, currency, at)
            known[draft.code] = new[draft.code] = product
            outcomes.append(Outcome(Result.CREATED, product))
            continue
        before = _change(product, draft, category)
        outcomes.append(Outcome(Result.UPDATED if before else Result.UNCHANGED, product, before))
        if before and draft.code not in new:
            changed[draft.code] = product
    _write(list(new.values()), list(changed.values()), outcomes, at=at, user=user)
    return outcomes


def _new(draft: ProductDraft, category: Category | None, currency: str, at: datetime) -> Product:
    return Product(
        code=draft.code,
        name=draft.name or draft.code,
        category=category,
        brand=draft.brand,
        price=draft.price,
        cost=draft.cost,
        currency=draft.currency or currency,
        unit=draft.unit,
        quality_tier=draft.quality_tier,
        description=draft.description,
        is_active=draft.is_active is not False,
        created_at=at,
        updated_at=at,
    )


def _change(product: Product, draft: ProductDraft, category: Category | None) -> dict[str, Any]:
    """Take over what the draft says anew; returns what it was before."""
    before: dict[str, Any] = {}
    values = {name: getattr(draft, name) for name in PLAIN} | {"category": category}
    for name, value in values.items():
        old = getattr(product, name)
        if value not in ("", None) and value != old:
            before["category_id" if name == "category" else name] = _plain(old)
            setattr(product, name, value)
    return before


def _plain(value: Any) -> Any:
    if isinstance(value, Category):
        return value.pk
    return str(value) if isinstance(value, Decimal) else value


def _write(
    new: list[Product],
    changed: list[Product],
    outcomes: list[Outcome],
    *,
    at: datetime,
    user: User | None,
) -> None:
    Product.objects.bulk_create(new, 1000)
    for product in changed:
        product.updated_at = at
    Product.objects.bulk_update(changed, [*PLAIN, "category", "updated_at"], 500)
    repriced = [o.product for o in outcomes if set(PRICED) & set(o.before)]
    priced = [product for product in new if product.price is not None or product.cost is not None]
    ProductPrice.objects.bulk_create(
        [
            ProductPrice(
                product=product,
                price=product.price,
                cost=product.cost,
                currency=product.currency,
                valid_from=at,
                changed_by=user,
            )
            for product in {id(p): p for p in [*priced, *repriced]}.values()
        ],
        1000,
    )


@transaction.atomic
def update_product(
    product: Product, *, changes: dict[str, Any], at: datetime, user: User | None
) -> Product:
    """Set fields by hand, empty ones included. Raises ValidationError."""
    row = Product.objects.select_for_update().get(pk=product.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    row.updated_at = at
    row.full_clean(exclude=["sort_key"])
    before = Product.objects.get(pk=row.pk)
    row.save(update_fields=[*changes, "updated_at"])
    if any(getattr(before, name) != getattr(row, name) for name in PRICED):
        ProductPrice.objects.create(
            product=row,
            price=row.price,
            cost=row.cost,
            currency=row.currency,
            valid_from=at,
            changed_by=user,
        )
    return row


@transaction.atomic
def remove_products(products: Sequence[int], *, until: datetime, referred: set[int]) -> list[int]:
    """Delete the products that a file created; returns those in use or changed since."""
    rows = Product.objects.filter(pk__in=products)
    kept = {*rows.filter(updated_at__gt=until).values_list("pk", flat=True), *referred}
    rows.exclude(pk__in=kept).delete()
    return sorted(kept & set(products))


@transaction.atomic
def restore_products(
    before: Mapping[int, Mapping[str, Any]], *, until: datetime, at: datetime
) -> list[int]:
    """Put products back to what they were before a file; returns those changed since."""
    rows = {row.pk: row for row in Product.objects.filter(pk__in=before).select_for_update()}
    kept = {pk for pk, row in rows.items() if row.updated_at > until}
    for pk in rows.keys() - kept:
        changes = {
            name: Decimal(value) if name in {"price", "cost"} and value is not None else value
            for name, value in before[pk].items()
        }
        update_product(rows[pk], changes=changes, at=at, user=None)
    return sorted(kept)


def set_exchange_rate(*, currency: str, day: date, rate: Decimal) -> ExchangeRate:
    """Raises ValidationError."""
    row = ExchangeRate.objects.filter(currency=currency, date=day).first()
    row = row or ExchangeRate(currency=currency, date=day)
    row.rate = rate
    row.full_clean()
    row.save()
    return row


def delete_exchange_rate(rate: ExchangeRate) -> None:
    rate.delete()
