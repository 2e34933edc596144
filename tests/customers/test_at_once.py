"""Writers who come at the same time make nobody twice, and wait only for who writes the same."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests import make
from trato.customers.actions import Result, TwinFound, create_customer, save_customers
from trato.customers.actions.locking import FEW, lock_identities
from trato.customers.drafts import CustomerDraft
from trato.customers.models import Customer, ExternalId, NameWord

pytestmark = pytest.mark.django_db(transaction=True)
LOCKING = "trato.customers.actions.locking"
ANA = CustomerDraft(name="Ana", emails=("ana@example.com",), phones=("+34600111222",))


def save(*drafts: CustomerDraft) -> list[Result]:
    done = save_customers(drafts, at=make.NOW, user=None, source="test")
    return [one.result for one in done]


def shop(number: int, name: str = "") -> CustomerDraft:
    return CustomerDraft(name=name or f"Cliente {number}", external_ids=(("shop", str(number)),))


class Beside[Done]:
    """Something done by another thread, with a connection of its own."""

    def __init__(self, do: Callable[[], Done]) -> None:
        self.found: list[Done] = []
        self.thread = threading.Thread(target=self._run, args=(do,))
        self.thread.start()

    def _run(self, do: Callable[[], Done]) -> None:
        try:
            self.found.append(do())
        finally:
            connection.close()

    def is_done(self, seconds: float = 20) -> bool:
        self.thread.join(seconds)
        return not self.thread.is_alive()


def test_writers_of_different_customers_do_not_wait() -> None:
    with transaction.atomic():
        save(shop(1), shop(2))
        other = Beside(lambda: save(shop(3), ANA))
        assert other.is_done()
    assert other.found == [[Result.CREATED, Result.CREATED]]


@pytest.mark.parametrize(
    "theirs",
    [
        CustomerDraft(name="Otra", emails=("ana@example.com",)),
        CustomerDraft(name="Otra", phones=("+34600111222",)),
    ],
)
def test_who_writes_the_same_customer_waits_and_finds_it(theirs: CustomerDraft) -> None:
    with transaction.atomic():
        save(ANA)
        other = Beside(lambda: save(theirs))
        assert not other.is_done(0.3)
    assert other.is_done()
    assert other.found == [[Result.UNCHANGED]]
    assert Customer.objects.count() == 1


def test_a_form_waits_for_who_writes_the_same_customer() -> None:
    def fill_in() -> str:
        try:
            create_customer(ANA, at=make.NOW, user=None, source="form")
        except TwinFound:
            return "twin"
        return "created"

    with transaction.atomic():
        save(ANA)
        other = Beside(fill_in)
        assert not other.is_done(0.3)
    assert other.is_done()
    assert other.found == ["twin"]


@pytest.mark.parametrize("number", [1, FEW + 1])
def test_who_writes_many_waits_for_all_and_all_for_them(number: int) -> None:
    many = [shop(place) for place in range(FEW + 1)]
    first, second = ([shop(-1)], many) if number > 1 else (many, [shop(-1)])
    with transaction.atomic():
        save(*first)
        other = Beside(lambda: save(*second))
        assert not other.is_done(0.3)
    assert other.is_done()
    assert Customer.objects.count() == FEW + 2


def test_who_finds_no_place_among_few_writes_as_one_of_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{LOCKING}.AT_ONCE", 1)
    with transaction.atomic():
        save(shop(1))
        other = Beside(lambda: save(shop(2)))
        assert not other.is_done(0.3)
    assert other.is_done()
    assert Customer.objects.count() == 2


def test_a_company_that_two_bring_along_is_one() -> None:
    def person(name: str) -> CustomerDraft:
        return CustomerDraft(name=name, emails=(f"{name}@example.com",), organisation="Roble SL")

    with transaction.atomic():
        save(person("ana"))
        other = Beside(lambda: save(person("bea")))
        assert not other.is_done(0.3)
    assert other.is_done()
    assert Customer.objects.filter(name="Roble SL").count() == 1


@pytest.mark.parametrize("at_once", [2, 8])
def test_a_crowd_makes_nobody_twice(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{LOCKING}.AT_ONCE", at_once)
    chance = random.Random(at_once)  # noqa: S311
    parts = [[shop(n, f"Nombre {n}") for n in chance.sample(range(60), 25)] for _ in range(24)]
    for part in parts:
        chance.shuffle(part)

    def write(part: list[CustomerDraft]) -> list[Result]:
        try:
            return save(*part)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as crowd:
        results = [one for done in crowd.map(write, parts) for one in done]
    assert results.count(Result.CREATED) == Customer.objects.count()
    assert ExternalId.objects.count() == Customer.objects.count()
    assert results.count(Result.UPDATED) == 0


def test_what_is_changed_together_is_found_by_what_it_was_changed_to() -> None:
    drafts = [shop(number, f"Antes {number}") for number in range(3)]
    save(*drafts)
    save(shop(0, "Después uno"), shop(1, "Después uno"), drafts[2])
    words = set(NameWord.objects.values_list("word", flat=True))
    assert words == {"despues", "uno", "antes", "2"}


def test_a_lock_is_given_back_with_the_transaction() -> None:
    with transaction.atomic():
        lock_identities([ANA])
    with transaction.atomic():
        lock_identities()
        other = Beside(lambda: save(shop(1)))
        assert not other.is_done(0.3)
    assert other.is_done()
