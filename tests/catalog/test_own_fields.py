"""The company's own fields of products: their form, their page, and what files do to them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.catalog import own
from tests.catalog.own import FORM, KEPT, SENT, TYPES
from tests.pages import signed_in, words
from trato.catalog.actions import (
    Outcome,
    remove_products,
    restore_products,
    save_products,
    update_product,
)
from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Product
from trato.catalog.queries import locked_product
from trato.customers.actions import Result, save_custom_field
from trato.customers.models import CustomField
from trato.identity.actions import change_company
from trato.identity.models import User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return make.user(name="Marta")


@pytest.fixture
def client(boss: User) -> Client:
    return signed_in(boss)


def page(client: Client, row: Product) -> str:
    return words(client.get(f"/products/{row.pk}/"))


def edit(client: Client, row: Product, **changes: Any) -> Any:
    """Send the form as a browser does: all that it was shown, with these changes."""
    shown = client.get(f"/products/{row.pk}/edit/").context["form"].initial
    given = {name: value for name, value in shown.items() if value not in (None, False)}
    return client.post(f"/products/{row.pk}/edit/", given | changes)


# The form and the page


def test_a_new_product_gets_its_own_fields(client: Client) -> None:
    own.fields()
    shown = words(client.post("/products/new/", FORM | SENT, follow=True))
    assert own.kept() == KEPT
    for kind, (_kept, _sent, english, _spanish) in TYPES.items():
        assert f"{kind.capitalize()} {english}" in shown


def test_a_new_product_without_them_has_none(client: Client) -> None:
    own.fields()
    empty = dict.fromkeys(SENT.keys() - {"custom_choices"}, "")
    client.post("/products/new/", FORM | empty)
    assert own.kept() == {}


def test_the_page_speaks_spanish() -> None:
    own.fields()
    tea = own.product(custom=KEPT)
    client = signed_in(make.user(), "es")
    shown = page(client, tea)
    for kind, (_kept, _sent, _english, spanish) in TYPES.items():
        assert f"{kind.capitalize()} {spanish}" in shown
    assert "Campos propios" in words(client.get("/products/new/"))


def test_amounts_are_in_the_currency_of_the_company(client: Client) -> None:
    own.field("Freight", "money")
    change_company(changes={"currency": "USD"})
    tea = own.product(custom={"freight": 3}, currency="GBP")
    assert "Freight $3.00" in page(client, tea)


def test_only_fields_with_a_value_are_on_the_page(client: Client) -> None:
    own.fields()
    tea = own.product(custom={"number": 0})
    shown = page(client, tea)
    assert "Number 0" in shown
    assert "Choices" not in shown
    assert "Flag" not in shown


def test_a_company_without_own_fields_sees_none(client: Client) -> None:
    save_custom_field(None, label="Colour", type_="text", options=[])
    tea = own.product(custom={"colour": "red"})
    assert "Custom fields" not in words(client.get(f"/products/{tea.pk}/edit/"))
    assert "Colour" not in page(client, tea)


@pytest.mark.parametrize("kind", TYPES)
def test_what_was_not_touched_stays_to_the_letter(client: Client, kind: str) -> None:
    own.fields()
    odd = {"text": "two\nlines, and “signs” <b>", "number": 0.1234567, "money": 1.123456}
    value = odd.get(kind, KEPT[kind])
    tea = own.product(custom={kind: value})
    assert edit(client, tea, name="Green tea").status_code == 302
    assert (Product.objects.get().name, own.kept()) == ("Green tea", {kind: value})
    assert "<b>" not in page(client, tea).replace("“signs” <b>", "")


def test_a_field_is_changed_and_one_is_emptied(client: Client) -> None:
    own.fields()
    tea = own.product(custom=KEPT)
    edit(client, tea, custom_number="7", custom_text="", custom_choices=[], custom_flag="yes")
    changed: dict[str, Any] = KEPT | {"number": 7, "flag": True}
    assert own.kept() == {k: v for k, v in changed.items() if k not in {"text", "choices"}}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("number", "1e", "Enter a number."),
        ("number", "9" * 16, "The number is too large."),
        ("money", "0.12345", "Write 4 decimals at most."),
        ("date", "tomorrow", "date"),
        ("choice", "spring", "Select a valid choice"),
        ("choices", ["spring"], "Select a valid choice"),
        ("text", "x" * 2001, "2000"),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field(
    client: Client, name: str, value: Any, told: str
) -> None:
    own.fields()
    tea = own.product(custom=KEPT)
    answer = edit(client, tea, **{f"custom_{name}": value})
    assert answer.status_code == 422
    assert told in " ".join(answer.context["form"].errors[f"custom_{name}"])
    assert own.kept() == KEPT


def test_what_was_written_stays_in_a_form_that_is_refused(client: Client) -> None:
    own.fields()
    own.product("T1")
    answer = client.post("/products/new/", FORM | SENT)
    assert answer.status_code == 422
    assert "Another product has this code." in words(answer)
    assert "Tía María" in answer.content.decode()


def test_a_field_that_is_switched_off_keeps_its_values_unseen(client: Client) -> None:
    colour = own.field("Colour")
    tea = own.product(custom={"colour": "red"})
    own.switch_off(colour)
    assert "Colour" not in page(client, tea)
    assert "Colour" not in words(client.get(f"/products/{tea.pk}/edit/"))
    edit(client, tea, name="Tea", custom_colour="blue")
    assert own.kept() == {"colour": "red"}


def test_an_option_that_was_taken_away_stays_with_those_that_have_it(client: Client) -> None:
    season, labels = own.field("Season", "choice", "a", "b"), own.field("Labels", "choices", "x")
    tea = own.product(custom={"season": "b", "labels": ["x"]})
    other = own.product("T2")
    for one, options in ((season, ["a"]), (labels, ["y"])):
        save_custom_field(one, label=one.label, type_=one.type, options=options)
    assert "Season b" in page(client, tea)
    assert "Labels x" in page(client, tea)
    edit(client, tea, name="Tea")
    assert own.kept() == {"season": "b", "labels": ["x"]}
    assert edit(client, other, custom_season="b").status_code == 422


def test_what_others_save_at_the_same_moment_stays(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.fields()
    tea = own.product(custom={"text": "old", "number": 1})

    def after_another(row: Product) -> Product:
        Product.objects.filter(pk=row.pk).update(custom={"text": "old", "number": 2, "flag": True})
        return locked_product(row)

    monkeypatch.setattr("trato.catalog.views.products.locked_product", after_another)
    edit(client, tea, custom_text="new")
    assert own.kept() == {"text": "new", "number": 2, "flag": True}


def test_markup_in_an_own_field_is_text(client: Client) -> None:
    own.field("<i>Colour</i>")
    tea = own.product(custom={CustomField.objects.get().key: "<script>alert(1)</script>"})
    for path in ("", "edit/"):
        content = client.get(f"/products/{tea.pk}/{path}").content
        assert b"<script>alert(1)" not in content
        assert b"<i>Colour" not in content


def test_who_may_only_read_sees_them_and_changes_none() -> None:
    own.fields()
    tea = own.product(custom=KEPT)
    reader, nobody = signed_in(make.user(Role.READER)), Client()
    assert "Text Tía María" in page(reader, tea)
    assert reader.post(f"/products/{tea.pk}/edit/", FORM | SENT).status_code == 404
    assert nobody.get(f"/products/{tea.pk}/").status_code == 302
    assert own.kept() == KEPT


def test_more_fields_take_no_more_questions(client: Client) -> None:
    def questions(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    own.field("First")
    tea = own.product(custom={"first": "1"})
    paths = [f"/products/{tea.pk}/", f"/products/{tea.pk}/edit/", "/products/"]
    few = [questions(path) for path in paths for _twice in range(2)]
    own.fields()
    update_product(tea, changes={"custom": tea.custom | KEPT}, at=make.NOW, user=None)
    many = [questions(path) for path in paths for _twice in range(2)]
    assert many[3::2] == few[3::2]
    # What is told of the change is read with its author.
    assert many[1] <= few[1] + 1


# Who changed what


def test_the_history_tells_of_own_fields_in_words(client: Client, boss: User) -> None:
    own.fields()
    tea = own.product(custom={"money": 2, "date": "2024-03-01", "choices": ["summer"]})
    edit(
        client,
        tea,
        custom_money="2.5",
        custom_date="",
        custom_choices=["summer", "winter"],
        custom_flag="no",
    )
    shown = page(client, tea)
    assert "Money: €2.00 → €2.50" in shown
    assert "Date: Mar 1, 2024 → —" in shown
    assert "Choices: summer → summer, winter" in shown
    assert "Flag: No" in shown
    assert f"· {boss.name}" in shown


def test_the_history_knows_a_field_that_was_switched_off(client: Client) -> None:
    freight = own.field("Freight", "money")
    tea = own.product(custom={"freight": 2})
    edit(client, tea, custom_freight="3")
    own.switch_off(freight)
    assert "Freight: €2.00 → €3.00" in page(client, tea)


# What files and programs bring


def saved(*drafts: ProductDraft, at: datetime = make.NOW) -> list[Outcome]:
    return save_products(drafts, currency="EUR", at=at, user=None)


def told(code: str = "T1", **custom: Any) -> ProductDraft:
    return ProductDraft(code=code, custom=custom)


def test_what_a_draft_says_is_set_and_the_rest_stays() -> None:
    saved(told(colour="red", size=1))
    [outcome] = saved(told(size=2, flag=False))
    assert own.kept() == {"colour": "red", "size": 2, "flag": False}
    assert (outcome.result, outcome.before) == (
        Result.UPDATED,
        {"custom": {"colour": "red", "size": 1}},
    )


def test_none_takes_a_value_away() -> None:
    saved(told(colour=None, size=1))
    assert own.kept() == {"size": 1}
    assert saved(told(size=None, colour=None))[0].result == Result.UPDATED
    assert own.kept() == {}
    assert saved(told(size=None))[0].result == Result.UNCHANGED


def test_what_is_so_already_is_no_update() -> None:
    saved(told(colour="red", labels=["a"]))
    for draft in (told(colour="red"), told(labels=["a"]), told()):
        assert saved(draft)[0] == Outcome(Result.UNCHANGED, Product.objects.get())


def test_drafts_of_one_code_are_told_together() -> None:
    drafts = [told(colour="red", size=1), told("T2", size=5), told(size=2), told(colour=None)]
    assert [one.result for one in saved(*drafts)] == ["created", "created", *["unchanged"] * 2]
    assert (own.kept(), own.kept("T2")) == ({"size": 2}, {"size": 5})


def test_many_are_changed_at_once_each_in_its_own_way() -> None:
    saved(told("A", size=1), told("B", size=1), told("C", size=1))
    saved(told("A", size=2), ProductDraft(code="B", name="Bee"), told("C"))
    assert [own.kept(code)["size"] for code in "ABC"] == [2, 1, 1]
    assert list(Product.objects.order_by("code").values_list("name", flat=True)) == [
        "A",
        "Bee",
        "C",
    ]


def test_lines_of_orders_leave_own_fields_alone() -> None:
    saved(told(colour="red"))
    make.order(make.customer(), product="T1")
    make.order(make.customer(), product="T2")
    assert (own.kept(), own.kept("T2")) == ({"colour": "red"}, {})


def undone(outcomes: list[Outcome], at: datetime) -> list[int]:
    """Take back what a file of that moment wrote."""
    before = {one.product.pk: one.before for one in outcomes if one.before}
    return restore_products(before, until=at, at=at + timedelta(hours=1))


def test_undoing_a_file_puts_own_fields_back() -> None:
    saved(told(colour="red", size=1))
    at = make.NOW + timedelta(days=1)
    outcomes = saved(told(colour="blue", size=None, flag=True), at=at)
    assert own.kept() == {"colour": "blue", "flag": True}
    assert undone(outcomes, at) == []
    assert own.kept() == {"colour": "red", "size": 1}


def test_undoing_a_file_that_said_nothing_of_them_leaves_them() -> None:
    saved(told(colour="red"))
    at = make.NOW + timedelta(days=1)
    outcomes = saved(ProductDraft(code="T1", brand="Sol"), at=at)
    undone(outcomes, at)
    assert (Product.objects.get().brand, own.kept()) == ("", {"colour": "red"})


def test_what_was_changed_since_is_not_undone() -> None:
    saved(told(colour="red"))
    at = make.NOW + timedelta(days=1)
    outcomes = saved(told(colour="blue"), at=at)
    later = at + timedelta(minutes=1)
    update_product(Product.objects.get(), changes={"custom": {"size": 1}}, at=later, user=None)
    assert undone(outcomes, at) == [Product.objects.get().pk]
    assert own.kept() == {"size": 1}


@pytest.mark.parametrize(("custom", "is_kept"), [({"colour": "red"}, False), ({}, True)])
def test_a_product_of_a_file_goes_unless_its_own_fields_were_changed(
    custom: dict[str, Any], is_kept: bool
) -> None:
    saved(told(colour="red"))
    # The history has the time of the database, which stands still within a test.
    tea, until = Product.objects.get(), datetime.now(tz=make.CLOCKS) - timedelta(hours=1)
    for number, given in enumerate([{"colour": "blue"}, custom], 1):
        at = until + timedelta(days=number)
        update_product(tea, changes={"custom": given}, at=at, user=None)
    assert remove_products([tea.pk], until=until, referred=set()) == ([tea.pk] if is_kept else [])
    assert Product.objects.exists() == is_kept
