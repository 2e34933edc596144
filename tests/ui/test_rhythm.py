from datetime import date, timedelta

from tests.ui.drawing import draw
from trato.ui.rhythm import Rhythm

TODAY = date(2026, 11, 20)


def test_purchases_lie_between_the_ends_in_their_order() -> None:
    days = [TODAY - timedelta(days=days) for days in (10, 40, 70)]
    places = [x for x, _day in Rhythm(days, TODAY).bought_at]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < 320


def test_a_lapse_far_away_does_not_press_the_past_together() -> None:
    strip = Rhythm([TODAY - timedelta(days=10)], TODAY, lapse=TODAY + timedelta(days=900))
    assert strip.lapse_at is None


def test_the_strip_says_in_words_what_it_draws() -> None:
    strip = Rhythm([TODAY], TODAY, due=TODAY + timedelta(days=5))
    html = draw("{% rhythm strip 'Every 5 days' %}", strip=strip)
    assert 'aria-label="Every 5 days"' in html
    assert "next one due" in html
