from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "trato.sales"
    label = "sales"
