import pytest
from django.test import Client

from tests import make, queue
from tests.pages import HTMX, signed_in, words
from trato.customers.models import BaseRules, Customer, CustomField
from trato.customers.queries.profile import base_rules
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
RULES = {
    "active_days": 90,
    "lost_days": 365,
    "frequent_purchases": 4,
    "regular_purchases": 2,
    "high_volume_percent": 10,
    "low_volume_percent": 40,
}


@pytest.fixture
def client() -> Client:
    return signed_in(make.user(Role.MANAGER))


def labels(client: Client) -> list[str]:
    return [field.label for field in client.get("/settings/fields/").context["fields"]]


def field(label: str = "Size", type_: str = "text") -> CustomField:
    return CustomField.objects.create(key=label.lower(), label=label, type=type_)


def test_a_field_gets_a_key_for_files_and_programs(client: Client) -> None:
    client.post("/settings/fields/new/", {"label": "Año de fundación", "type": "number"})
    made = CustomField.objects.get()
    assert (made.key, made.type) == ("ano_de_fundacion", "number")
    assert "ano_de_fundacion" in words(client.get("/settings/fields/"))


def test_options_are_written_one_a_line(client: Client) -> None:
    given = {"label": "Size", "type": "choice", "options": " S \n\nM\nS\n  L  XL"}
    client.post("/settings/fields/new/", given)
    assert CustomField.objects.get().options == ["S", "M", "L XL"]


@pytest.mark.parametrize("type_", ["choice", "choices"])
def test_a_choice_needs_options(client: Client, type_: str) -> None:
    response = client.post("/settings/fields/new/", {"label": "Size", "type": type_})
    assert response.status_code == 422
    assert "Write at least one option." in words(response)


def test_two_fields_of_one_name_are_refused(client: Client) -> None:
    field("Size")
    response = client.post("/settings/fields/new/", {"label": "size", "type": "text"})
    assert "There is a field with this name already." in words(response)


def test_names_that_make_one_key_get_two(client: Client) -> None:
    for label in ("Talla", "¡Talla!"):
        client.post("/settings/fields/new/", {"label": label, "type": "text"})
    assert list(CustomField.objects.values_list("key", flat=True)) == ["talla", "talla_2"]


def test_key_and_type_stay_when_a_field_is_renamed(client: Client) -> None:
    size = field("Size")
    client.post(f"/settings/fields/{size.pk}/", {"label": "Shoe size", "type": "number"})
    size.refresh_from_db()
    assert (size.label, size.key, size.type) == ("Shoe size", "size", "text")


def test_a_deactivated_field_returns_with_its_values(client: Client) -> None:
    size, ana = field("Size"), make.customer(custom={"size": "XL"})
    for active in (False, True):
        client.post(f"/settings/fields/{size.pk}/active/", {"active": str(int(active))})
        size.refresh_from_db()
        assert size.is_active is active
    assert Customer.objects.get(pk=ana.pk).custom == {"size": "XL"}


def test_fields_move_up_and_down(client: Client) -> None:
    for label in ("A", "B", "C"):
        client.post("/settings/fields/new/", {"label": label, "type": "text"})
    last = CustomField.objects.get(label="C")
    client.post(f"/settings/fields/{last.pk}/move/", {"to": "up"})
    assert labels(client) == ["A", "C", "B"]
    for _ in range(4):
        client.post(f"/settings/fields/{last.pk}/move/", {"to": "down"})
    assert labels(client) == ["A", "B", "C"]


def test_the_rules_are_read_in_words(client: Client) -> None:
    page = words(client.get("/settings/rules/"))
    assert "Active: has bought in the last 180 days." in page
    assert "Current: has bought in the last 2 years." in page
    assert "high: the 20% who bought for most; low: the 50% who bought for least" in page


def test_rules_of_one_year_are_read_naturally_in_both_languages() -> None:
    boss = make.user()
    year = RULES | {"lost_days": "365"}
    told = {
        language: words(signed_in(boss, language).get("/settings/rules/", year, headers=HTMX))
        for language in ("en", "es")
    }
    assert "Current: has bought in the last year." in told["en"]
    assert "Actual: ha comprado en el último año." in told["es"]


def test_new_rules_are_told_with_their_numbers_before_they_are_saved(client: Client) -> None:
    make.order(make.customer())
    page = words(client.get("/settings/rules/", RULES, headers=HTMX))
    assert "Active: has bought in the last 90 days." in page
    assert "Active 1 100%" in page
    assert base_rules().active_days == 180


def test_rules_that_contradict_each_other_are_refused(client: Client) -> None:
    wrong = RULES | {"active_days": 400}
    assert "Must be fewer days than for a lost one." in words(
        client.get("/settings/rules/", wrong, headers=HTMX)
    )
    response = client.post("/settings/rules/", wrong)
    assert response.status_code == 422
    assert base_rules().active_days == 180


def test_saved_rules_settle_who_is_lost(client: Client) -> None:
    ana = make.customer()
    make.order(ana, at=make.NOW.replace(year=2025, month=5))
    client.post("/settings/rules/", RULES)
    assert queue.work() == ["trato.customers.jobs.settle_all_statuses"]
    ana.refresh_from_db()
    assert ana.status == "lost"
    assert BaseRules.objects.get().lost_days == 365


def test_changed_rules_are_told_with_who_changed_them(client: Client) -> None:
    client.post("/settings/rules/", RULES)
    client.post("/settings/rules/", RULES | {"active_days": 100})
    assert "90 → 100" in words(client.get("/settings/rules/"))


def test_who_changed_a_field_is_told(client: Client) -> None:
    field = CustomField.objects.create(key="terrace", label="Terrace", type="flag")
    client.post(f"/settings/fields/{field.pk}/", {"label": "Outside"})
    assert "Label: Terrace → Outside" in words(client.get(f"/settings/fields/{field.pk}/"))


@pytest.mark.parametrize("days", ["36501", "2000000000"])
def test_nobody_is_lost_after_more_than_a_century(client: Client, days: str) -> None:
    wrong = RULES | {"lost_days": days, "active_days": "30000"}
    assert client.get("/settings/rules/", wrong, headers=HTMX).status_code == 200
    page = client.post("/settings/rules/", wrong)
    assert (page.status_code, "a hundred years at most" in words(page)) == (422, True)
