"""Schemathesis attacks the API with what its own document allows, and with what it forbids.

`test_fuzz.py` beside it knows the odd values of this house; this knows those of the trade.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from tests import make
from tests.api.operations import Operation, operations
from tests.api.program import ROOT, Program
from trato.api.application import api

API = schemathesis.openapi.from_dict(api.get_openapi_schema())
API.app = get_wsgi_application()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Between its calls the server would let go of the connection that the test's rows are on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def cases(operation: Operation) -> st.SearchStrategy[Case[Any]]:
    known = API[ROOT + operation.path][operation.method]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    return st.one_of([known.as_strategy(generation_mode=mode) for mode in modes])


@pytest.mark.django_db
@pytest.mark.parametrize("operation", operations(), ids=str)
def test_no_call_breaks_the_server(operation: Operation) -> None:
    program, who = Program(), make.customer(emails=("ana@example.com",))
    make.order(who)

    @settings(
        max_examples=2,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(operation))
    def call(case: Case[Any]) -> None:
        answer = case.call(headers=program.headers)
        assert answer.status_code < 500, answer.text

    call()
