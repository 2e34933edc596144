"""Whatever is sent, valid or not, the answer is never an error of ours."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.api.operations import Operation, document, operations
from tests.api.program import Program

SCHEMAS = document()["components"]["schemas"]
FORMATS = {
    "date": st.dates().map(str),
    "date-time": st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
}
ODD_TEXT = st.sampled_from(
    ["", " ", "0", "-1", "1e9", "NaN", "ñ", "😀", "a" * 5000, "'", "%", "\\"]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=5,
)


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a schema, as far as our documents use the language."""
    for several in ("anyOf", "allOf"):
        if several in schema:
            return st.one_of([fitting(one) for one in schema[several]])
    if "$ref" in schema:
        return fitting(SCHEMAS[schema["$ref"].rsplit("/", 1)[-1]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    make_one = MAKERS.get(schema.get("type", ""))
    return make_one(schema) if make_one else JUNK


def _object(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    properties = {name: fitting(one) for name, one in schema.get("properties", {}).items()}
    needed = {name: properties.pop(name) for name in schema.get("required", [])}
    return st.fixed_dictionaries(needed, optional=properties)


def _array(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.lists(
        fitting(schema.get("items", {})), min_size=schema.get("minItems", 0), max_size=3
    )


def _text(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True) | ODD_TEXT
    longest = min(schema.get("maxLength", 30), 30)
    plain = st.text(min_size=schema.get("minLength", 0), max_size=longest)
    return FORMATS.get(schema.get("format", ""), plain | ODD_TEXT)


def _number(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.integers(-(10**20), 10**20) | st.integers(0, 5) | st.decimals().map(str)


MAKERS: dict[str, Callable[[dict[str, Any]], st.SearchStrategy[Any]]] = {
    "object": _object,
    "array": _array,
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": lambda _schema: st.booleans(),
    "null": lambda _schema: st.none(),
}


def body_of(operation: Operation) -> st.SearchStrategy[Any]:
    content = operation.details.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return st.none() if schema is None else fitting(schema) | fitting(schema) | JUNK


def query_of(operation: Operation) -> st.SearchStrategy[dict[str, str]]:
    names = {
        one["name"]: fitting(one["schema"]).map(str)
        for one in operation.details["parameters"]
        if one["in"] == "query"
    }
    return st.fixed_dictionaries({}, optional=names)


def address_of(operation: Operation) -> st.SearchStrategy[str]:
    words = st.sampled_from(["1", "2", "0", "99999999999999999999", "x", "%0A", "%2F", "..", "é"])
    names = [one["name"] for one in operation.details["parameters"] if one["in"] == "path"]
    return st.tuples(*[words for _name in names]).map(
        lambda found: operation.address(**dict(zip(names, found, strict=True)))
    )


@pytest.mark.django_db
@pytest.mark.parametrize("operation", operations(), ids=str)
def test_nothing_that_is_sent_breaks_anything(operation: Operation) -> None:
    program, who = Program(), make.customer(emails=("ana@example.com",))
    make.order(who)
    calm = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=calm)
    @given(address_of(operation), query_of(operation), body_of(operation))
    def call(address: str, query: dict[str, str], body: Any) -> None:
        answer = program.call(operation.method, address, body, query)
        assert answer.status_code < 500, answer.content

    call()
