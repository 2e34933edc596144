"""The OpenAPI document: what every operation can answer besides its success."""

from http.client import responses
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.types import DictStrAny

from trato.api.idempotency import HEADER, LONGEST_KEY
from trato.api.problems import MEDIA_TYPE, Problem, WrongValue

_REF = "#/components/schemas/"
_ALWAYS = (401, 429)
_KEY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "A word of your own; the same call with it again is not done twice.",
}


class DocumentedAPI(NinjaAPI):
    """Names operations by their functions and documents the problems."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: DictStrAny | None = None
    ) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                _add_problems(path, method, operation)
        for model in (Problem, WrongValue):
            schema = model.model_json_schema(ref_template=_REF + "{model}")
            schema.pop("$defs", None)
            document["components"]["schemas"][model.__name__] = schema
        return document


def _add_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    found = operation["responses"]
    statuses = {*_ALWAYS, *(status for status in found if int(status) >= 400)}
    if operation["parameters"] or "requestBody" in operation:
        statuses.add(422)
    if method == "post":
        operation["parameters"].append(_KEY)
    if "{" in path:
        statuses.add(404)
    if method != "get":
        statuses.add(403)
    if "requestBody" in operation:
        statuses |= {400, 409}
    schema = {"$ref": _REF + Problem.__name__}
    for status in sorted(statuses):
        found[status] = {
            "description": responses[status],
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
