"""On a phone what stands beside the time line takes its place, a tab each."""

import pytest

from tests import make
from tests.pages import signed_in

pytestmark = pytest.mark.django_db
MARKS = {"": 'id="timeline"', "who/": 'id="customer-who"', "state/": 'id="customer-state"'}


@pytest.mark.parametrize("tab", MARKS)
def test_a_phone_shows_one_of_three(tab: str) -> None:
    page = signed_in(make.user()).get(f"/customers/{make.customer('Ana').pk}/{tab}")
    before = {name: page.content.decode().split(mark)[0] for name, mark in MARKS.items()}
    columns = {name: html.rsplit("min-w-0 gap-4", 1)[0] for name, html in before.items()}
    shown = [name for name, html in columns.items() if not html.endswith("hidden lg:grid ")]
    assert shown == [tab]
