"""Contacts leave as a file and come back without doing anything."""

from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from tests import make
from tests.imports.test_importing import bring, counts
from tests.imports.test_round_trip import exported, unchanged
from trato.customers.actions import record_contact
from trato.customers.drafts import Contact
from trato.customers.models import CONTACTS, Customer, Event
from trato.kit.database import erasing_events

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("at", "kind", "channel", "subject", "payload")


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def contact(who: Customer, subject: str, kind: str = "call", channel: str = "telephone") -> None:
    said = Contact(
        kind=kind, subject=subject, body=f"{subject}\nand more", channel=channel, at=make.NOW
    )
    record_contact(who, said, recorded_at=make.NOW, user=None)


def contacts() -> None:
    """Of a customer with a number, with an e-mail, and of two who share a name."""
    contact(make.customer("Acme", external_ids=(("", "C1"),), emails=("a@example.com",)), "=1+1")
    contact(make.customer("Ana", emails=("ana@example.com",)), "x" * 300, "complaint", "feria")
    contact(make.customer("Ana", emails=("ana@example.com",)), "Otra", "service_request", "")
    contact(make.customer("Luis", phones=("+34600123456",)), "Uno", "note", "")
    contact(make.customer("Luis"), "Dos", "visit", "in_person")


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_an_exported_file_of_contacts_changes_nothing(tmp_path: Path, name: str) -> None:
    contacts()
    before = Event.objects.count(), Customer.objects.count()
    run = bring("interactions", exported("interactions", tmp_path, name))
    assert unchanged(run), run.counts
    assert run.rows_read == 5
    assert (Event.objects.count(), Customer.objects.count()) == before


def test_an_exported_file_of_contacts_makes_the_same_ones_elsewhere(tmp_path: Path) -> None:
    contacts()
    text = exported("interactions", tmp_path)
    told = Event.objects.filter(kind__in=CONTACTS).order_by("subject").values_list(*NAMES)
    before = list(told)
    with transaction.atomic(), erasing_events():
        Customer.objects.all().delete()
    bring("interactions", text)
    assert list(told) == before


def test_a_file_of_contacts_has_the_canonical_columns_and_runs_no_formula(tmp_path: Path) -> None:
    contact(make.customer("Acme", external_ids=(("", "C1"),)), "=1+1")
    heading, row = exported("interactions", tmp_path).decode().splitlines()[:2]
    assert heading.startswith("customer_id,at,kind,channel,subject,")
    assert row.startswith("C1,2026-11-20T10:00:00+00:00,call,telephone,'=1+1,")


def test_contacts_of_someone_with_but_a_name_come_in_once() -> None:
    text = "customer_name,at,kind,subject\nLuis,2026-01-02 10:00,call,A\nLuis,2026-01-03,call,B\n"
    assert counts(bring("interactions", text)) == (2, 0, 0, 0)
    assert counts(bring("interactions", text)) == (0, 0, 2, 0)
    assert Customer.objects.count() == 1
