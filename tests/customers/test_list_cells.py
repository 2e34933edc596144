"""Changing a column of a customer where it stands in the list."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.customers.actions import save_custom_field
from trato.customers.models import Event
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
URL = "/customers/"


@pytest.fixture
def boss() -> Client:
    return signed_in(make.user())


def test_a_field_is_changed_where_it_stands(boss: Client) -> None:
    ana = make.customer("Ana")
    form = boss.get(f"{URL}{ana.pk}/cell/status/", headers=HTMX)
    assert b'name="status"' in form.content
    shown = boss.post(f"{URL}{ana.pk}/cell/status/", {"status": "lost"}, headers=HTMX)
    ana.refresh_from_db()
    assert ana.status == "lost"
    assert "Lost" in words(shown)
    assert Event.objects.filter(customer=ana, kind="status_changed").exists()


def test_tags_owner_and_team_are_changed_without_javascript_too(boss: Client) -> None:
    ana, user, team = make.customer("Ana"), make.user(), make.team()
    for key, value in (("tags", "VIP, , VIP,feria "), ("owner", user.pk), ("team", team.pk)):
        response = boss.post(f"{URL}{ana.pk}/cell/{key}/", {key: value})
        assert response.status_code == 302
    ana.refresh_from_db()
    assert (ana.tags, ana.owner, ana.team) == (["VIP", "feria"], user, team)


def test_a_wrong_value_stays_in_the_form(boss: Client) -> None:
    ana = make.customer("Ana")
    path = f"{URL}{ana.pk}/cell/status/"
    assert boss.post(path, {"status": "unheard"}, headers=HTMX).status_code == 422
    assert boss.post(f"{URL}{ana.pk}/cell/name/", {"name": ""}).status_code == 422


@pytest.mark.parametrize("key", ["amount", "created", "custom.unheard", "id"])
def test_what_is_worked_out_is_not_changed_by_hand(boss: Client, key: str) -> None:
    ana = make.customer("Ana")
    assert boss.get(f"{URL}{ana.pk}/cell/{key}/").status_code == 404


def test_who_may_only_read_sees_no_way_to_change() -> None:
    ana = make.customer("Ana")
    reader = signed_in(make.user(Role.READER))
    shown = reader.get(URL).content
    assert b"/cell/" not in shown
    assert b'name="selected"' not in shown
    assert reader.get(f"{URL}{ana.pk}/cell/status/").status_code == 404


def test_a_stranger_is_asked_to_sign_in() -> None:
    assert Client().get(URL).status_code == 302


@pytest.mark.parametrize(
    ("column", "written", "kept", "shown"),
    [
        ("name", "Ana Ruiz", "Ana Ruiz", "Ana Ruiz"),
        ("origin", "feria", "feria", "feria"),
        ("tax_id", "12.345.678-z", "12345678Z", "12345678Z"),
        ("birth_date", "1990-05-03", date(1990, 5, 3), "May 3, 1990"),
        ("languages", ["es", "ca"], ["es", "ca"], "Spanish Catalan"),
    ],
)
def test_columns_of_the_house_are_changed_in_the_list(
    boss: Client, column: str, written: Any, kept: Any, shown: str
) -> None:
    ana = make.customer("Ana")
    answer = boss.post(f"{URL}{ana.pk}/cell/{column}/", {column: written}, headers=HTMX)
    ana.refresh_from_db()
    assert getattr(ana, column) == kept
    assert shown in words(answer)


@pytest.mark.parametrize(
    ("kind", "written", "kept", "shown"),
    [
        ("text", "Ojo", "Ojo", "Ojo"),
        ("number", "2,5", 2.5, "2.5"),
        ("money", "1200", 1200, "€1,200.00"),
        ("date", "2024-02-29", "2024-02-29", "Feb 29, 2024"),
        ("choice", "red", "red", "red"),
        ("choices", ["red", "blue"], ["red", "blue"], "red blue"),
        ("flag", "no", False, "No"),
    ],
)
def test_fields_of_the_company_are_changed_in_the_list(
    boss: Client, kind: str, written: Any, kept: Any, shown: str
) -> None:
    options = ["red", "blue"] if kind in {"choice", "choices"} else []
    save_custom_field(None, label="Own", type_=kind, options=options)
    ana = make.customer("Ana", custom={"other": 1})
    url = f"{URL}{ana.pk}/cell/custom.own/"
    assert b'name="custom_own"' in boss.get(url, headers=HTMX).content
    answer = boss.post(url, {"custom_own": written}, headers=HTMX)
    ana.refresh_from_db()
    assert ana.custom == {"other": 1, "own": kept}
    assert shown in words(answer)


def test_a_list_to_choose_from_opens_over_the_page_and_goes_back_to_its_cell(boss: Client) -> None:
    save_custom_field(None, label="Likes", type_="choices", options=["wine", "beer"])
    url = f"{URL}{make.customer('Ana').pk}/cell/custom.likes/"
    assert boss.get(url, headers=HTMX).headers["HX-Retarget"] == "#dialog"
    saved = boss.post(url, {"custom_likes": ["wine"]}, headers=HTMX)
    assert url in saved.headers["HX-Retarget"]
    assert "dialog:close" in saved.headers["HX-Trigger"]


def test_a_field_that_is_no_longer_shown_is_not_changed(boss: Client) -> None:
    save_custom_field(None, label="Own", type_="text", options=[], is_active=False)
    ana = make.customer("Ana")
    assert boss.get(f"{URL}{ana.pk}/cell/custom.own/").status_code == 404


def test_an_emptied_cell_empties_the_field(boss: Client) -> None:
    save_custom_field(None, label="Own", type_="text", options=[])
    ana = make.customer("Ana", custom={"own": "x"}, origin="web")
    boss.post(f"{URL}{ana.pk}/cell/custom.own/", {"custom_own": ""}, headers=HTMX)
    boss.post(f"{URL}{ana.pk}/cell/origin/", {"origin": ""}, headers=HTMX)
    ana.refresh_from_db()
    assert (ana.custom, ana.origin) == ({}, "")


def test_a_text_of_several_lines_is_changed_in_a_dialog_and_keeps_its_lines(boss: Client) -> None:
    save_custom_field(None, label="Own", type_="text", options=[])
    ana = make.customer("Ana", custom={"own": "Rings twice.\nMind the dog."})
    url = f"{URL}{ana.pk}/cell/custom.own/"
    asked = boss.get(url, headers=HTMX)
    assert asked.headers["HX-Retarget"] == "#dialog"
    assert b"<textarea" in asked.content
    boss.post(url, {"custom_own": "Rings twice.\r\nNo dog."}, headers=HTMX)
    ana.refresh_from_db()
    assert ana.custom == {"own": "Rings twice.\nNo dog."}


def test_a_text_is_as_long_as_a_file_may_bring_it(boss: Client) -> None:
    save_custom_field(None, label="Own", type_="text", options=[])
    ana = make.customer("Ana")
    url = f"{URL}{ana.pk}/cell/custom.own/"
    assert boss.post(url, {"custom_own": "a" * 2001}, headers=HTMX).status_code == 422
    assert boss.post(url, {"custom_own": "a" * 2000}, headers=HTMX).status_code == 200
