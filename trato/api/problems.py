"""Errors as RFC 9457 problems: one shape, in the caller's language, never a traceback."""

import json
import logging
from collections.abc import Callable
from decimal import InvalidOperation
from typing import Any

import ninja.errors
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    BadRequest,
    ObjectDoesNotExist,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from pydantic import BaseModel, Field

from trato.api.words import TITLES, field_words
from trato.customers.actions import HasPurchases, NotAContact, TwinFound
from trato.customers.models import Customer
from trato.kit.rest.refusals import FieldError, Invalid, Place, Refused

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TWINS_NAMED = 20
TYPE = "urn:trato:problem:"

type Handler = Callable[[HttpRequest, Any], HttpResponse]


class WrongValue(BaseModel):
    code: str
    detail: str
    pointer: str | None = Field(None, description="Where it is in the body, such as `#/emails/0`.")
    parameter: str | None = Field(None, description="The parameter of the address, if it is one.")


class Problem(BaseModel):
    """RFC 9457. Some types add members of their own, such as `twins`."""

    type: str = Field(examples=[f"{TYPE}not-found"])
    title: str
    status: int
    detail: str
    errors: list[WrongValue] | None = Field(None, description="Only with status 422.")


def problem(code: str, **more: Any) -> HttpResponse:
    """The answer for a kind of problem; ``more`` replaces or adds members."""
    status, title, detail = TITLES[code]
    body = {
        "type": TYPE + code.replace("_", "-"),
        "title": str(title),
        "status": status,
        "detail": str(detail),
        **more,
    }
    text = json.dumps(body, ensure_ascii=False)
    response = HttpResponse(text, status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="trato"'
    return response


def invalid(*errors: FieldError) -> HttpResponse:
    return problem("invalid", errors=[_shown(error) for error in errors])


def _shown(error: FieldError) -> dict[str, str]:
    # Texts of our own actions are translated already; codes get their words here.
    detail = error.params.get("message") or field_words(error.code, error.params)
    if error.source == "body":
        where = {"pointer": _pointer(error.place)}
    else:
        # Of one that is there several times the place ends with which of them.
        where = {"parameter": [step for step in error.place if isinstance(step, str)][-1]}
    return {"code": error.code, "detail": detail, **where}


def _pointer(place: Place) -> str:
    """RFC 6901, as a fragment."""
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in place]
    return "#" + "".join(f"/{step}" for step in steps)


def _wrong_input(request: HttpRequest, error: Any) -> HttpResponse:
    found = []
    for item in error.errors:
        source, *place = item["loc"]
        if source == "body":
            # The first step is the name of the argument of our function.
            place = place[1:]
        source = "body" if source in {"form", "file"} else source
        found.append(FieldError(tuple(place), item["type"], item.get("ctx", {}), source))
    return invalid(*found)


def _wrong_model(request: HttpRequest, error: Any) -> HttpResponse:
    fields = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: [error]}
    found = []
    for name, problems in fields.items():
        place: Place = () if name == NON_FIELD_ERRORS else (name,)
        for one in problems:
            message = " ".join(one.messages)
            found.append(FieldError(place, one.code or "invalid", {"message": message}))
    return invalid(*found)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.code, **error.more)


def _twin_found(request: HttpRequest, error: Any) -> HttpResponse:
    """Twins that the user may not see are counted, not named."""
    ids = [twin.pk for twin in error.twins]
    seen = Customer.objects.visible_to(request.user).filter(pk__in=ids)  # type: ignore[arg-type]
    named = list(seen.order_by("sort_key", "pk").values_list("pk", "name"))
    twins = [{"id": pk, "name": name} for pk, name in named[:TWINS_NAMED]]
    by_body = {"body": {"twin_is_fine": True}}
    by_query = {"query": {"twins": ["update", "create"]}}
    return problem(
        "twin_found",
        twins=twins,
        more_twins=len(named) - len(twins),
        hidden_twins=len(ids) - len(named),
        insist=by_body if request.method == "POST" else by_query,
    )


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    codes = {401: "unauthenticated", 403: "token_may_not_write", 429: "too_many_calls"}
    response = problem(codes.get(getattr(error, "status_code", 400), "unreadable_body"))
    if isinstance(error, ninja.errors.Throttled):
        response["Retry-After"] = str(error.wait or 1)
    return response


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    logger.exception("a call to %s failed", request.path, exc_info=error)
    return problem("server_error")


def _answer(code: str) -> Handler:
    return lambda request, error: problem(code)


HANDLERS: dict[type[Exception], Handler] = {
    Exception: _unexpected,
    Http404: _answer("not_found"),
    # The row was there when it was looked for, and gone when it was to be locked.
    ObjectDoesNotExist: _answer("not_found"),
    ninja.errors.HttpError: _http_error,
    ninja.errors.ValidationError: _wrong_input,
    Invalid: lambda request, error: invalid(*error.errors),
    Refused: _refused,
    ValidationError: _wrong_model,
    TwinFound: _twin_found,
    HasPurchases: _answer("has_purchases"),
    NotAContact: lambda request, error: invalid(FieldError(("kind",), "not_a_contact")),
    IntegrityError: _answer("conflict"),
    BadRequest: _answer("unreadable_body"),
    MultiPartParserError: _answer("unreadable_body"),
    SuspiciousOperation: _answer("unreadable_body"),
    RequestDataTooBig: _answer("body_too_large"),
    DataError: lambda request, error: invalid(FieldError((), "value_too_large")),
    InvalidOperation: lambda request, error: invalid(FieldError((), "value_too_large")),
}


def handle_all(api: NinjaAPI) -> None:
    """Give each exception that can leave a router its answer."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
