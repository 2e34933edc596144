"""A product as forms, programs and files hand it in, before it is one."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft:
    """Empty and None mean unknown. ``category`` is a path such as ``Home > Kitchen``.

    ``custom`` has the company's own fields by key; None takes the value of one away.
    """

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
    custom: dict[str, Any] = field(default_factory=dict)
