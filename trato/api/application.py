"""The API as a whole: its routers, its door and its manners."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pghistory
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from trato.acquisition.api import router as acquisition
from trato.api.company import router as company
from trato.api.document import DocumentedAPI
from trato.api.idempotency import once
from trato.api.parameters import only_known
from trato.api.parser import StrictParser
from trato.api.problems import handle_all, problem
from trato.api.rates import router as rates
from trato.api.tokens import READING, Token, TokenRate
from trato.catalog.api import router as catalog
from trato.collaboration.api import router as collaboration
from trato.customers.api import router as customers
from trato.identity.api import router as identity
from trato.imports.api import router as imports
from trato.insight.api import router as insight
from trato.sales.api import router as sales

type View = Callable[..., HttpResponseBase]

api = DocumentedAPI(
    title="Trato",
    version="1",
    description="Customers, products, orders, costs, tasks, files and the analysis, for programs.",
    urls_namespace="api",
    docs_url=None,
    auth=Token(),
    throttle=[TokenRate()],
    parser=StrictParser(),
)


def _in_history(view: Callable[..., Any]) -> Callable[..., Any]:
    """Name the author beside each row that the database's audit keeps."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method in READING:
            return view(request, *args, **kwargs)
        token = request.auth  # type: ignore[attr-defined]
        with pghistory.context(user=request.user.pk, path=request.path, token=token.pk):
            return view(request, *args, **kwargs)

    return inner


def answer_in_problems(view: View) -> View:
    """What happens before and around an operation is told in the same shape as in it."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return problem("bad_address")
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            # Nothing is at the root.
            response = problem("not_found")
        if response.status_code == 405:
            allowed = ", ".join(sorted(response["Allow"].split(", ")))
            response = problem("method_not_allowed")
            response["Allow"] = allowed
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Accept-Language", "Authorization"])
        return response

    inner.csrf_exempt = True  # type: ignore[attr-defined]
    return inner


def nowhere(request: HttpRequest) -> HttpResponseBase:
    return problem("not_found")


handle_all(api)
api.add_decorator(once, mode="operation")
api.add_decorator(_in_history, mode="operation")
api.add_decorator(only_known, mode="operation")
for part in (
    company,
    identity,
    customers,
    catalog,
    rates,
    sales,
    acquisition,
    collaboration,
    imports,
    insight,
):
    api.add_router("", part)
