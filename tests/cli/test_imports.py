import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from trato.cli.imports import import_
from trato.kit.environment import CannotStart

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "customer_id,name,email\nC1,Ana,no address\nC2,Bea,bea@example.com\n"


def bring(folder: Path, *options: str, text: str = FILE, kind: str = "customers") -> Result:
    file = folder / f"{kind}.csv"
    file.write_text(text)
    with translation.override("en"):
        return CliRunner().invoke(import_, [kind, str(file), *options])


def test_cells_that_could_not_be_read_are_told(tmp_path: Path) -> None:
    done = bring(tmp_path)
    assert done.exit_code == 0
    assert "Row 2: email" in done.output
    assert "Rows that came in without the cells that could not be read: 1." in done.output


def test_programs_get_the_counts(tmp_path: Path) -> None:
    counts = json.loads(bring(tmp_path, "--json", "--dry-run").output)
    told = ("read", "created", "updated", "unchanged", "refused", "incomplete")
    assert [counts[name] for name in told] == [2, 2, 0, 0, 0, 1]


PRODUCTS = """Referencia;Nombre;PVP;Estante
P1;Café;4,95;B7
P2;Té;-3;B8
Total;;1,95;
Copyright 2026, todos los derechos reservados
"""


def test_fields_that_a_file_brings_are_told(tmp_path: Path) -> None:
    text = "product_id,name,Origen\nP1,Café,Huila\n"
    assert (
        "New custom fields: Origen"
        in bring(tmp_path, "--dry-run", text=text, kind="products").output
    )
    for fields in (["Origen"], []):
        told = bring(tmp_path, "--json", text=text, kind="products").output
        assert json.loads(told)["new_fields"] == fields


def test_what_is_left_out_of_a_file_is_told(tmp_path: Path) -> None:
    told = bring(tmp_path, "--dry-run", text=PRODUCTS, kind="products").output
    assert "Rows read: 2. Created: 1, updated: 0, unchanged: 0, refused: 1." in told
    assert "Row 3: PVP “-3”: A price cannot be less than nothing." in told
    assert "Columns not imported: Estante\nLines left out" in told
    assert "Lines left out, as totals, notes or repeated headings: 2" in told
    assert "Row 4: A row of totals. Total · 1,95" in told
    assert "Row 5: A note below the table. Copyright 2026" in told


def test_costs_have_no_custom_fields(tmp_path: Path) -> None:
    text = "month,amount,source,Agencia\n2026-01,400,Feria,Sol\n"
    told = bring(tmp_path, text=text, kind="costs").output
    assert "Columns not imported: Agencia\nCosts have no custom fields" in told


def test_programs_are_told_what_is_left_out(tmp_path: Path) -> None:
    counts = json.loads(bring(tmp_path, "--json", text=PRODUCTS, kind="products").stdout)
    assert counts["left_out"][0] == {"row": 4, "reason": "totals_row", "cells": ["Total", "1,95"]}
    assert counts["not_imported"] == ["Estante"]


def test_a_file_of_deals_is_refused_as_a_whole(tmp_path: Path) -> None:
    done = bring(tmp_path, text="Deal - ID,Deal - Title,Deal - Stage\n1,Acme,Qualified\n")
    assert isinstance(done.exception, CannotStart)
    assert "deals are not imported yet" in str(done.exception)


@pytest.mark.parametrize(("more", "told"), [("URL:https://a.example\n", ["website"]), ("", [])])
def test_of_cards_only_what_they_have_is_left_out(
    tmp_path: Path, more: str, told: list[str]
) -> None:
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\n{more}END:VCARD\n"
    counts = json.loads(bring(tmp_path, "--json", "--dry-run", text=card).stdout)
    assert counts["not_imported"] == told
