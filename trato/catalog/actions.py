"""What is done to products, categories and exchange rates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Category, ExchangeRate, Product, ProductPrice
from trato.catalog.queries import products_by_code
from trato.customers.actions import Result
from trato.identity.actions import change_company
from trato.identity.models import User
from trato.identity.queries import company
from trato.kit.database import one_writer

LOCK = 7_002
PRICED = ("price", "cost", "currency")
PLAIN = ("name", "brand", *PRICED, "unit", "quality_tier", "description", "is_active")


@dataclass(slots=True)
class Outcome:
    """What became of one draft; ``before`` is what undoing an update needs."""

    result: Result
    product: Product
    before: dict[str, Any] = field(default_factory=dict)


class CategoryInUse(Exception):
    """It has products or categories below it: they would have no place."""


def _lock() -> None:
    """One writer of the catalogue's names at a time, so that no code or path is made twice."""
    one_writer(LOCK)


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
    _lock()
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
def save_category(
    category: Category | None, *, name: str, parent: Category | None = None
) -> Category:
    """Make a category, rename it or move it; the paths of all below it follow.

    Raises ValidationError.
    """
    _lock()
    row = Category.objects.get(pk=category.pk) if category else Category()
    before = row.path
    row.name, row.parent = " ".join(name.split()), parent
    _check_place(row, parent)
    row.path = f"{parent.path}{Category.SEPARATOR}{row.name}" if parent else row.name
    _check_path(row, before)
    row.save()
    if before and before != row.path:
        Category.objects.filter(path__startswith=before + Category.SEPARATOR).update(
            path=Concat(Value(row.path), Substr("path", len(before) + 1))
        )
    return row


def _check_place(row: Category, parent: Category | None) -> None:
    if not row.name:
        raise ValidationError({"name": _("Write a name.")})
    if Category.SEPARATOR.strip() in row.name:
        raise ValidationError({"name": _("A name cannot contain the sign >.")})
    inside = (
        row.path
        and parent
        and f"{parent.path}{Category.SEPARATOR}".startswith(f"{row.path}{Category.SEPARATOR}")
    )
    if inside:
        raise ValidationError({"parent": _("A category cannot be put below itself.")})


def _check_path(row: Category, before: str) -> None:
    if Category.objects.filter(path=row.path).exclude(pk=row.pk).exists():
        raise ValidationError({"name": _("There is a category of this name here already.")})
    below = Category.objects.filter(path__startswith=before + Category.SEPARATOR) if before else ()
    longest = max([len(other.path) for other in below], default=len(before))
    most = Category._meta.get_field("path").max_length or 0
    if longest - len(before) + len(row.path) > most:
        raise ValidationError({"name": _("Its path would be too long. Choose a shorter name.")})


@transaction.atomic
def delete_category(category: Category) -> None:
    """Raises CategoryInUse unless it is empty."""
    try:
        category.delete()
    except ProtectedError as error:
        raise CategoryInUse from error


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


@transaction.atomic
def change_company_currency(*, currency: str) -> None:
    """The known rates told what others were worth in the old one: they go with it."""
    if company().currency != currency:
        change_company(changes={"currency": currency})
        ExchangeRate.objects.all().delete()
