"""What the API can do, as its own document tells it."""

from dataclasses import dataclass
from typing import Any

from trato.api.application import api


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    details: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def address(self, **names: object) -> str:
        """The path with these ids; where none is given, the number one."""
        path = self.path
        for parameter in self.details["parameters"]:
            name = parameter["name"]
            path = path.replace(f"{{{name}}}", str(names.get(name, 1)))
        return path


def document() -> dict[str, Any]:
    return api.get_openapi_schema(path_prefix="")


def operations() -> list[Operation]:
    return [
        Operation(method.upper(), path, details)
        for path, methods in document()["paths"].items()
        for method, details in methods.items()
    ]
