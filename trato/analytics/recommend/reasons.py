"""Why an offer is made: codes and counts out of the data, which the pages put into words."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from trato.analytics.recommend.data import UNKNOWN, Codes

# "8 (also) of 10 (of) who bought X (because) also bought this; the customer has X since …"
BOUGHT_TOGETHER = "bought_together"
# "Bought on 6 (also) days, every 30 (rhythm_days) days; last on … (since)."
DUE = "due"
# "8 of 10 who bought it bought it again; the customer's only purchase was on … (since)."
BOUGHT_AGAIN = "bought_again"
# "3 of 40 who bought X moved up to this; the customer buys X since …"
MOVED_UP = "moved_up"
# "8 of 1000 customers bought it within the last 90 days." Said when nothing personal is known.
POPULAR = "popular"

KINDS = (BOUGHT_TOGETHER, DUE, BOUGHT_AGAIN, MOVED_UP, POPULAR)


@dataclass(frozen=True)
class Reason:
    """``because`` is an item, ``since`` a day from 1970-01-01; None where it does not apply."""

    kind: str
    of: int
    also: int
    because: int | None
    since: int | None
    rhythm_days: float | None


@dataclass(frozen=True)
class Reasons:
    """Reasons as columns: ``kind`` indexes ``KINDS``; -1 and NaN where something does not apply."""

    kind: NDArray[np.int8]
    of: NDArray[np.int32]
    also: NDArray[np.int32]
    because: Codes
    since: Codes
    rhythm_days: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.kind)

    def __getitem__(self, at: int) -> Reason:
        because, since, rhythm = int(self.because[at]), int(self.since[at]), self.rhythm_days[at]
        return Reason(
            kind=KINDS[self.kind[at]],
            of=int(self.of[at]),
            also=int(self.also[at]),
            because=None if because == UNKNOWN else because,
            since=None if since == UNKNOWN else since,
            rhythm_days=None if np.isnan(rhythm) else float(rhythm),
        )

    def take(self, at: NDArray[np.integer]) -> "Reasons":
        return Reasons(*(getattr(self, field.name)[at] for field in fields(self)))


def reasons(
    kind: str | NDArray[np.int8],
    of: NDArray[np.integer],
    also: NDArray[np.integer],
    *,
    because: NDArray[np.integer] | None = None,
    since: NDArray[np.integer] | None = None,
    rhythm_days: NDArray[np.floating] | None = None,
) -> Reasons:
    """Columns of one length; what is not given does not apply."""
    size = len(of)
    none = np.full(size, UNKNOWN, np.int32)
    codes = np.full(size, KINDS.index(kind), np.int8) if isinstance(kind, str) else kind
    return Reasons(
        kind=codes,
        of=np.asarray(of, np.int32),
        also=np.asarray(also, np.int32),
        because=none if because is None else np.asarray(because, np.int32),
        since=none if since is None else np.asarray(since, np.int32),
        rhythm_days=np.full(size, np.nan, np.float32)
        if rhythm_days is None
        else np.asarray(rhythm_days, np.float32),
    )


def joined(parts: list[Reasons]) -> Reasons:
    """One after the other."""
    return Reasons(
        *(
            np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Reasons)
        )
    )
