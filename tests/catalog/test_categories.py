import pghistory
import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tests import make
from tests.pages import signed_in, words
from trato.catalog.actions import CategoryInUse, delete_category, save_category, save_products
from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Category
from trato.catalog.queries import category_tree, lineage
from trato.identity.audit import changes
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Category]:
    """Two products deep in one branch, none in the other."""
    drafts = [ProductDraft(code=code, category="Coffee > Beans > Origins") for code in "AB"]
    save_products(drafts, currency="EUR", at=make.NOW, user=None)
    save_category(None, name="Tea")
    return {row.name: row for row in Category.objects.all()}


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


def paths() -> list[str]:
    return list(Category.objects.order_by("path").values_list("path", flat=True))


def test_renaming_takes_along_all_that_is_below(tree: dict[str, Category]) -> None:
    save_category(tree["Coffee"], name="Café")
    assert paths() == ["Café", "Café > Beans", "Café > Beans > Origins", "Tea"]


def test_moving_takes_along_all_that_is_below(tree: dict[str, Category]) -> None:
    save_category(tree["Beans"], name="Beans", parent=tree["Tea"])
    assert paths() == ["Coffee", "Tea", "Tea > Beans", "Tea > Beans > Origins"]


def test_a_name_that_begins_the_same_does_not_move(tree: dict[str, Category]) -> None:
    save_category(None, name="Coffee machines")
    save_category(tree["Coffee"], name="Café")
    assert "Coffee machines" in paths()


@pytest.mark.parametrize("name", ["", "  ", "a > b", "Tea"])
def test_a_name_that_cannot_be_is_refused(tree: dict[str, Category], name: str) -> None:
    with pytest.raises(ValidationError):
        save_category(tree["Coffee"], name=name)


@pytest.mark.parametrize("below", ["Coffee", "Beans", "Origins"])
def test_a_category_is_not_put_below_itself(tree: dict[str, Category], below: str) -> None:
    with pytest.raises(ValidationError):
        save_category(tree["Coffee"], name="Coffee", parent=tree[below])


def test_paths_that_grow_too_long_are_refused(tree: dict[str, Category]) -> None:
    deep = tree["Origins"]
    for _level in range(3):
        deep = save_category(None, name="x" * 150, parent=deep)
    with pytest.raises(ValidationError):
        save_category(tree["Coffee"], name="y" * 150)


def test_only_an_empty_category_is_deleted(tree: dict[str, Category]) -> None:
    for name in ("Coffee", "Origins"):
        with pytest.raises(CategoryInUse):
            delete_category(tree[name])
    delete_category(tree["Tea"])
    assert "Tea" not in paths()


def test_the_tree_counts_what_is_in_each_branch(tree: dict[str, Category]) -> None:
    counts = {
        node.category.name: (node.depth, node.products, node.inside) for node in category_tree()
    }
    assert counts == {
        "Coffee": (0, 0, 2),
        "Beans": (1, 0, 2),
        "Origins": (2, 2, 2),
        "Tea": (0, 0, 0),
    }
    assert [row.name for row in lineage(tree["Origins"])] == ["Coffee", "Beans", "Origins"]


def test_a_category_is_renamed_on_its_page(client: Client, tree: dict[str, Category]) -> None:
    client.post(f"/products/categories/{tree['Coffee'].pk}/", {"name": "Café", "parent": ""})
    assert "Café > Beans" in paths()
    again = client.post("/products/categories/new/", {"name": "Tea", "parent": ""})
    assert again.status_code == 422
    assert "of this name here already" in words(again)


def test_one_that_is_in_use_is_kept_and_it_is_said(
    client: Client, tree: dict[str, Category]
) -> None:
    answer = client.post(f"/products/categories/{tree['Coffee'].pk}/delete/", follow=True)
    assert "is not empty" in words(answer)
    assert "Coffee" in paths()


def test_who_may_only_read_changes_no_category(tree: dict[str, Category]) -> None:
    reader = signed_in(make.user(Role.READER))
    assert reader.get("/products/categories/").status_code == 200
    for address in ("new/", f"{tree['Tea'].pk}/", f"{tree['Tea'].pk}/delete/"):
        assert reader.post(f"/products/categories/{address}", {"name": "X"}).status_code == 404


def test_who_renamed_a_category_is_told(client: Client, tree: dict[str, Category]) -> None:
    place = f"/products/categories/{tree['Beans'].pk}/"
    client.post(place, {"name": "Whole beans", "parent": tree["Tea"].pk})
    page = words(client.get(place))
    assert "Name: Beans → Whole beans" in page
    assert "Below: Coffee → Tea" in page


def test_who_made_a_category_is_told(client: Client) -> None:
    client.post("/products/categories/new/", {"name": "Tea"})
    client.post("/products/categories/new/", {"name": "Green", "parent": Category.objects.get().pk})
    for row in Category.objects.all():
        assert f"Created: {row.name}" in words(client.get(f"/products/categories/{row.pk}/"))


def test_categories_of_a_file_have_their_author_too() -> None:
    ana = make.user(name="Ana")
    with pghistory.context(user=ana.pk):
        save_products(
            [ProductDraft(code="A", category="Tea > Green")], currency="EUR", at=make.NOW, user=ana
        )
    for row in Category.objects.all():
        assert [(one.user, one.after) for one in changes(row)] == [(ana, row.name)]
