from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "trato.sales"
    label = "sales"

    def ready(self) -> None:
        # Registers the app's consumers.
        from trato.sales import consumers  # noqa: F401
