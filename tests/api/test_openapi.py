"""The document is part of the interface: a change of it is seen in review.

To write it anew: .venv/bin/trato manage export_openapi_schema --api trato.api.application.api \
    --indent 1 --sorted --output tests/api/openapi.json
"""

import json
from pathlib import Path

import pytest
from django.test import Client

from tests.api.operations import Operation, document, operations
from tests.api.program import ROOT
from trato.api.application import api

SNAPSHOT = Path(__file__).with_name("openapi.json")


def test_the_document_is_the_one_that_was_reviewed() -> None:
    found = json.loads(json.dumps(api.get_openapi_schema()))
    assert found == json.loads(SNAPSHOT.read_text()), __doc__


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_operation_is_documented(operation: Operation) -> None:
    details = operation.details
    assert details["summary"]
    assert details["tags"]
    assert details["security"]
    assert {401, 429} <= set(details["responses"])
    assert any(int(status) < 300 for status in details["responses"])


def test_operations_have_names_of_their_own() -> None:
    names = [operation.details["operationId"] for operation in operations()]
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere() -> None:
    schemas = document()["components"]["schemas"]
    text = json.dumps(document())
    used = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert used <= set(schemas)


@pytest.mark.django_db
def test_the_document_can_be_fetched_without_a_token(client: Client) -> None:
    assert client.get(f"{ROOT}/openapi.json").json()["info"]["title"] == "Trato"
