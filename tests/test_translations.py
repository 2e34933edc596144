"""Every text of the interface can be read in Spanish."""

import pytest

from tools import messages


def test_every_text_has_its_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    status = messages.check_all()
    assert status == 0, capsys.readouterr().out
