import django.contrib.postgres.indexes
from django.contrib.postgres.indexes import OpClass
from django.db import migrations

KILOBYTES = 256
INDEXES = {
    "customer": ("sort_key", "customer_name_trigrams"),
    "emailaddress": ("address", "email_trigrams"),
    "phonenumber": ("number", "phone_trigrams"),
}


def _state(model, field, name):
    index = django.contrib.postgres.indexes.GinIndex(
        OpClass(field, name="gin_trgm_ops"), gin_pending_list_limit=KILOBYTES, name=name
    )
    return [
        migrations.RemoveIndex(model_name=model, name=name),
        migrations.AddIndex(model_name=model, index=index),
    ]


class Migration(migrations.Migration):
    dependencies = [("customers", "0011_one_index_less")]

    # Changing the limit in place makes no index anew.
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER INDEX {name} SET (gin_pending_list_limit = {KILOBYTES})",
                    f"ALTER INDEX {name} RESET (gin_pending_list_limit)",
                )
            ],
            state_operations=_state(model, field, name),
        )
        for model, (field, name) in INDEXES.items()
    ]
