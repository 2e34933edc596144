"""The lists of orders and products as files."""

from typing import Any

import pytest

from tests import make
from tests.pages import signed_in
from trato.identity.models import User
from trato.identity.rules import Role, Visibility

pytestmark = pytest.mark.django_db


def download(user: User, url: str) -> str:
    response: Any = signed_in(user).get(f"{url}?format=csv")
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_orders_and_products_are_written_to_files() -> None:
    make.order(make.customer("Ana"), number="P-1", product="CAFE")
    user = make.user(Role.ANALYST)
    assert "P-1" in download(user, "/orders/export/")
    assert "CAFE" in download(user, "/products/export/")


def test_a_file_has_only_the_orders_that_one_may_see() -> None:
    make.order(make.customer("Ana"), number="P-1")
    user = make.user(Role.MARKETER, visibility=Visibility.OWN)
    assert "P-1" not in download(user, "/orders/export/")


@pytest.mark.parametrize("url", ["/orders/export/", "/products/export/"])
def test_who_may_not_export_finds_nothing(url: str) -> None:
    assert signed_in(make.user(Role.SELLER)).get(f"{url}?format=csv").status_code == 404
