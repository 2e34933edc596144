"""The same file twice changes nothing, also of customers whom nothing tells but their row."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tests import make
from tests.imports.test_importing import bring, counts, staged, undo
from tests.imports.test_round_trip import exported, unchanged
from tests.insight.refreshing import refreshed
from trato.catalog.models import ProductPrice
from trato.customers.actions import update_customer
from trato.customers.models import Consent, Customer, Event, EventKind, ExternalId
from trato.imports import actions
from trato.imports.actions import applying
from trato.imports.models import Import
from trato.sales.models import Order

pytestmark = pytest.mark.django_db(transaction=True)

NAMELESS = """name,city,birth_date,Color favorito
Ana Núñez,León,1990-05-01,azul
Ana Núñez,Vigo,,
Luis,,,
"""
CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Ana Núñez
ADR:;;Mayor 1;León;;24001;España
NOTE:Le gusta el té
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Luis
ORG:Acme
END:VCARD
"""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def cards() -> Import:
    run = actions.receive(
        io.BytesIO(CARDS.encode()), name="c.vcf", kind="customers", user=None, at=make.NOW
    )
    actions.begin_staging(run, later=False)
    run = actions.run_staging(run.pk, at=make.NOW, with_preview=False)
    actions.begin_applying(run, later=False)
    return actions.run_applying(run.pk, at=make.NOW)


def test_rows_without_any_id_come_in_once() -> None:
    assert counts(bring("customers", NAMELESS)) == (3, 0, 0, 0)
    before = Event.objects.count()
    assert counts(bring("customers", NAMELESS)) == (0, 0, 3, 0)
    assert (Customer.objects.count(), Event.objects.count()) == (3, before)


def test_rows_with_but_the_id_of_another_program_come_in_once() -> None:
    text = "Record ID,City\n1001,Vigo\n1002,Lugo\n"
    assert counts(bring("customers", text)) == (2, 0, 0, 0)
    assert counts(bring("customers", text)) == (0, 0, 2, 0)
    found = ExternalId.objects.order_by("value").values_list("system", "value")
    assert list(found) == [("hubspot", "1001"), ("hubspot", "1002")]


def test_cards_without_any_id_come_in_once() -> None:
    assert counts(cards()) == (2, 0, 0, 0)
    before = Customer.objects.count(), Event.objects.count()
    assert counts(cards()) == (0, 0, 2, 0)
    assert (Customer.objects.count(), Event.objects.count()) == before


def test_a_row_that_came_before_does_not_undo_what_was_corrected_since() -> None:
    bring("customers", NAMELESS)
    luis = Customer.objects.get(name="Luis")
    update_customer(luis, at=make.NOW, user=None, changes={"name": "Luis Rey"})
    assert counts(bring("customers", NAMELESS)) == (0, 0, 3, 0)
    luis.refresh_from_db()
    assert luis.name == "Luis Rey"


def test_the_preview_tells_of_rows_that_came_before() -> None:
    bring("customers", NAMELESS)
    run = staged("customers", f"{NAMELESS}Eva,,,\nEva,,,\n", preview=True)
    assert counts(run) == (1, 0, 4, 0)


def test_what_was_undone_can_come_in_again() -> None:
    undo(bring("customers", NAMELESS))
    assert not Customer.objects.exists()
    assert counts(bring("customers", NAMELESS)) == (3, 0, 0, 0)


def test_customers_written_by_hand_come_back_from_their_export_unchanged(tmp_path: Path) -> None:
    make.customer("Luis")
    make.customer("Luis", tags=("VIP",), since=make.NOW)
    assert unchanged(bring("customers", exported("customers", tmp_path)))
    assert Customer.objects.count() == 2


def test_a_row_that_completed_a_twin_changes_nothing_when_it_comes_again() -> None:
    ana = make.customer("Ana a mano", emails=("ana@example.com",))
    heading = "customer_id,name,email,birth_date\n"
    row, later = "C1,ANA N.,ana@example.com,1990-05-01\n", "C1,Ana Núñez,ana@example.com,\n"
    bring("customers", heading + row + row)
    assert unchanged(bring("customers", heading + row))
    ana.refresh_from_db()
    assert (ana.name, ana.birth_date) == ("Ana a mano", date(1990, 5, 1))
    for told, name in ((later, "Ana Núñez"), (row, "ANA N.")):
        bring("customers", heading + told)
        ana.refresh_from_db()
        assert ana.name == name


def test_what_analysis_concluded_of_customers_does_not_keep_them(
    settings: Settings, tmp_path: Path
) -> None:
    """Nor does it once the night has passed: their stage was told, and nobody touched them."""
    settings.LAKE = str(tmp_path / "lake")
    known = make.customer()
    refreshed()
    run = bring(
        "orders",
        "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
        "1,A,2026-11-02,P,1,10\n2,B,2026-11-03,P,1,10\n",
    )
    refreshed(days=1)
    assert Event.objects.filter(kind=EventKind.STAGE_CHANGED).count() == 2
    assert undo(run).counts["undone"].get("kept", 0) == 0
    assert list(Customer.objects.all()) == [known]


def test_what_completed_a_twin_and_was_undone_completes_it_again() -> None:
    ana = make.customer("Ana a mano", emails=("ana@example.com",))
    text = "customer_id,name,email,birth_date\nC1,ANA N.,ana@example.com,1990-05-01\n"
    undo(bring("customers", text))
    ana.refresh_from_db()
    assert ana.birth_date is None
    assert counts(bring("customers", text)) == (0, 1, 0, 0)
    ana.refresh_from_db()
    assert (ana.name, ana.birth_date) == ("Ana a mano", date(1990, 5, 1))


def test_a_product_twice_in_a_file_is_one_also_when_the_file_comes_again() -> None:
    text = "product_id,name,price\nP1,Café,1\nP1,,2\n"
    assert counts(bring("products", text)) == (1, 0, 1, 0)
    assert unchanged(bring("products", text))
    assert ProductPrice.objects.values_list("price", flat=True).get() == 2


def test_somebody_of_the_same_name_who_is_known_otherwise_is_another() -> None:
    make.customer("Luis", emails=("luis@example.com",))
    assert counts(bring("customers", "name\nLuis\n")) == (1, 0, 0, 0)


def test_orders_of_someone_with_but_a_name_are_of_one_customer() -> None:
    heading = "order_id,customer_name,ordered_at,product_id,quantity,unit_price\n"
    bring("orders", f"{heading}1,Luis,2026-10-01,P1,1,2\n")
    bring("orders", f"{heading}2,Luis,2026-10-02,P1,1,2\n")
    assert len(set(Order.objects.values_list("customer", flat=True))) == 1


def test_a_consent_withdrawn_since_is_not_given_back_by_the_same_file() -> None:
    text = "name,email,consent_email\nAna,ana@example.com,yes\n"
    bring("customers", text)
    yes = Consent.objects.get()
    yes.pk, yes.granted = None, False
    yes.save(force_insert=True)
    bring("customers", text)
    assert [consent.granted for consent in Consent.objects.order_by("pk")] == [True, False]


def test_customers_whom_orders_and_contacts_complete_are_counted_and_taken_back() -> None:
    first = bring("customers", "customer_id,name,email\nK1,Kike,kike@example.com\n")
    contacts = bring("interactions", "customer_id,phone,at,kind\nK1,+34612000111,2026-10-01,call\n")
    orders = bring(
        "orders",
        "order_id,customer_id,customer_name,ordered_at,product_id,quantity,unit_price\n"
        "1,K1,Kike Largo,2026-10-01,P1,1,2\n",
    )
    for run in (contacts, orders):
        assert run.counts["records"]["customers"]["updated"] == 1
    kike = Customer.objects.get()
    assert (kike.name, kike.phones.count()) == ("Kike Largo", 1)
    for run in (orders, contacts):
        assert undo(run).counts["undone"].get("kept", 0) == 0
    kike.refresh_from_db()
    assert (kike.name, kike.phones.count()) == ("Kike", 0)
    undo(first)
    assert not Customer.objects.exists()


def test_a_file_is_taken_back_whole_after_a_later_one_that_changed_its_orders() -> None:
    head = "order_id,customer_id,customer_name,ordered_at,product_id,quantity,unit_price\n"
    first = bring("orders", f"{head}1,K1,Kike,2026-10-01,P1,1,2\n2,K1,Kike,2026-10-02,P1,1,2\n")
    second = bring("orders", f"{head}1,K1,Kike,2026-10-01,P1,1,5\n2,K1,Kike,2026-10-02,P1,1,2\n")
    for run, at in ((second, 1), (first, 2)):
        actions.begin_undoing(run, later=False)
        done = actions.run_undoing(run.pk, at=make.NOW + timedelta(hours=at))
        assert done.counts["undone"].get("kept", 0) == 0
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_an_import_is_taken_back_with_the_organisations_that_it_made() -> None:
    known = make.customer("Eva", emails=("eva@example.com",))
    text = "name,email,company,job title\nAna,ana@example.com,Sol SL,Gerente\n"
    text += "Luis,luis@example.com,Sol SL,\nEva,eva@example.com,Luna SA,Jefa\n"
    preview = staged("customers", text, preview=True)
    run = bring("customers", text)
    assert preview.counts["records"] == run.counts["records"]
    assert (counts(run), run.counts["records"]["customers"]["created"]) == ((2, 1, 0, 0), 4)
    assert unchanged(bring("customers", text))
    later = bring("customers", "name,email,company\nPaz,paz@example.com,Sol SL\n")
    for one, left in ((run, {"Eva", "Paz", "Sol SL"}), (later, {"Eva", "Sol SL"})):
        undo(one)
        assert set(Customer.objects.values_list("name", flat=True)) == left
    assert not known.roles.exists()


def test_the_preview_counts_a_row_that_comes_again_much_later_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bring("customers", "customer_id,name\nK1,Kike\n")
    monkeypatch.setattr(applying, "CHUNK", 1)
    text = "customer_id,name,city\n" + 2 * "K1,Kike,Vigo\nK2,Eva,Lugo\n"
    preview = counts(staged("customers", text, preview=True))
    assert preview == counts(bring("customers", text)) == (1, 1, 2, 0)


@pytest.mark.parametrize("kind", ["customers", "products"])
def test_the_preview_counts_what_is_made_and_changed_much_later(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(applying, "CHUNK", 1)
    more = {"customers": "customer_id,name,city", "products": "product_id,name,category"}[kind]
    text = f"{more}\nK1,Kike,Vigo\nK1,Kike,Lugo\nK1,Kike,Lugo\nK2,Eva,Lugo\n"
    preview, run = staged(kind, text, preview=True), bring(kind, text)
    assert counts(preview) == counts(run) == (2, 1, 1, 0)
    assert preview.counts["records"] == run.counts["records"]
