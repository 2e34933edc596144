"""What import-linter cannot see: foreign keys are strings, and they too must point down."""

import ast
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

CONTRACTS = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
LAYERS = [
    {name.strip(" ()") for name in layer.replace("|", ":").split(":")}
    for layer in CONTRACTS[0]["layers"]
]
HEIGHT = {name: -depth for depth, names in enumerate(LAYERS) for name in names}


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model is not None
        if HEIGHT.get(model._meta.app_label, 0)
        < HEIGHT.get(field.related_model._meta.app_label, -99)
    ]
    assert not upward


def unscoped_reads(source: str) -> list[int]:
    """Lines where a screen reaches ``X.objects`` by anything but ``visible_to``."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "objects"
        and node.attr != "visible_to"
    ]


SCREENS = sorted(
    path
    for pattern in ("*/views.py", "*/api.py", "*/views/*.py", "*/api/*.py")
    for path in Path("trato").glob(pattern)
)


@pytest.mark.parametrize("path", SCREENS, ids=str)
def test_screens_read_only_what_the_user_may_see(path: Path) -> None:
    assert unscoped_reads(path.read_text()) == []
