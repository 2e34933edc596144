"""What the browser fetches: small, and without two meanings for one class."""

import gzip
import re
from pathlib import Path

DIST = Path(__file__).parents[2] / "trato/ui/static/ui/dist"
FIRST_VISIT = ("app.css", "app.js", "icons.svg", "inter-latin.woff2")


def test_a_first_visit_is_light() -> None:
    sizes = {name: len(gzip.compress((DIST / name).read_bytes())) for name in FIRST_VISIT}
    assert sum(sizes.values()) < 120_000, sizes


def test_no_part_has_the_name_of_a_utility() -> None:
    parts, utilities = (DIST / "app.css").read_text().split("@layer utilities{")
    names = [set(re.findall(r"\.([a-zA-Z][\w-]*)", css)) for css in (parts, utilities)]
    assert names[0] & names[1] == set()


def test_the_script_needs_no_eval() -> None:
    page = Path(__file__).parents[2] / "trato/ui/templates/ui/base.html"
    assert '"allowEval":false,' in page.read_text()
