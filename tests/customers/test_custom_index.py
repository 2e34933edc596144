from importlib import import_module

import pytest
from django.apps import apps
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


def test_a_field_from_before_there_were_indexes_gets_its_own() -> None:
    save_custom_field(None, label="Puntos", type_="number", options=[])
    with connection.cursor() as sql:
        sql.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'customer_custom_%%'")
        [(name,)] = sql.fetchall()
        sql.execute(f"DROP INDEX {name}")
        with connection.schema_editor(atomic=False) as editor:
            import_module("trato.customers.migrations.0009_own_fields_compared").index(apps, editor)
        sql.execute("SELECT count(*) FROM pg_indexes WHERE indexname = %s", [name])
        assert sql.fetchone() == (1,)
