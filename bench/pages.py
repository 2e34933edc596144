"""What people and programs ask for most, of a server as in production, four at a time."""

import gzip
import http.client
import itertools
import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from importlib import import_module
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.calls import Answered, Call, fetch, measure
from bench.server import HOST, PORT, serving
from trato.customers.actions import NewEvent, record_events
from trato.customers.models import Customer, CustomField, Event, EventKind, ExternalId
from trato.identity.actions import create_token
from trato.identity.models import User
from trato.identity.rules import Role

EVENTS = 500
BATCH = 100
BATCHES = 200


def run() -> Iterator[str]:
    user = User.objects.filter(role=Role.ADMINISTRATOR)[0]
    yield line("what", "p50", "p95", "queries", "kB", "gzip", "web CPU", "db CPU", "bare p50, p95")
    with serving() as server:
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
        signed = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session_of(user)}"}
        pages = [replace(call, headers=signed) for call in _pages(client)]
        for call in [*pages, *_programs(user)]:
            queries = str(queries_of(client, call)) if call.body is None else "-"
            bare = measure(Call("bare", "/bare/", headers=signed, times=call.times), server)
            yield row(call, measure(call, server), queries, bare)
        first = _first_visit(signed)
        yield f"first visit of the list, with all assets: {first / 1000:.0f} kB"
        yield f"memory of a web process: {server.megabytes():.0f} MB"


def row(call: Call, told: Answered, queries: str, bare: Answered) -> str:
    return line(
        call.name,
        f"{told.p50:.0f} ms",
        f"{told.p95:.0f} ms",
        queries,
        f"{told.sent / 1000:.0f}",
        f"{told.compressed / 1000:.0f}",
        f"{told.web:.1f} ms",
        f"{told.database:.1f} ms",
        f"{bare.p50:.1f} {bare.p95:.1f} ms",
    )


def line(what: str, *cells: str) -> str:
    return f"{what:<34}" + "".join(f"{cell:>14}" for cell in cells)


def _pages(client: Client) -> Iterator[Call]:
    family = Customer.objects.exclude(family_name="").order_by("-id")[0].family_name.split()[0]
    slip = quote(family[: len(family) // 2] + family[len(family) // 2 + 1 :])
    number = CustomField.objects.filter(type=CustomField.Type.NUMBER)[0].key
    yield Call("list, first page", "/customers/")
    yield Call("list, tenth page", _deep(client))
    yield Call("list, by name", "/customers/?sort=name")
    yield Call("list, by amount, descending", "/customers/?sort=-amount")
    yield Call("list, lost ones", "/customers/?status.in=lost")
    yield Call("list, own number", f"/customers/?custom.{number}.more=40")
    yield Call("search: part of a name", f"/customers/?q={quote(family[:5])}")
    yield Call("search: a slip of the hand", f"/customers/?q={slip}")
    yield Call("customer with 500 events", f"/customers/{_busy().pk}/")
    yield Call("home", "/")
    yield Call("orders, first page", "/orders/")


def _programs(user: User) -> list[Call]:
    at = datetime.now(UTC)
    _token, key = create_token(user=user, name="bench", scope="write", at=at, expires_at=None)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return [
        Call("API: create a customer", "/api/v1/customers", _one(), headers),
        Call(
            "API: upsert of 100 new ones",
            "/api/v1/customers/batch",
            _many(),
            headers,
            times=BATCHES,
        ),
        Call(
            "API: upsert of 100 known", "/api/v1/customers/batch", _known(), headers, times=BATCHES
        ),
    ]


def _one() -> Callable[[int], bytes]:
    counter = itertools.count()

    def body(_number: int) -> bytes:
        mark = f"{next(counter)}{uuid.uuid4().hex[:8]}"
        return json.dumps({"name": f"Nueva {mark}", "emails": [f"{mark}@example.com"]}).encode()

    return body


def _many() -> Callable[[int], bytes]:
    def body(_number: int) -> bytes:
        start = uuid.uuid4().hex[:6]
        rows = [
            {
                "name": f"Cliente {start} {place}",
                "emails": [f"{start}.{place}@example.com"],
                "external_ids": [{"system": "shop", "value": f"{start}-{place}"}],
            }
            for place in range(BATCH)
        ]
        return json.dumps({"customers": rows}).encode()

    return body


def _known() -> Callable[[int], bytes]:
    """Customers as another program sends them again: one in five has got another name."""
    told = ExternalId.objects.select_related("customer").order_by("-id")[: BATCH * BATCHES]
    rows = [(one.system, one.value, one.customer.name) for one in told]
    names = [name for _system, _value, name in rows]

    def body(number: int) -> bytes:
        start = number * BATCH % len(rows)
        part = rows[start : start + BATCH]
        sent = [
            {
                "name": names[place * 7 % len(names)] if place % 5 == 0 else name,
                "tags": [f"envío {number % 9}"],
                "external_ids": [{"system": system, "value": value}],
            }
            for place, (system, value, name) in enumerate(part)
        ]
        return json.dumps({"customers": sent}).encode()

    return body


def session_of(user: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def queries_of(client: Client, call: Call) -> int:
    client.get(call.path)
    with CaptureQueriesContext(connection) as caught:
        client.get(call.path)
    return len(caught)


def _deep(client: Client) -> str:
    address = "/customers/"
    for _page in range(9):
        shown = client.get(address).content.decode()
        [link] = re.findall(r'href="\?([^"]*)" rel="next"', shown)
        address = f"/customers/?{unescape(link)}"
    return address


def _busy() -> Customer:
    """A customer with as many events as a page may have to tell."""
    customer = Customer.objects.filter(kind=Customer.Kind.PERSON).order_by("id")[0]
    missing = EVENTS - Event.objects.filter(customer=customer).count()
    at = datetime.now(UTC) - timedelta(days=30)
    events = [
        NewEvent(
            customer_id=customer.pk,
            kind=EventKind.CALL,
            at=at - timedelta(hours=place),
            subject=f"Llamada {place}",
        )
        for place in range(missing)
    ]
    with transaction.atomic():
        record_events(events, recorded_at=at, user=None, imported=True)
    return customer


def _first_visit(signed: dict[str, str]) -> int:
    """Bytes of the page and of all that it loads, as they go over the wire (page: gzip)."""
    line = http.client.HTTPConnection(HOST, PORT, timeout=30)
    headers = {**signed, "Accept-Encoding": "br, gzip"}
    page = fetch(line, Call("page", "/customers/", headers=signed))
    found = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', gzip.decompress(page).decode()))
    total = len(page)
    for path in sorted(found):
        line.request("GET", path, headers=headers)
        total += len(line.getresponse().read())
    line.close()
    return total
