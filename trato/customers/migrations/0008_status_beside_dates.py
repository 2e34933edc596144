import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

_FILL = """
UPDATE customers_summary s SET status = c.status
FROM customers_customer c WHERE c.id = s.customer_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_leaner_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="summary",
            name="status",
            field=models.CharField(db_default="", default="", editable=False, max_length=9),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="summary",
            index=models.Index(
                fields=["status", "last_purchase_at", "customer"],
                name="summary_status_purchase",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customer",
            trigger=pgtrigger.compiler.Trigger(
                name="status_told",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."status" IS DISTINCT FROM (NEW."status"))',
                    func="UPDATE customers_summary SET status = NEW.status"
                    " WHERE customer_id = NEW.id; RETURN NULL;",
                    hash="616c0efe795afcce519ef058fe0f5dc2de80ffc8",
                    operation='UPDATE OF "status"',
                    pgid="pgtrigger_status_told_1b9c3",
                    table="customers_customer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="summary",
            trigger=pgtrigger.compiler.Trigger(
                name="status_taken",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="SELECT status INTO NEW.status FROM customers_customer"
                    " WHERE id = NEW.customer_id; RETURN NEW;",
                    hash="1038751de01d3ea41950d2eab00ded353d2e5966",
                    operation="INSERT",
                    pgid="pgtrigger_status_taken_f44fa",
                    table="customers_summary",
                    when="BEFORE",
                ),
            ),
        ),
    ]
