"""A POST with the header “Idempotency-Key” is done once, however often it is sent.

The key is written in the same transaction as the deed: both stay or neither does. A second call
with it waits for the first at the unique constraint.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from ninja import Status
from ninja.renderers import JSONRenderer

from trato.api.models import Answer
from trato.identity.programs import Call
from trato.kit.rest.refusals import Invalid, Refused

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
KEPT = timedelta(days=2)


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def inner(request: Call, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER, "")
        if request.method != "POST" or not key:
            return view(request, *args, **kwargs)
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise Invalid.query(HEADER, "key_unreadable", limit=LONGEST_KEY)
        with transaction.atomic():
            answer = _claimed(request, key)
            if answer is None:
                return _given_before(request, key)
            result = view(request, *args, **kwargs)
            _keep(answer, request, result)
            return result

    return inner


def _claimed(request: Call, key: str) -> Answer | None:
    """The row of this key if nobody has used it."""
    answer = Answer(
        token=request.auth, key=key, fingerprint=_fingerprint(request), created_at=request.at
    )
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
    except IntegrityError:
        return None
    return answer


def _fingerprint(request: Call) -> str:
    digest = hashlib.sha256(request.get_full_path().encode() + b"\n")
    for part in _sent(request):
        digest.update(part)
    return digest.hexdigest()


def _sent(request: Call) -> Iterator[bytes]:
    """What was sent, a piece at a time: a file may be larger than the memory."""
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield repr((name, values)).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield repr((name, file.name)).encode()
            yield from file.chunks()
            file.seek(0)


def _keep(answer: Answer, request: Call, result: Any) -> None:
    answer.status = result.status_code if isinstance(result, Status) else 200
    value = result.value if isinstance(result, Status) else result
    answer.body = JSONRenderer().render(request, value, response_status=answer.status)
    answer.save(update_fields=["status", "body"])


def _given_before(request: Call, key: str) -> HttpResponse:
    answer = Answer.objects.get(token=request.auth, key=key)
    if answer.fingerprint != _fingerprint(request):
        raise Refused("key_of_another_call")
    response = HttpResponse(
        answer.body, status=answer.status, content_type="application/json; charset=utf-8"
    )
    response["Idempotency-Replayed"] = "true"
    return response


def forget_old_answers(*, at: datetime) -> int:
    deleted, _by_model = Answer.objects.filter(created_at__lt=at - KEPT).delete()
    return deleted
