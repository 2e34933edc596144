"""Own fields that lists compare, made before such fields got an index, get it now."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Index

from trato.kit.listing import JsonKey

_KEPT = {"number": "number", "money": "number", "date": "date"}


def index(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    customer = apps.get_model("customers", "Customer")
    fields = apps.get_model("customers", "CustomField")._default_manager
    with editor.connection.cursor() as sql:
        known = editor.connection.introspection.get_constraints(sql, customer._meta.db_table)
    for field in fields.filter(type__in=_KEPT):
        name = f"customer_custom_{field.pk}"
        if name not in known:
            compared = JsonKey("custom", field.key, _KEPT[field.type]).compared
            editor.add_index(customer, Index(compared, name=name))


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_status_beside_dates"),
    ]

    operations = [migrations.RunPython(index, migrations.RunPython.noop)]
