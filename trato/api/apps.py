from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "trato.api"
    label = "api"
