from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "trato.insight"
    default_auto_field = "django.db.models.BigAutoField"
