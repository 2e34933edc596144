"""Pages worked out before anybody opens them."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from tests import make
from tests.pages import signed_in
from tests.queue import work
from trato.identity.rules import Role, Visibility
from trato.insight import periods
from trato.insight.actions import ask_refresh
from trato.insight.figures import ahead
from trato.insight.figures.catalogue import PAGES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    caches["shared"].clear()


def test_after_a_refresh_no_page_is_worked_out_for_who_opens_it_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("trato.insight.figures.keeping.SECONDS_WORTH_KEEPING", -1)
    boss, seller = make.user(), make.user(Role.SELLER, visibility=Visibility.OWN)
    for place in range(5):
        customer = make.customer(f"C{place}", owner_id=seller.pk)
        make.order(customer, "20", at=timezone.now() - timedelta(days=9 * place))
    ask_refresh(at=timezone.now(), user=boss)
    assert "trato.insight.jobs.work_out_pages" in [*work(), *work()]
    monkeypatch.setattr("trato.insight.marts.open_views", lambda *_asked: nullcontext())
    client, theirs = signed_in(boss), signed_in(seller)
    for page in PAGES:
        assert theirs.get(f"/analysis/{page.name}/").status_code == 200
        for period in periods.words() if page.is_timed else ("",):
            found = client.get(f"/analysis/{page.name}/?period={period}")
            assert found.status_code == 200


def test_who_sees_the_same_customers_shares_what_is_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boss = make.user()
    make.order(make.customer("Ana"), "20", at=timezone.now() - timedelta(days=9))
    ask_refresh(at=timezone.now(), user=boss)
    work()
    alone = ahead.work_out()
    make.user(Role.ANALYST)
    assert ahead.work_out() == alone
    make.user(Role.SELLER, visibility=Visibility.OWN)
    assert ahead.work_out() == alone + len(PAGES)
    monkeypatch.setattr(ahead, "MOST_SIGHTS", 1)
    assert ahead.work_out() == alone


def test_before_the_first_refresh_there_is_nothing_to_work_out() -> None:
    make.user()
    assert ahead.work_out() == 0
