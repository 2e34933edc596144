from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "trato.insight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from trato.customers.queries.listing import FURTHER
        from trato.insight.behind import behind_field

        if behind_field not in FURTHER:
            FURTHER.append(behind_field)
