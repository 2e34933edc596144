"""The OpenAPI document: what every operation can answer besides its success."""

from http.client import responses
from typing import Any

from ninja import NinjaAPI
from ninja.errors import ConfigError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.types import DictStrAny
from pydantic.json_schema import JsonSchemaMode

from trato.api.idempotency import HEADER, LONGEST_KEY
from trato.api.problems import MEDIA_TYPE, Problem, WrongValue

_REF = "#/components/schemas/"
_ALWAYS = {400, 401, 403, 422, 429}
_KEY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "A word of your own; the same call with it again is not done twice.",
}


class Document(OpenAPISchema):
    """Writes out choices where they are used: many of our models have a ``Kind`` of their own."""

    choices: DictStrAny = {}

    def add_schema_definitions(self, definitions: DictStrAny) -> None:
        self.choices = {name: one for name, one in definitions.items() if "enum" in one}
        for name in definitions.keys() - self.choices.keys():
            schema = _written_out(definitions[name], self.choices)
            if self.schemas.setdefault(name, schema) != schema:
                raise ConfigError(f"two schemas are called {name}")

    def _create_schema_from_model(
        self,
        model: Any,
        by_alias: bool = True,
        remove_level: bool = True,
        mode: JsonSchemaMode = "validation",
    ) -> tuple[DictStrAny, bool]:
        schema, required = super()._create_schema_from_model(model, by_alias, remove_level, mode)
        return _written_out(schema, self.choices), required

    def _extract_parameters(self, model: Any) -> list[DictStrAny]:
        return [_written_out(one, self.choices) for one in super()._extract_parameters(model)]


def _written_out(schema: Any, choices: DictStrAny) -> Any:
    if isinstance(schema, list):
        return [_written_out(one, choices) for one in schema]
    if not isinstance(schema, dict):
        return schema
    name = str(schema.get("$ref", "")).removeprefix(_REF)
    if name in choices:
        return {key: value for key, value in choices[name].items() if key in {"enum", "type"}}
    return {key: _written_out(value, choices) for key, value in schema.items()}


class DocumentedAPI(NinjaAPI):
    """Names operations by their functions and documents the problems."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: DictStrAny | None = None
    ) -> OpenAPISchema:
        root = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        document = Document(self, root)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                _add_problems(path, method, operation)
        for model in (Problem, WrongValue):
            schema = model.model_json_schema(ref_template=_REF + "{model}")
            schema.pop("$defs", None)
            document["components"]["schemas"][model.__name__] = schema
        return document


def _add_problems(path: str, method: str, operation: DictStrAny) -> None:
    if method == "post":
        operation["parameters"].append(_KEY)
    found = operation["responses"]
    schema = {"$ref": _REF + Problem.__name__}
    for status in sorted(_statuses(path, method, operation)):
        found[status] = {
            "description": responses[status],
            "content": {MEDIA_TYPE: {"schema": schema}},
        }


def _statuses(path: str, method: str, operation: DictStrAny) -> set[int]:
    """The problems that can come of what the operation takes and does."""
    statuses = _ALWAYS | {int(one) for one in operation["responses"] if int(one) >= 400}
    if "{" in path:
        statuses.add(404)
    if method != "get":
        statuses.add(409)
    if "requestBody" in operation:
        statuses.add(413)
    return statuses
