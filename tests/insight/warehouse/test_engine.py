from pathlib import Path

import pytest
from pytest_django import Settings

from trato.insight.warehouse.engine import engine


def test_what_does_not_fit_into_memory_lies_under_the_home(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SCRATCH, elsewhere = tmp_path / "scratch", tmp_path / "elsewhere"
    settings.SCRATCH.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with engine(memory="20MB") as database:
        database.execute(
            "CREATE TABLE much AS SELECT range AS number, hash(range)::VARCHAR AS text"
            " FROM range(1_000_000)"
        )
        assert any(settings.SCRATCH.iterdir())
        found = database.execute("SELECT count(DISTINCT text) FROM much").fetchone()
        assert found == (1_000_000,)
    assert not any(elsewhere.iterdir())
