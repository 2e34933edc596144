"""What was spent on customers, as the figures take it."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from trato.acquisition.models import Cost
from trato.acquisition.queries import Spent, spending
from trato.identity.models import User

WIN, KEEP = Cost.Purpose.ACQUIRE, Cost.Purpose.KEEP


@dataclass(frozen=True, slots=True)
class Costs:
    """Told by what is in them, in few signs: answers are kept by what they were asked with."""

    spent: tuple[Spent, ...] = field(default=(), repr=False)
    told: str = ""

    @classmethod
    def of(cls, spent: tuple[Spent, ...]) -> "Costs":
        return cls(spent, hashlib.sha256(repr(spent).encode()).hexdigest())

    def on(self, *purposes: str, start: date | None = None, end: date | None = None) -> pa.Table:
        """Month, purpose, source, campaign, cost; of a period with whole months, both included."""
        first = start.replace(day=1) if start else date.min
        kept = [
            one
            for one in self.spent
            if one.purpose in purposes and first <= one.month <= (end or date.max)
        ]
        return pa.table(
            {
                "month": pa.array([one.month for one in kept], pa.date32()),
                "purpose": pa.array([one.purpose for one in kept], pa.string()),
                "source": pa.array([one.source for one in kept], pa.string()),
                "campaign": pa.array([one.campaign for one in kept], pa.string()),
                "cost": pa.array([float(one.amount) for one in kept], pa.float64()),
            }
        )

    @property
    def name_campaigns(self) -> bool:
        return any(one.campaign for one in self.spent)


NO_COSTS = Costs()


def known_costs(user: User, *, currency: str) -> tuple[Costs, tuple[str, ...]]:
    """What this user may see of them, and the currencies of those without a rate."""
    found = spending(user, currency=currency)
    return Costs.of(found.spent), found.unrated
