from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "trato.customers"
    label = "customers"
