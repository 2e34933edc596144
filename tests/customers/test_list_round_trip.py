"""What is exported for importing again changes nothing when it is imported."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import make
from trato.cli.exports import export
from trato.customers.actions import save_custom_field
from trato.customers.drafts import AddressDraft
from trato.customers.models import Customer
from trato.imports import actions

pytestmark = pytest.mark.django_db


def test_an_exported_file_brings_the_same_customers_back(tmp_path: Path) -> None:
    save_custom_field(None, label="Points", type_="number", options=[])
    make.customer(
        "Ana García",
        emails=("ana@example.com", "a2@example.com"),
        phones=("+34600123456",),
        addresses=(AddressDraft(street="Mayor 1, 2º", city="Vigo", country="ES"),),
        external_ids=(("", "C1"),),
        tags=("VIP", "feria"),
        origin="web",
        languages=("es", "pt"),
        custom={"points": 2.5},
        since=make.NOW,
    )
    make.customer("Sol SL", kind="organisation", tax_id="B12345678", external_ids=(("", "C2"),))
    target = tmp_path / "customers.csv"
    CliRunner().invoke(export, ["customers", "--canonical", "-o", str(target)])
    run = actions.receive(
        io.BytesIO(target.read_bytes()), name="c.csv", kind="customers", user=None, at=make.NOW
    )
    actions.begin_staging(run, later=False)
    actions.run_staging(run.pk, at=make.NOW, with_preview=False)
    run.refresh_from_db()
    actions.begin_applying(run, later=False)
    actions.run_applying(run.pk, at=make.NOW)
    run.refresh_from_db()
    assert (run.counts["read"], run.counts["unchanged"]) == (2, 2)
    assert Customer.objects.count() == 2
