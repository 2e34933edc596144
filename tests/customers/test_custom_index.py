import pytest
from django.db import connection

from tests import make
from trato.customers.actions import save_custom_field

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("type_", "indexes"), [("number", 1), ("date", 1), ("text", 0)])
def test_what_lists_compare_has_an_index(type_: str, indexes: int) -> None:
    make.customer("Ana")
    save_custom_field(None, label="Puntos", type_=type_, options=[])
    with connection.cursor() as sql:
        sql.execute("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'customer_custom_%%'")
        assert sql.fetchone() == (indexes,)
