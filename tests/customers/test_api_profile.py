from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.api.program import Program
from tests.api.test_problems import errors_of


@pytest.fixture
def program(db: None) -> Program:
    return Program()


def test_a_role_is_given_renamed_and_ended(program: Program) -> None:
    person, firm = make.customer("Ana"), make.customer("Sol", kind="organisation")
    path, own = f"/customers/{person.pk}/roles", {"organisation_id": firm.pk}
    first = program.post(path, own | {"title": "Buyer"}).json()
    second = program.post(path, own | {"title": "Manager"}).json()
    assert second["id"] == first["id"]
    assert program.get(f"/customers/{firm.pk}").json()["people"][0]["title"] == "Manager"
    assert program.delete(f"{path}/{first['id']}").status_code == 204
    assert program.get(path).json()["items"][0]["ended_on"]
    assert program.post(path, {"organisation_id": person.pk}).status_code == 422
    assert program.post(path, {"organisation_id": 0}).status_code == 422


def test_only_people_work_and_only_at_organisations(program: Program) -> None:
    ana, eva = make.customer("Ana"), make.customer("Eva")
    firm = make.customer("Sol", kind="organisation")
    at_a_person = program.post(f"/customers/{ana.pk}/roles", {"organisation_id": eva.pk})
    assert errors_of(at_a_person) == {"#/organisation_id": "only_organisations"}
    of_a_firm = program.post(f"/customers/{firm.pk}/roles", {"organisation_id": ana.pk})
    assert errors_of(of_a_firm) == {"#": "only_people"}


def test_what_was_said_is_not_still_to_come(program: Program) -> None:
    """Consent of tomorrow would hold against what is withdrawn today."""
    path = f"/customers/{make.customer().pk}"
    soon = (timezone.now() + timedelta(minutes=2)).isoformat()
    later = (timezone.now() + timedelta(minutes=9)).isoformat()
    told = {
        "consents": ("at", {"channel": "email", "purpose": "marketing", "how": "web"}),
        "events": ("at", {"kind": "note", "subject": "Called"}),
        "facts": ("noted_at", {"text": "Decaf", "origin": "declared"}),
    }
    for what, (name, body) in told.items():
        given = body | ({"granted": True} if what == "consents" else {})
        wrong = program.post(f"{path}/{what}", given | {name: later})
        assert errors_of(wrong) == {f"#/{name}": "still_to_come"}
        assert program.post(f"{path}/{what}", given | {name: soon}).status_code == 201


def test_an_address_of_nothing_is_none(program: Program) -> None:
    nothing = {"street": " ", "city": "", "label": "Home"}
    made = program.post("/customers", {"name": "Ana", "addresses": [nothing, {"country": "ES"}]})
    assert [one["country"] for one in made.json()["addresses"]] == ["ES"]
    refused = program.post(f"/customers/{made.json()['id']}/addresses", nothing)
    assert errors_of(refused) == {"#": "address_empty"}


def test_the_main_one_is_made_so_by_true_alone(program: Program) -> None:
    who = make.customer(emails=("ana@example.com",))
    path = f"/customers/{who.pk}/emails/{who.emails.get().pk}"
    [wrong] = program.patch(path, {"is_primary": False}).json()["errors"]
    assert wrong["detail"] == "Choose one of true."


def test_a_fact_keeps_how_it_is_known(program: Program) -> None:
    who = make.customer()
    path = f"/customers/{who.pk}/facts"
    body = {"kind": "need", "text": "Decaf", "origin": "declared", "source": "call"}
    fact = program.post(path, body).json()
    assert body.items() <= fact.items()
    assert fact["noted_by_id"] == program.user.pk
    assert program.get(path).json()["items"] == [fact]
    assert program.delete(f"{path}/{fact['id']}").status_code == 204


def test_consent_is_added_and_the_latest_holds(program: Program) -> None:
    who = make.customer()
    path = f"/customers/{who.pk}/consents"
    body = {"channel": "email", "purpose": "marketing", "how": "web form", "text_version": "3"}
    program.post(path, body | {"granted": True, "at": "2026-01-01T00:00:00Z"})
    program.post(path, body | {"granted": False, "at": "2026-02-01T00:00:00Z"})
    assert [one["granted"] for one in program.get(path).json()["items"]] == [False, True]
    [current] = program.get(f"/customers/{who.pk}").json()["consents"]
    assert current["granted"] is False
    assert program.post(path, body | {"granted": True, "how": ""}).status_code == 422


def test_what_hangs_on_a_customer_is_filtered_and_paged(program: Program) -> None:
    who = make.customer()
    facts, consents = f"/customers/{who.pk}/facts", f"/customers/{who.pk}/consents"
    for number, origin in enumerate(("declared", "observed", "declared")):
        program.post(facts, {"text": f"Fact {number}", "origin": origin})
    said = [one["text"] for one in program.get(facts, origin="declared").json()["items"]]
    assert said == ["Fact 2", "Fact 0"]
    assert program.get(facts, kind="need").json()["items"] == []
    first = program.get(facts, limit=2).json()
    second = program.get(facts, limit=2, cursor=first["next_cursor"]).json()
    assert [len(first["items"]), len(second["items"]), second["next_cursor"]] == [2, 1, None]
    for channel, purpose in (("email", "marketing"), ("sms", "marketing"), ("email", "surveys")):
        yes = {"channel": channel, "purpose": purpose, "granted": True, "how": "web"}
        assert program.post(consents, yes).status_code == 201
    for query, count in (
        ({"channel": "email"}, 2),
        ({"purpose": "marketing"}, 2),
        ({"channel": "email", "purpose": "surveys"}, 1),
        ({"granted": "false"}, 0),
    ):
        assert len(program.get(consents, **query).json()["items"]) == count, query
    assert program.get(consents, channel="pigeon").status_code == 422


def test_roles_that_ended_are_told_apart(program: Program) -> None:
    person = make.customer("Ana")
    path = f"/customers/{person.pk}/roles"
    for name in ("Sol", "Luna"):
        firm = make.customer(name, kind="organisation")
        role = program.post(path, {"organisation_id": firm.pk}).json()
    program.delete(f"{path}/{role['id']}")

    def firms(**query: object) -> list[str]:
        rows = program.get(path, **query).json()["items"]
        return [one["organisation"]["name"] for one in rows]

    assert firms(current="true") == ["Sol"]
    assert firms(current="false") == ["Luna"]
    assert firms(limit=1) == ["Sol"]
