from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "trato.customers"
    label = "customers"

    def ready(self) -> None:
        # Registers the app's consumers.
        from trato.customers import consumers  # noqa: F401
