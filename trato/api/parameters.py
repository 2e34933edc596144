"""A parameter that nobody knows is an error, not a silence: with `?statsu=current` left aside, the
whole list would look like the part of it that was asked for."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.http import QueryDict
from ninja.operation import Operation
from ninja.params.models import FormModel, ParamModel, QueryModel

from trato.identity.programs import Call
from trato.kit.rest.refusals import FieldError, Invalid


def only_known(view: Callable[..., Any]) -> Callable[..., Any]:
    operation: Operation = view._ninja_operation  # type: ignore[attr-defined]
    in_address, in_form = _names(operation, QueryModel), _names(operation, FormModel)

    @wraps(view)
    def inner(request: Call, *args: Any, **kwargs: Any) -> Any:
        wrong = list(_wrong(request.GET, in_address, "query"))
        if in_form:
            wrong += _wrong(request.POST, in_form, "body")
        if wrong:
            raise Invalid(*wrong)
        return view(request, *args, **kwargs)

    return inner


def _names(operation: Operation, source: type[ParamModel]) -> dict[str, bool]:
    """The parameters that an operation has, and whether each may be there several times."""
    return {
        name: name in getattr(model, "__ninja_collection_fields__", ())
        for model in operation.models
        if issubclass(model, source)
        for name in model.__ninja_flatten_map__
    }


def _wrong(sent: QueryDict, known: dict[str, bool], source: str) -> Iterator[FieldError]:
    for name, values in sent.lists():
        if name not in known:
            told = {"known": ", ".join(sorted(known))}
            code = "parameter_unknown" if known else "parameter_needless"
            yield FieldError((name,), code, told, source)
        elif len(values) > 1 and not known[name]:
            yield FieldError((name,), "parameter_repeated", {}, source)
