import numpy as np
import pytest

from trato.analytics.survival import kaplan_meier, log_rank

# Weeks of remission of 42 children with leukaemia: E. J. Freireich et al., Blood 21 (1963); the
# data as in D. R. Cox, Regression Models and Life-Tables (1972) and Kalbfleisch & Prentice (1980),
# table 1.1. Censored: still in remission.
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
TREATED_CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def treated() -> tuple[list[int], list[bool]]:
    times = TREATED + TREATED_CENSORED
    return times, [True] * len(TREATED) + [False] * len(TREATED_CENSORED)


def test_the_leukaemia_curve_is_the_published_one() -> None:
    curve = kaplan_meier(*treated())
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.survival == pytest.approx(published, abs=6e-4)
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert (curve.customers, curve.left, curve.last) == (21, 9, 35)
    assert curve.median == 23


def test_the_interval_is_that_of_the_log_log_scale() -> None:
    """R's survfit(..., conf.type = "log-log") on the same data, times 6 and 10."""
    curve = kaplan_meier(*treated())
    assert (curve.low[0], curve.high[0]) == pytest.approx((0.620, 0.952), abs=1e-3)
    assert (curve.low[2], curve.high[2]) == pytest.approx((0.503, 0.889), abs=1e-3)
    # Greenwood's standard error at 10 weeks is published as 0.0963.
    spread = np.sqrt(np.cumsum(curve.events / (curve.at_risk * (curve.at_risk - curve.events))))
    assert (curve.survival * spread)[2] == pytest.approx(0.0963, abs=1e-4)


def test_the_median_is_when_half_have_left() -> None:
    assert kaplan_meier(PLACEBO, [True] * 21).median == 8


def test_the_log_rank_test_is_the_published_one() -> None:
    times, left = treated()
    found = log_rank(times + PLACEBO, left + [True] * 21, [1] * 21 + [0] * 21)
    # Chi-squared 16.79 on one degree of freedom; 19.25 and 10.75 leavers expected.
    assert found.statistic == pytest.approx(16.79, abs=5e-3)
    assert found.observed.tolist() == [21, 9]
    assert found.expected == pytest.approx([10.75, 19.25], abs=5e-3)
    assert found.p < 1e-4


def test_weights_count_customers() -> None:
    times, left = treated()
    once = kaplan_meier(times, left)
    thrice = kaplan_meier(times, left, [3] * 21)
    assert thrice.survival == pytest.approx(once.survival)
    assert thrice.customers == 63
    assert ((thrice.high - thrice.low) < (once.high - once.low)).all()


def test_beyond_what_was_seen_the_curve_is_unknown() -> None:
    curve = kaplan_meier(*treated())
    assert curve.at([0, 6, 23, 35]) == pytest.approx([1, 0.857, 0.448, 0.448], abs=6e-4)
    assert np.isnan(curve.at([36])).all()


def test_nobody_left_is_a_curve_without_steps() -> None:
    curve = kaplan_meier([5, 9], [False, False])
    assert curve.times.size == 0
    assert curve.median is None
    assert curve.mean() == 9


def test_the_mean_is_the_area_under_the_curve() -> None:
    assert kaplan_meier([2, 4], [True, True]).mean() == pytest.approx(3)
    assert kaplan_meier([2, 4], [True, True]).mean(until=3) == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("durations", "observed", "words"),
    [
        ([], [], "at least one row"),
        ([1, -2], [True, True], "row 1"),
        ([1, 2], [True], "observed"),
        ([1, float("nan")], [True, True], "row 1"),
    ],
)
def test_what_cannot_be_is_refused(
    durations: list[float], observed: list[bool], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        kaplan_meier(durations, observed)


def test_one_group_is_compared_with_nothing() -> None:
    with pytest.raises(ValueError, match="two groups"):
        log_rank([1, 2], [True, True], [0, 0])
