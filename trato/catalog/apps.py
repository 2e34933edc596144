from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "trato.catalog"
    label = "catalog"
