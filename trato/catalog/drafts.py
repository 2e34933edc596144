"""A product as forms, programs and files hand it in, before it is one."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft:
    """Empty and None mean unknown. ``category`` is a path such as ``Home > Kitchen``."""

    code: str
    name: str = ""
    category: str = ""
    brand: str = ""
    price: Decimal | None = None
    cost: Decimal | None = None
    currency: str = ""
    unit: str = ""
    quality_tier: int | None = None
    description: str = ""
    is_active: bool | None = None
