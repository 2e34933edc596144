"""A cost as forms, programs and files hand it in, before it is one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trato.acquisition.models import Cost

type Key = tuple[date, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostDraft:
    """``month`` is any day of it. An empty ``currency`` is the company's; an empty ``source`` or
    ``campaign`` is whichever."""

    month: date
    amount: Decimal
    purpose: str = Cost.Purpose.ACQUIRE
    source: str = ""
    campaign: str = ""
    currency: str = ""
    note: str = ""

    @property
    def key(self) -> Key:
        return self.month.replace(day=1), self.purpose, self.source, self.campaign
