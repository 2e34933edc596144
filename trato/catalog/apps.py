from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "trato.catalog"
    label = "catalog"

    def ready(self) -> None:
        from trato.catalog.models import Product
        from trato.customers.custom.holders import HOLDERS
        from trato.customers.models import CustomField

        HOLDERS[CustomField.About.PRODUCT] = Product
