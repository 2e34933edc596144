from django.db import migrations, models

# What no more is known of than its code came with the lines of an order.
BARE = """
UPDATE catalog_product SET is_provisional = true
WHERE name = code AND category_id IS NULL AND brand = '' AND price IS NULL AND cost IS NULL
  AND unit = '' AND quality_tier IS NULL AND description = '' AND updated_at = created_at
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_who_made_categories_and_rates"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="is_provisional",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunSQL(BARE, migrations.RunSQL.noop),
    ]
