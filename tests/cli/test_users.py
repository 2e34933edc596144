import pytest
from click.testing import CliRunner, Result

from trato.cli.tokens import token
from trato.cli.users import user
from trato.identity.models import ApiToken, Team, User
from trato.kit.environment import CannotStart

pytestmark = pytest.mark.django_db
PASSWORD = "un caballo correcto"


def create(email: str = "ana@example.com", told: str = PASSWORD) -> Result:
    args = ["create", email, "--name", "Ana Núñez", "--role", "administrator"]
    return CliRunner().invoke(user, args, input=f"{told}\n")


def test_a_user_is_created_with_a_password_from_standard_input() -> None:
    assert create().exit_code == 0
    found = User.objects.get(email="ana@example.com")
    assert found.check_password(PASSWORD)
    assert found.role == "administrator"


def test_an_easy_password_is_refused() -> None:
    assert isinstance(create(told="12345678").exception, CannotStart)
    assert not User.objects.exists()


def test_a_password_can_be_set_anew() -> None:
    create()
    CliRunner().invoke(user, ["set-password", "ANA@example.com"], input="otra frase larga\n")
    assert User.objects.get().check_password("otra frase larga")


def test_the_last_administrator_stays() -> None:
    create()
    done = CliRunner().invoke(user, ["deactivate", "ana@example.com"])
    assert isinstance(done.exception, CannotStart)
    assert User.objects.get().is_active


def test_a_deactivated_user_is_listed_as_such() -> None:
    create()
    create("bea@example.com")
    CliRunner().invoke(user, ["deactivate", "bea@example.com"])
    lines = CliRunner().invoke(user, ["list"]).output.splitlines()
    assert ["(deactivated)" in line for line in lines] == [False, True]


def test_a_token_is_shown_once_and_not_kept() -> None:
    create()
    key = CliRunner().invoke(token, ["create", "ana@example.com", "--name", "web"]).output.strip()
    assert ApiToken.objects.get().digest == ApiToken.digest_of(key)
    assert key not in CliRunner().invoke(token, ["list"]).output


def test_a_token_is_revoked_by_the_beginning_of_its_key() -> None:
    create()
    key = CliRunner().invoke(token, ["create", "ana@example.com", "--name", "web"]).output.strip()
    CliRunner().invoke(token, ["revoke", key[:10]])
    assert ApiToken.objects.get().revoked_at


def test_a_token_is_revoked_by_its_whole_key_and_never_two_at_once() -> None:
    create()
    made = [
        CliRunner().invoke(token, ["create", "ana@example.com", "--name", name]).output.strip()
        for name in ("web", "till")
    ]
    unclear = CliRunner().invoke(token, ["revoke", "trato_"])
    assert str(unclear.exception) == "2 valid tokens begin so."
    CliRunner().invoke(token, ["revoke", made[1]])
    assert ApiToken.objects.get(revoked_at=None).name == "web"


def test_an_e_mail_is_that_of_one_user() -> None:
    create()
    again = create("ANA@example.com")
    assert str(again.exception) == "There is a user ANA@example.com already."


def test_a_seller_is_created_with_the_team_whose_records_they_see() -> None:
    Team.objects.create(name="Norte")
    args = ["create", "leo@example.com", "--name", "Leo", "--role", "seller"]
    alone = CliRunner().invoke(user, args, input=f"{PASSWORD}\n")
    assert "add --team or --sees" in str(alone.exception)
    CliRunner().invoke(user, [*args, "--team", "norte"], input=f"{PASSWORD}\n")
    assert [team.name for team in User.objects.get().teams.all()] == ["Norte"]


def test_a_user_is_created_to_see_only_their_own_records() -> None:
    args = ["create", "leo@example.com", "--name", "Leo", "--role", "seller", "--sees", "own"]
    assert CliRunner().invoke(user, args, input=f"{PASSWORD}\n").exit_code == 0
    assert User.objects.get().visibility == "own"


def test_no_token_is_revoked_by_nothing_at_all() -> None:
    create()
    CliRunner().invoke(token, ["create", "ana@example.com", "--name", "web"])
    for nothing in ("", " ", "…"):
        assert isinstance(CliRunner().invoke(token, ["revoke", nothing]).exception, CannotStart)
    assert ApiToken.objects.get().revoked_at is None


def test_a_token_is_not_valid_longer_than_the_calendar() -> None:
    create()
    args = ["create", "ana@example.com", "--name", "web", "--days", "99999999"]
    assert CliRunner().invoke(token, args).exit_code == 2
