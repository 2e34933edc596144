import numpy as np
import pytest

from trato.analytics.attribution import DAYS, last_touch
from trato.analytics.grouping import Integers

FIRST = 1000


def won(*answers: tuple[int, int, int], customers: tuple[int, ...] = (1, 2, 3)) -> list[int]:
    """Of customers who all bought first on one day; answers are (customer, day, campaign)."""
    columns = np.array(sorted(answers, key=lambda one: one[:2]), np.int64).reshape(-1, 3)
    ids: Integers = np.array(customers, np.int64)
    firsts = np.full(ids.size, FIRST, np.int64)
    found = last_touch(ids, firsts, columns[:, 0], columns[:, 1], columns[:, 2])
    return [int(one) for one in found]


def test_the_last_answer_before_the_first_purchase_has_the_credit() -> None:
    assert won((1, FIRST - 30, 4), (1, FIRST - 2, 7), (3, FIRST - 5, 4)) == [7, -1, 4]


@pytest.mark.parametrize(("day", "found"), [(0, 4), (DAYS, 4), (DAYS + 1, -1), (-1, -1)])
def test_an_answer_counts_for_so_many_days_and_none_after_the_purchase(
    day: int, found: int
) -> None:
    assert won((1, FIRST - day, 4))[0] == found


def test_a_contact_without_a_campaign_wins_nobody() -> None:
    assert won((1, FIRST - 3, 4), (1, FIRST - 1, -1)) == [4, -1, -1]


def test_who_is_unknown_wins_nothing() -> None:
    assert won((9, FIRST, 4), (0, FIRST, 4)) == [-1, -1, -1]
    assert won() == [-1, -1, -1]
    assert won((1, FIRST, 4), customers=()) == []
