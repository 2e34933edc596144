import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from pytest_django import Settings

from tests import make
from trato.cli import checks
from trato.cli.doctor import doctor
from trato.customers.models import Event, EventFailure, EventKind


@pytest.mark.django_db
def test_a_healthy_database_has_no_problem_but_the_missing_worker() -> None:
    problems = [found.name for found in checks.of_the_database() if not found.ok]
    assert problems == ["worker"]


@pytest.mark.django_db
def test_a_worker_that_gives_signs_of_life_is_well() -> None:
    with connection.cursor() as sql:
        sql.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert checks.worker().ok


@pytest.mark.django_db
def test_a_silent_worker_is_a_problem() -> None:
    with connection.cursor() as sql:
        sql.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        )
    assert "3600 s ago" in checks.worker().text
    assert "trato up" in checks.worker().remedy


@pytest.mark.django_db
def test_events_that_were_put_aside_are_told_with_the_remedy() -> None:
    event = Event.objects.create(
        customer=make.customer(), kind=EventKind.NOTE, at=make.NOW, recorded_at=make.NOW
    )
    EventFailure.objects.create(consumer="figures", event=event, at=make.NOW, problem="x")
    assert "1" in checks.consumers().text
    assert "trato doctor --retry" in checks.consumers().remedy


def test_a_readable_key_is_a_problem(settings: Settings, tmp_path: Path) -> None:
    settings.TRATO_HOME = tmp_path
    (tmp_path / "secret_key").write_text("x")
    (tmp_path / "secret_key").chmod(0o644)
    assert "chmod 600" in checks.secret_key().remedy
    (tmp_path / "secret_key").chmod(0o600)
    assert checks.secret_key().ok


def test_a_mail_server_that_does_not_answer_is_a_problem(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRATO_MAIL_URL", "smtp://127.0.0.1:1")
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    }
    assert "TRATO_MAIL_URL" in checks.mail_server().remedy


def test_a_database_out_of_reach_is_a_finding_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana@127.0.0.1:1/crm")
    done = CliRunner().invoke(doctor, ["--json"])
    assert done.exit_code == 1
    found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert not found["database"]["ok"]
    assert "DATABASE_URL" in found["database"]["remedy"]
