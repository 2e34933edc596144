"""What each move of the journey needs to know of the moves around it.

Written once beside the moves, so that «how long», «how far» and «for the first time» are counted by
reading rows and never by sorting a million journeys again.
"""

import numpy as np
import pyarrow as pa

from trato.analytics import runs

# The stages that are a way forward. Weighing the next purchase, and leaving, are not.
FORWARD = (1, 2, 3, 4, 6)
HIGHEST = 8


def follow(moves: pa.Table) -> pa.Table:
    """``moves`` (customer, day date32, to_stage, ...) with three columns more, in its order.

    It is sorted by customer and day. ``until``: the day of the customer's next move, null while in
    the stage. ``furthest``: the furthest stage of `FORWARD` the customer had reached before (0
    none). ``is_first``: the customer enters the stage for the first time. Raises ``ValueError`` if
    not sorted by customer.
    """
    customer = np.asarray(moves["customer"].to_numpy(), np.int64)
    stage = np.asarray(moves["to_stage"].to_numpy(), np.int64)
    if (customer[1:] < customer[:-1]).any():
        raise ValueError("moves are not sorted by customer")
    begins = runs.starts(customer)
    who = np.repeat(np.arange(begins.size), runs.lengths(begins, customer.size))
    day = moves["day"].cast(pa.date32()).combine_chunks().cast(pa.int32()).to_numpy()
    is_last = np.ones(customer.size, bool)
    is_last[:-1] = customer[1:] != customer[:-1]
    until = pa.array(np.roll(day, -1).astype(np.int32), mask=is_last).cast(pa.date32())
    forward = np.where(np.isin(stage, FORWARD), stage, 0)
    # Numbered by customer, what one has reached never carries over to the next.
    reached = np.maximum.accumulate(who * HIGHEST + forward) - who * HIGHEST
    before = np.roll(reached, 1)
    before[begins] = 0
    first = np.zeros(customer.size, bool)
    first[np.unique(who * HIGHEST + stage, return_index=True)[1]] = True
    found = moves.append_column("until", until)
    found = found.append_column("furthest", pa.array(before.astype(np.int8)))
    return found.append_column("is_first", pa.array(first))
