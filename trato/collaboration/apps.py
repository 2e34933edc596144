from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "trato.collaboration"
    label = "collaboration"
