from django.apps import AppConfig


class AcquisitionConfig(AppConfig):
    name = "trato.acquisition"
    label = "acquisition"
