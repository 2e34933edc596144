"""What is done to products."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from trato.catalog.actions.categories import categories_by_path, lock_catalogue
from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Category, Product, ProductPrice
from trato.catalog.queries import products_by_code
from trato.customers.actions import Result
from trato.identity.models import User

PRICED = ("price", "cost", "currency")
PLAIN = ("name", "brand", *PRICED, "unit", "quality_tier", "description", "is_active")


@dataclass(slots=True)
class Outcome:
    """What became of one draft; ``before`` is what undoing an update needs."""

    result: Result
    product: Product
    before: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def save_products(
    drafts: Sequence[ProductDraft],
    *,
    currency: str,
    at: datetime,
    user: User | None,
    provisional: bool = False,
) -> list[Outcome]:
    """Create the unknown codes and complete the known ones; one outcome a draft, in order.

    Empty values never erase, but None in an own field does. A new price or cost is added to the
    history. Drafts of one code are one product: what the later one says counts. ``provisional``:
    lines of orders tell no more than these drafts; of known products they complete those of which
    nobody told more.
    """
    lock_catalogue()
    known = products_by_code((draft.code for draft in drafts), locked=not provisional)
    categories = categories_by_path({draft.category for draft in drafts})
    new: dict[str, Product] = {}
    changed: dict[str, Product] = {}
    outcomes = []
    told = _by_code(drafts)
    for draft in drafts:
        whole = told.pop(draft.code, None)
        if whole is None:
            outcomes.append(Outcome(Result.UNCHANGED, known[draft.code]))
            continue
        product, category = known.get(draft.code), categories.get(whole.category)
        if product is None:
            product = _new(whole, category, currency, at, provisional=provisional)
            known[draft.code] = new[draft.code] = product
            outcomes.append(Outcome(Result.CREATED, product))
            continue
        change = _complete if provisional else _describe
        before = change(product, whole, category)
        outcomes.append(Outcome(Result.UPDATED if before else Result.UNCHANGED, product, before))
        if before:
            changed[draft.code] = product
    _write(list(new.values()), list(changed.values()), outcomes, at=at, user=user)
    return outcomes


def _by_code(drafts: Sequence[ProductDraft]) -> dict[str, ProductDraft]:
    found: dict[str, ProductDraft] = {}
    for draft in drafts:
        before = found.get(draft.code, draft)
        told = {name: value for name, value in asdict(draft).items() if value not in ("", None)}
        told["custom"] = before.custom | draft.custom
        found[draft.code] = replace(before, **told)
    return found


def _new(
    draft: ProductDraft,
    category: Category | None,
    currency: str,
    at: datetime,
    *,
    provisional: bool,
) -> Product:
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
        custom=merged_custom({}, draft.custom),
        is_provisional=provisional,
        created_at=at,
        updated_at=at,
    )


def _describe(product: Product, draft: ProductDraft, category: Category | None) -> dict[str, Any]:
    """Take over all that the draft says, also that the name is the right one."""
    before = _change(product, draft, category)
    if product.is_provisional and (before or draft.name):
        before["is_provisional"] = True
        product.is_provisional = False
    return before


def _complete(product: Product, draft: ProductDraft, category: Category | None) -> dict[str, Any]:
    """Take over what only lines of orders told of before, where they told nothing."""
    if not product.is_provisional:
        return {}
    is_named = product.name != product.code
    draft = replace(draft, name="" if is_named else draft.name)
    return _change(product, draft, None if product.category_id else category)


def _change(product: Product, draft: ProductDraft, category: Category | None) -> dict[str, Any]:
    """Take over what the draft says anew; returns what it was before."""
    before: dict[str, Any] = {}
    values = {name: getattr(draft, name) for name in PLAIN} | {"category": category}
    for name, value in values.items():
        old = getattr(product, name)
        if value not in ("", None) and value != old:
            before["category_id" if name == "category" else name] = _plain(old)
            setattr(product, name, value)
    custom = merged_custom(product.custom, draft.custom)
    if custom != product.custom:
        before["custom"], product.custom = product.custom, custom
    return before


def merged_custom(old: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Own fields with those that were told set, or taken away where None was told."""
    return {key: value for key, value in {**old, **told}.items() if value is not None}


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
    names = {name for outcome in outcomes for name in outcome.before}
    Product.objects.bulk_update(changed, [*sorted(names), "updated_at"], 500)
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
def create_product(
    draft: ProductDraft, *, currency: str, at: datetime, user: User | None
) -> Product:
    """Raises ValidationError when the code is another product's."""
    [outcome] = save_products([draft], currency=currency, at=at, user=user)
    if outcome.result != Result.CREATED:
        raise ValidationError({"code": _("Another product has this code.")})
    return outcome.product


@transaction.atomic
def update_product(
    product: Product, *, changes: dict[str, Any], at: datetime, user: User | None
) -> Product:
    """Set fields by hand, empty ones included; own fields as a whole. Raises ValidationError."""
    row = Product.objects.select_for_update().get(pk=product.pk)
    changes = {"is_provisional": False} | changes
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


def set_on_sale(products: Iterable[int], *, on_sale: bool, at: datetime) -> list[int]:
    """Put products on sale or take them off; returns those that were not so before."""
    with transaction.atomic():
        rows = Product.objects.filter(pk__in=list(products), is_active=not on_sale)
        changed = list(rows.select_for_update().values_list("pk", flat=True))
        Product.objects.filter(pk__in=changed).update(is_active=on_sale, updated_at=at)
    return changed


@transaction.atomic
def remove_product(product: Product, *, at: datetime) -> bool:
    """Delete it; what was sold is taken off sale instead, because its orders need it.

    Returns whether it is gone.
    """
    try:
        with transaction.atomic():
            Product.objects.filter(pk=product.pk).delete()
    except ProtectedError:
        set_on_sale([product.pk], on_sale=False, at=at)
        return False
    return True


@transaction.atomic
def remove_products(products: Sequence[int], *, until: datetime, referred: set[int]) -> list[int]:
    """Delete the products that a file created; returns those in use or changed since."""
    rows = Product.objects.filter(pk__in=products)
    kept = _changed(rows, until) | referred
    rows.exclude(pk__in=kept).delete()
    return sorted(kept & set(products))


def _changed(rows: QuerySet[Product], until: datetime) -> set[int]:
    """Which of them are not again as they were at that time."""
    kept: Any = Product.pgh_event_model  # type: ignore[attr-defined]
    later = {row.pk: row for row in rows.filter(updated_at__gt=until)}
    first = kept.objects.filter(pgh_obj__in=later, pgh_created_at__gt=until)
    first = first.order_by("pgh_obj", "pgh_id").distinct("pgh_obj")
    before = first.values("pgh_obj_id", *PLAIN, "code", "category_id", "custom")
    told = ((later[row.pop("pgh_obj_id")], row) for row in before)
    return {
        product.pk
        for product, was in told
        if any(getattr(product, key) != value for key, value in was.items())
    }


@transaction.atomic
def restore_products(
    before: Mapping[int, Mapping[str, Any]], *, until: datetime, at: datetime
) -> list[int]:
    """Put products back to what they were before a file; returns those changed since."""
    rows = {row.pk: row for row in Product.objects.filter(pk__in=before).select_for_update()}
    kept = {pk for pk, row in rows.items() if row.updated_at > until and row.updated_at != at}
    for pk in rows.keys() - kept:
        changes = {"is_provisional": rows[pk].is_provisional} | {
            name: Decimal(value) if name in {"price", "cost"} and value is not None else value
            for name, value in before[pk].items()
        }
        update_product(rows[pk], changes=changes, at=at, user=None)
    return sorted(kept)
