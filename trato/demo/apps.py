from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "trato.demo"
    label = "demo"
