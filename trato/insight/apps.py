from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "trato.insight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from trato.customers.queries.listing import FURTHER
        from trato.insight.behind import behind_field
        from trato.insight.offered import answered_field, suggested_field

        FURTHER.extend(
            make for make in (behind_field, suggested_field, answered_field) if make not in FURTHER
        )
