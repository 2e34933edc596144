"""Products that lines of orders tell of, before somebody describes them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests import make
from tests.imports.test_importing import bring, counts, staged, undo
from trato.catalog.actions import update_product
from trato.catalog.models import Category, Product
from trato.imports import actions
from trato.imports.actions import applying
from trato.imports.models import Import

pytestmark = pytest.mark.django_db(transaction=True)

BARE = """order_id,customer_id,ordered_at,product_id,quantity,unit_price
1,C1,2026-10-01,P1,2,3.5
"""
NAMED = """order_id,customer_id,ordered_at,product_id,quantity,unit_price,product_name,category
2,C1,2026-10-02,P1,1,3.5,,Bebidas > Té
2,C1,2026-10-02,P1,1,3.5,Té verde,
"""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def tea() -> tuple[str, str]:
    product = Product.objects.select_related("category").get(code="P1")
    return product.name, product.category.path if product.category else ""


def test_a_product_known_by_its_code_is_completed_by_a_later_file() -> None:
    bring("orders", BARE)
    assert staged("orders", NAMED, preview=True).counts["records"]["products"]["updated"] == 1
    run = bring("orders", NAMED)
    assert tea() == ("Té verde", "Bebidas > Té")
    assert run.counts["records"]["products"]["updated"] == 1
    assert "products" not in bring("orders", NAMED).counts["records"]


def test_what_completed_a_product_is_taken_back_with_its_file() -> None:
    first, second = bring("orders", BARE), bring("orders", NAMED)
    for number, (run, name) in enumerate([(second, "P1"), (first, None)], 1):
        actions.begin_undoing(run, later=False)
        done = actions.run_undoing(run.pk, at=make.NOW + timedelta(hours=number))
        assert done.counts["undone"].get("kept", 0) == 0
        assert Product.objects.values_list("name", flat=True).first() == name


def test_a_name_that_lines_gave_is_not_changed_by_other_lines() -> None:
    bring("orders", NAMED)
    bring("orders", NAMED.replace("Té verde", "Café").replace("Bebidas > Té", "Otros"))
    assert tea() == ("Té verde", "Bebidas > Té")
    assert not Category.objects.filter(path="Otros").exists()


def test_a_product_that_a_file_of_products_told_of_is_left_as_it_is() -> None:
    for text in ("product_id,name\nP1,P1\n", "product_id,brand\nP1,Sol\n"):
        Product.objects.all().delete()
        bring("products", text)
        bring("orders", NAMED)
        assert tea() == ("P1", "")
        undo(Import.objects.filter(kind="orders").latest("pk"))


def test_a_name_given_by_hand_is_left_even_if_it_is_the_code() -> None:
    bring("orders", BARE)
    update_product(Product.objects.get(), changes={"name": "P1"}, at=make.NOW, user=make.user())
    bring("orders", NAMED)
    assert tea() == ("P1", "")


def test_after_an_undone_description_lines_complete_the_product_again() -> None:
    bring("orders", BARE)
    undo(bring("products", "product_id,name,category\nP1,Té de prueba,Pruebas\n"))
    bring("orders", NAMED)
    assert tea() == ("Té verde", "Bebidas > Té")


def test_who_is_completed_in_several_chunks_is_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bring("orders", BARE)
    monkeypatch.setattr(applying, "CHUNK", 1)
    head, nameless, named = NAMED.splitlines()
    more = "\n".join(
        [
            head.replace("customer_id", "customer_id,customer_name"),
            nameless.replace("C1", "C1,Ana"),
            named.replace("2,C1", "3,C1,Ana N."),
        ]
    )
    preview = staged("orders", more, preview=True).counts["records"]
    run = bring("orders", more)
    told: dict[str, Any] = {name: run.counts["records"][name]["updated"] for name in preview}
    assert told == {name: preview[name]["updated"] for name in preview}
    assert (told["products"], told["customers"], counts(run)) == (1, 1, (2, 0, 0, 0))
    assert undo(run).counts["undone"].get("kept", 0) == 0
    assert tea() == ("P1", "")
