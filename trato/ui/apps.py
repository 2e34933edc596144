from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "trato.ui"
    label = "ui"
