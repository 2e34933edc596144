import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trato.cli.imports import import_

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "customer_id,name,email\nC1,Ana,no address\nC2,Bea,bea@example.com\n"


def bring(folder: Path, *options: str) -> Result:
    file = folder / "customers.csv"
    file.write_text(FILE)
    return CliRunner().invoke(import_, ["customers", str(file), *options])


def test_cells_that_could_not_be_read_are_told(tmp_path: Path) -> None:
    done = bring(tmp_path)
    assert done.exit_code == 0
    assert "Row 2: email" in done.output
    assert "1 rows came in without the cells that could not be read." in done.output


def test_programs_get_the_counts(tmp_path: Path) -> None:
    counts = json.loads(bring(tmp_path, "--json", "--dry-run").output)
    told = ("read", "created", "updated", "unchanged", "refused", "incomplete")
    assert [counts[name] for name in told] == [2, 2, 0, 0, 0, 1]
