"""Calls to the web server, four at a time, and what they took."""

import gzip
import http.client
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.server import HOST, PORT, Server

AT_ONCE = 4
WARM_UP = 3


@dataclass(frozen=True)
class Call:
    """``body`` makes the body of the n-th call; without it the call is a GET. ``nth`` says the
    path of the n-th call, where they differ."""

    name: str
    path: str
    body: Callable[[int], bytes] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 200
    nth: Callable[[int], str] | None = None


@dataclass(frozen=True)
class Answered:
    """Milliseconds; ``web`` and ``database`` are CPU time a call; bytes as sent and compressed."""

    p50: float
    p95: float
    web: float
    database: float
    sent: int
    compressed: int


def measure(call: Call, server: Server, *, warm: bool = True) -> Answered:
    return measure_rounds(call, server, rounds=1, before=lambda: None, warm=warm)


def measure_rounds(
    call: Call, server: Server, *, rounds: int, before: Callable[[], None], warm: bool = False
) -> Answered:
    """All calls as often as there are rounds, ``before`` each of which something is done."""
    shares = [range(call.times)[start::AT_ONCE] for start in range(AT_ONCE)]
    found: list[tuple[list[float], bytes]] = []
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        if warm:
            crowd.submit(_some, call, range(-WARM_UP * AT_ONCE, 0)).result()
        web, database = server.cpu(), server.database_cpu()
        for _round in range(rounds):
            before()
            found += crowd.map(lambda share: _some(call, share), shares)
    took = [one for times, _page in found for one in times]
    page = found[0][1]
    cuts = statistics.quantiles(took, n=20)
    return Answered(
        p50=cuts[9] * 1000,
        p95=cuts[18] * 1000,
        web=(server.cpu() - web) / len(took) * 1000,
        database=(server.database_cpu() - database) / len(took) * 1000,
        sent=len(page),
        compressed=len(gzip.compress(page, 6)) if page[:2] != b"\x1f\x8b" else len(page),
    )


def _some(call: Call, numbers: range) -> tuple[list[float], bytes]:
    connection = http.client.HTTPConnection(HOST, PORT, timeout=120)
    took, page = [], b""
    for number in numbers:
        start = time.perf_counter()
        page = fetch(connection, call, number)
        took.append(time.perf_counter() - start)
    connection.close()
    return took, page


def fetch(connection: http.client.HTTPConnection, call: Call, number: int = 0) -> bytes:
    body = call.body(number) if call.body else None
    headers = {"Accept-Encoding": "gzip", **call.headers}
    path = call.nth(number) if call.nth else call.path
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    page = answer.read()
    if answer.status not in {200, 201}:
        raise RuntimeError(f"{call.name}: {answer.status} {page[:300]!r}")
    return page
