from typing import Any

from django.db import migrations, models


def tell_causes(apps: Any, schema_editor: Any) -> None:
    """Until now, who asked was all that was known."""
    runs = apps.get_model("insight", "Run").objects
    runs.filter(asked_by=None).update(cause="night")


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial")]

    operations = [
        migrations.AddField(
            "run",
            "cause",
            models.CharField(
                choices=[
                    ("night", "every night"),
                    ("asked", "asked for"),
                    ("command", "command line"),
                ],
                default="asked",
                max_length=7,
            ),
        ),
        migrations.RunPython(tell_causes, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "run",
            "cause",
            models.CharField(
                choices=[
                    ("night", "every night"),
                    ("asked", "asked for"),
                    ("command", "command line"),
                ],
                default="command",
                max_length=7,
            ),
        ),
    ]
