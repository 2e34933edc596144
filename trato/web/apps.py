from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "trato.web"
    label = "web"
