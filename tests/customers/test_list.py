"""The list of customers as people use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.customers.actions import save_custom_field
from trato.customers.drafts import AddressDraft
from trato.customers.models import CustomField, Summary
from trato.identity.actions import change_company
from trato.identity.models import SavedView, User
from trato.identity.rules import Role
from trato.kit.listing import TooSlow

pytestmark = pytest.mark.django_db
URL = "/customers/"


def rows(client: Client, query: str = "") -> list[str]:
    return [row["name"] for row in page(client, query).rows]


def page(client: Client, query: str = "") -> Any:
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    return response.context["list"]


@pytest.fixture
def boss() -> Client:
    return signed_in(make.user())


def test_the_newest_customers_come_first(boss: Client) -> None:
    for name in ("Ana", "Bea"):
        make.customer(name)
    assert rows(boss) == ["Bea", "Ana"]


def test_a_company_without_customers_is_offered_an_import_and_a_form(boss: Client) -> None:
    shown = words(boss.get(URL))
    assert "No customers yet" in shown
    assert "New customer" in shown


def test_when_nothing_matches_the_filters_can_be_cleared(boss: Client) -> None:
    make.customer("Ana")
    assert "Nothing matches" in words(boss.get(f"{URL}?status.in=lost"))


@pytest.mark.parametrize(
    "query",
    ["q=garcia", "q=GARCÍA+ana", "q=ana@exa", "q=600123", "q=%2B34+600+123", "q=B-12.345.678",
     "q=C-77", "q=gar", "q=an", "q=a"],
)  # fmt: skip
def test_a_search_finds_a_customer_by_whatever_identifies_it(boss: Client, query: str) -> None:
    make.customer(
        "Ana García",
        emails=("ana@example.com",),
        phones=("+34600123456",),
        tax_id="B12345678",
        external_ids=(("", "C-77"),),
    )
    make.customer("Zoe Ruiz", emails=("zoe@otra.es",), phones=("+34911000000",))
    assert rows(boss, query) == ["Ana García"]


@pytest.mark.parametrize(
    "slip", ["gracia", "gqrcia", "garrcia", "gacia", "ana+grcia", "gar(ia", "garciaaa"]
)
def test_a_search_with_a_slip_of_the_hand_shows_similar_names(boss: Client, slip: str) -> None:
    make.customer("Ana García")
    make.customer("Pedro Ruiz")
    response = boss.get(f"{URL}?q={slip}")
    assert [row["name"] for row in response.context["list"].rows] == ["Ana García"]
    assert "These names are similar" in words(response)


def test_a_search_that_finds_many_is_still_whole(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trato.customers.queries.searching.MOST_HITS", 1)
    for number in range(3):
        make.customer(f"García {number}")
        make.customer(f"N{number}", emails=(f"n{number}@gmail.com",))
    assert sorted(rows(boss, "q=garcia")) == ["García 0", "García 1", "García 2"]
    assert sorted(rows(boss, "q=gmail")) == ["N0", "N1", "N2"]


def test_how_many_rows_the_filters_leave_is_asked_once_the_page_is_shown(boss: Client) -> None:
    for number in range(53):
        make.customer(f"García {number}")
    make.customer("Ruiz")
    shown = boss.get(f"{URL}?q=garcia").content.decode()
    assert 'hx-get="/customers/?q=garcia&amp;do=count"' in shown
    assert "50+ customers" in shown
    assert boss.get(f"{URL}?q=garcia&do=count").content.decode() == "53 customers"
    whole = boss.get(URL).content.decode()
    assert "54 customers" in whole
    assert "do=count" not in whole


def test_a_count_that_takes_too_long_is_left_out(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def never(_milliseconds: int) -> Iterator[None]:
        yield
        raise TooSlow

    monkeypatch.setattr("trato.kit.listing.paging.within", never)
    assert boss.get(f"{URL}?q=ana&do=count").status_code == 204


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("email.contains=gmail", ["Ana"]),
        ("email.empty=", ["Sol"]),
        ("phone.contains=600+1", ["Ana"]),
        ("city.contains=vi", ["Ana"]),
        ("country.in=ES", ["Ana"]),
        ("country.empty=", ["Bea", "Sol"]),
        ("kind.in=organisation", ["Sol"]),
        ("owner.in=me", ["Ana"]),
        ("owner.empty=", ["Bea", "Sol"]),
        ("origin.is=WEB", ["Bea"]),
        ("last_purchase.within=30", ["Ana"]),
        ("purchases.is=0", ["Bea", "Sol"]),
        ("custom.colour.in=red&custom.colour.in=blue", ["Ana", "Bea"]),
        ("custom.points.more=9.5", ["Ana"]),
        ("custom.points.between=1&custom.points.between=9", ["Bea"]),
        ("custom.vip.yes=", ["Ana"]),
        ("custom.founded.before=2020-01-01", ["Ana"]),
        ("custom.note.contains=OJO", ["Bea"]),
        ("custom.note.lacks=OJO", ["Ana", "Sol"]),
        ("custom.note.isnt=nada", ["Ana", "Bea", "Sol"]),
        ("custom.likes.in=wine", ["Ana"]),
        ("custom.likes.out=wine", ["Bea", "Sol"]),
        ("custom.colour.empty=", ["Sol"]),
        ("custom.note.filled=", ["Bea"]),
    ],
)
def test_any_field_filters(query: str, expected: list[str]) -> None:
    boss = make.user()
    own_fields()
    place = AddressDraft(city="Vigo", country="ES")
    ana = make.customer(
        "Ana",
        owner_id=boss.pk,
        emails=("ana@gmail.com",),
        phones=("+34600123456",),
        addresses=(place,),
        custom={
            "colour": "red", "points": 10, "vip": True, "founded": "2019-05-05", "likes": ["wine"]
        },
    )  # fmt: skip
    make.customer(
        "Bea",
        origin="web",
        emails=("bea@example.com",),
        custom={"colour": "blue", "points": "2.5", "vip": False, "note": "Ojo: no llamar"},
    )
    make.customer("Sol", kind="organisation")
    last = make.NOW + timedelta(days=3650)
    Summary.objects.filter(pk=ana.pk).update(purchases=1, last_purchase_at=min(last, _today()))
    assert sorted(rows(signed_in(boss), query)) == expected


def _today() -> Any:
    with connection.cursor() as sql:
        sql.execute("SELECT now()")
        return sql.fetchone()[0]


def own_fields() -> None:
    for label, type_, options in (
        ("colour", "choice", ["red", "blue"]),
        ("points", "number", []),
        ("vip", "flag", []),
        ("founded", "date", []),
        ("note", "text", []),
        ("likes", "choices", ["wine", "cheese"]),
    ):
        save_custom_field(None, label=label, type_=type_, options=options)


ODD = {"points": "x"}


@pytest.mark.parametrize(
    "sort", ["custom.points", "-custom.founded", "custom.note", "custom.colour"]
)
def test_a_field_of_ones_own_sorts(boss: Client, sort: str) -> None:
    own_fields()
    small = {"points": 9, "founded": "2021-01-01", "note": "a", "colour": "blue"}
    large = {"points": "10", "founded": "2020-01-01", "note": "B", "colour": "red"}
    for name, custom in (
        ("none", {}),
        ("large", large),
        ("small", small),
        ("odd", {"points": "x"}),
    ):
        make.customer(name, custom=custom)
    found = [name for name in rows(boss, f"sort={sort}") if name in {"small", "large"}]
    assert found == ["small", "large"]
    assert page(boss, f"sort={sort}").notices == []


def test_a_page_asks_as_much_for_one_customer_as_for_many(boss: Client) -> None:
    own_fields()
    columns = "columns=status,owner,team,tags,email,phone,city,country,amount,custom.points"
    everybody = {"emails": ("a@b.es",), "phones": ("+34600000000",), "owner_id": make.user().pk}

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            boss.get(f"{URL}?{columns}")
        return len(asked)

    make.customer("Ana", **everybody)
    questions()
    few = questions()
    for number in range(20):
        make.customer(f"C{number}", **everybody)
    assert questions() == few
    assert few <= 20


def test_what_makes_no_sense_in_the_address_is_told(boss: Client) -> None:
    make.customer("Ana")
    shown = words(boss.get(f"{URL}?status.in=unheard&sort=colour&nothing=1"))
    assert "The filter “Relationship” makes no sense" in shown
    assert "“nothing” in the address means nothing here" in shown


def test_a_custom_field_that_is_gone_does_not_break_a_kept_address(boss: Client) -> None:
    save_custom_field(None, label="colour", type_="text", options=[])
    CustomField.objects.update(is_active=False)
    make.customer("Ana")
    assert rows(boss, "custom.colour.is=red&sort=custom.colour&columns=custom.colour") == ["Ana"]


def test_names_with_markup_are_shown_as_they_are(boss: Client) -> None:
    make.customer("<script>alert(1)</script>", tags=("<b>x</b>",))
    assert b"<script>alert(1)" not in boss.get(URL).content
    assert b"<b>x</b>" not in boss.get(f"{URL}?q=%3Cscript%3E&tags.in=%3Cb%3Ex").content


# Filters in their form


def test_the_form_of_a_filter_leads_to_the_list_with_it(boss: Client) -> None:
    form = boss.get(f"{URL}?do=filter&field=last_purchase&status.in=lost", headers=HTMX)
    assert "longer ago than" in words(form)
    query = "status.in=lost&do=filter&field=last_purchase&instead=&op=older&days=90&number="
    response = boss.get(f"{URL}?{query}")
    assert response.headers["Location"] == f"{URL}?status.in=lost&last_purchase.older=90"


def test_a_filter_can_be_changed_in_its_form(boss: Client) -> None:
    form = boss.get(f"{URL}?amount.more=5&do=filter&field=amount&instead=amount.more%3D5")
    assert b'value="5"' in form.content
    query = "amount.more=5&do=filter&field=amount&instead=amount.more%3D5&op=between"
    response = boss.get(f"{URL}?{query}&least=1.000,50&most=", headers={"accept-language": "es"})
    assert response.headers["Location"] == f"{URL}?amount.between=1000.50&amount.between="


def test_the_form_of_a_filter_says_what_is_missing(boss: Client) -> None:
    shown = words(boss.get(f"{URL}?do=filter&field=name&op=contains&text="))
    assert "Say what to compare with" in shown


@pytest.mark.parametrize(
    "field", ["name", "status", "owner", "tags", "amount", "created", "email", "country", "nothing"]
)
def test_every_kind_of_filter_has_a_form(boss: Client, field: str) -> None:
    assert boss.get(f"{URL}?do=filter&field={field}", headers=HTMX).status_code == 200


# Saved views and columns


def test_a_view_keeps_filters_order_and_columns_under_a_name(boss: Client) -> None:
    make.customer("Ana", status="lost")
    query = "status.in=lost&sort=name&columns=name,amount"
    boss.post(f"{URL}?do=view", {"query": query, "name": "Lost ones"})
    view = SavedView.objects.get()
    assert (view.query, view.columns) == ("status.in=lost&sort=name", ["name", "amount"])
    [_all, tab] = page(boss).tabs
    shown = page(boss, tab.href.partition("?")[2])
    assert shown.columns == ("name", "amount")
    assert not shown.is_changed


def test_a_view_is_shared_by_those_who_may_and_seen_by_all() -> None:
    boss, seller = make.user(), make.user(Role.SELLER)
    for user, name in ((boss, "Shared"), (seller, "Mine")):
        signed_in(user).post(f"{URL}?do=view", {"query": "", "name": name, "shared": "on"})
    assert [tab.label for tab in page(signed_in(seller)).tabs] == ["All", "Mine", "Shared"]
    assert [tab.label for tab in page(signed_in(boss)).tabs] == ["All", "Shared"]


def test_nobody_deletes_the_view_of_another() -> None:
    boss, other = make.user(), make.user()
    signed_in(boss).post(f"{URL}?do=view", {"query": "", "name": "X", "shared": "on"})
    view = SavedView.objects.get()
    assert signed_in(other).post(f"{URL}?do=forget", {"view": view.pk}).status_code == 404
    signed_in(boss).post(f"{URL}?do=forget", {"view": view.pk})
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name(boss: Client) -> None:
    assert boss.post(f"{URL}?do=view", {"query": "", "name": " "}).status_code == 422
    assert not SavedView.objects.exists()


def test_chosen_columns_are_remembered(boss: Client) -> None:
    make.customer("Ana")
    boss.post(f"{URL}?do=columns", {"query": "", "columns": ["amount", "name", "nothing", "city"]})
    assert page(boss).columns == ("name", "amount", "city")


def test_columns_chosen_in_ones_own_view_stay_with_it(boss: Client) -> None:
    boss.post(f"{URL}?do=view", {"query": "sort=name", "name": "Mine"})
    view = SavedView.objects.get()
    query = f"view={view.pk}&sort=name"
    boss.post(f"{URL}?do=columns", {"query": query, "columns": ["city"]})
    view.refresh_from_db()
    assert view.columns == ["name", "city"]
    assert page(boss).columns != ("name", "city")


def test_me_in_a_shared_view_is_whoever_looks() -> None:
    boss, seller = make.user(), make.user(Role.SELLER)
    make.customer("Boss's", owner_id=boss.pk)
    make.customer("Seller's", owner_id=seller.pk)
    assert rows(signed_in(boss), "owner.in=me") == ["Boss's"]
    assert rows(signed_in(seller), "owner.in=me") == ["Seller's"]


# The colleague who sees only some


def seller(visibility: str) -> User:
    return make.user(Role.SELLER, visibility=visibility)


def test_a_seller_sees_the_own_customers_and_those_of_the_team_only() -> None:
    team = make.team()
    own, colleague, other = seller("team"), seller("own"), seller("own")
    own.teams.add(team)
    colleague.teams.add(team)
    make.customer("Own", owner_id=own.pk)
    make.customer("Of the team", team_id=team.pk)
    make.customer("Colleague's", owner_id=colleague.pk, team_id=team.pk)
    make.customer("Other's", owner_id=other.pk)
    make.customer("Nobody's")
    assert sorted(rows(signed_in(own))) == ["Colleague's", "Of the team", "Own"]
    assert rows(signed_in(colleague)) == ["Colleague's"]
    assert rows(signed_in(own), "q=Other") == []
    assert page(signed_in(own)).page.count.number == 3
    assert words(signed_in(own).get(f"{URL}?status.in=potential&do=count")) == "3 customers"


def test_a_seller_cannot_change_the_cell_of_anothers_customer() -> None:
    ana = make.customer("Ana", owner_id=make.user().pk)
    client = signed_in(seller("own"))
    assert client.get(f"{URL}{ana.pk}/cell/status/").status_code == 404
    assert client.post(f"{URL}{ana.pk}/cell/status/", {"status": "lost"}).status_code == 404


def test_amounts_are_shown_in_the_companys_currency(boss: Client) -> None:
    change_company(changes={"currency": "USD"})
    ana = make.customer("Ana")
    Summary.objects.filter(pk=ana.pk).update(amount=1234)
    assert "$1,234.00" in words(boss.get(URL))
