from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "trato.imports"
    label = "imports"

    def ready(self) -> None:
        from trato.customers.custom.holders import TAKEN
        from trato.imports.mapping import ABOUT, FIELDS

        # A field of one's own called «Name» would read the names of a file.
        for kind, about in ABOUT.items():
            TAKEN[about] = frozenset(field.key for field in FIELDS[kind])
