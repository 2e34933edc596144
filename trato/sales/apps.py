from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "trato.sales"
    label = "sales"

    def ready(self) -> None:
        from trato.customers.custom.holders import HOLDERS
        from trato.customers.models import CustomField

        # Registers the app's consumers.
        from trato.sales import consumers  # noqa: F401
        from trato.sales.models import Order

        HOLDERS[CustomField.About.ORDER] = Order
