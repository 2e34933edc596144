from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "trato.imports"
    label = "imports"
