from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "trato.identity"
    label = "identity"
