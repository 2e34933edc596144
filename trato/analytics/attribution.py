"""Which campaign won a customer: the last touch before the first purchase.

The last campaign that somebody answered within so many days before they first bought has the whole
credit. It is the plainest rule, and flatters what stands close to the purchase; what a campaign
truly adds only a control group tells.

Source: P. Berman, *Beyond the Last Touch: Attribution in Online Advertising*, Marketing Science 37
(2018), on what the rule does and where it fails.
"""

import numpy as np

from trato.analytics.grouping import Integers

DAYS = 90


def last_touch(
    customers: Integers,
    first_days: Integers,
    who: Integers,
    day: Integers,
    campaign: Integers,
    *,
    days: int = DAYS,
) -> Integers:
    """The campaign of each customer, ``(customers,)``; -1 for who answered none in time.

    ``customers``, sorted, with the day of their first purchase; an answer a row, sorted by ``who``
    and ``day``: the campaign, a number from 0. What somebody answered on the day of the purchase
    counts; several on one day: the one that comes last.
    """
    found = np.full(customers.size, -1, np.int64)
    if not customers.size or not who.size:
        return found
    place = np.searchsorted(customers, who).clip(max=customers.size - 1)
    before = first_days[place] - day
    counts = (customers[place] == who) & (before >= 0) & (before <= days) & (campaign >= 0)
    # Of several assignments to one place the last one stays.
    found[place[counts]] = campaign[counts]
    return found
