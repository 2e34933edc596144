"""Web, worker and database die in the middle of an import: all goes on, nothing is done twice."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.command import TRATO, surroundings, trato
from tests.database import private_home
from trato.kit.postgres.process import wait
from trato.kit.postgres.server import Server, address, embedded

ORDERS, LINES = 6_000, 3
ANA = ("user", "create", "ana@example.com", "--name", "Ana", "--role", "administrator")
TOKEN = ("token", "create", "ana@example.com", "--name", "test", "--scope", "write")
PATIENCE = 240


def orders() -> bytes:
    lines = ["order_id,customer_id,ordered_at,product_id,quantity,unit_price"]
    for order in range(ORDERS):
        head = f"{order:05},C{order % 500},2026-01-{order % 28 + 1:02} 10:00"
        lines += [f"{head},P{line},{line + 1},{order % 7 + 1}" for line in range(LINES)]
    return "\n".join(lines).encode()


@dataclass
class House:
    """Web and worker as `trato up` starts them, each to be killed and started again."""

    home: Path
    server: Server
    port: int
    key: str = ""
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str) -> None:
        command = {
            "web": [*TRATO, "web", "--parent", str(os.getpid())],
            "worker": [sys.executable, "-m", "tests.imports.impatient_worker"],
        }[name]
        more = {"TRATO_PORT": str(self.port), "TRATO_WEB_PROCESSES": "1"}
        more |= {"DJANGO_SETTINGS_MODULE": "trato.settings", "DATABASE_URL": address(self.home)}
        environment = surroundings(self.home, **more)
        self.processes[name] = subprocess.Popen(  # noqa: S603
            command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_database(self) -> None:
        os.kill(self.server.pid() or 0, signal.SIGKILL)
        wait(lambda: not self.server.pid(), 10)
        assert self.server.revive()

    def until(self, condition: Callable[[], object]) -> None:
        """As the supervisor does, what has ended is started again."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "it did not go on"
            for name, process in self.processes.items():
                if process.poll() is not None:
                    self.start(name)
            time.sleep(0.02)

    def value(self, statement: str) -> Any:
        with psycopg.connect(address(self.home)) as connection:
            row = connection.execute(statement).fetchone()
        return row[0] if row else None

    def state(self) -> str:
        return str(self.value("SELECT state FROM imports_import"))

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}",
            data=body,
            method=method,
            headers={"Host": "localhost", "Authorization": f"Bearer {self.key}", **headers},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)

    def answers(self) -> bool:
        try:
            return bool(self.call("GET", "/users/me"))
        except OSError:
            return False

    def send(self, content: bytes) -> int:
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        form = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        told = self.call("POST", "/imports", body, **form, **{"Idempotency-Key": "the orders"})
        return int(told["id"])


@pytest.fixture
def house() -> Iterator[House]:
    with private_home() as home, embedded(home, durable=False) as server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        place = {"DATABASE_URL": address(home)}
        assert trato(home, "manage", "migrate", "-v0", **place).returncode == 0
        assert trato(home, *ANA, told="un caballo correcto\n", **place).returncode == 0
        house = House(home, server, port, trato(home, *TOKEN, **place).stdout.strip())
        yield house
        for name in list(house.processes):
            house.kill(name)


def test_an_import_outlives_the_web_the_worker_and_the_database(house: House) -> None:
    run = _send_while_the_web_dies(house)
    _check_while_the_worker_dies(house, run)
    _apply_while_all_die(house)
    _consume_while_all_die(house)
    _assert_all_is_there_once(house)


def _send_while_the_web_dies(house: House) -> int:
    house.start("web")
    house.until(house.answers)
    run = house.send(orders())
    house.kill("web")
    house.start("web")
    house.until(house.answers)
    assert house.send(orders()) == run
    house.call("POST", f"/imports/{run}/check")
    house.kill("web")
    return run


def _check_while_the_worker_dies(house: House, run: int) -> None:
    house.start("worker")
    house.until(lambda: house.value("SELECT rows_read FROM imports_import"))
    house.kill("worker")
    assert house.state() == "staging"
    house.start("worker")
    house.start("web")
    house.until(lambda: house.state() == "staged")
    house.until(house.answers)
    house.call("POST", f"/imports/{run}/apply")


def _apply_while_all_die(house: House) -> None:
    done = "SELECT rows_done FROM imports_import"
    house.until(lambda: house.value(done))
    house.kill("worker")
    assert house.state() == "applying"
    stood = house.value(done)
    house.start("worker")
    house.until(lambda: house.value(done) > stood)
    house.kill_database()
    house.until(lambda: house.state() == "done")


def _consume_while_all_die(house: House) -> None:
    _wait_for_consumers(house)
    house.kill("worker")
    house.start("worker")
    _wait_for_consumers(house)
    house.kill_database()
    house.until(lambda: _is_all_read(house))


def _wait_for_consumers(house: House) -> None:
    read = "SELECT sum(event_id) FROM customers_consumercursor"
    stood = house.value(read)
    house.until(lambda: house.value(read) != stood or _is_all_read(house))


def _is_all_read(house: House) -> bool:
    behind = house.value(
        "SELECT count(*) FROM customers_consumercursor c WHERE EXISTS ("
        "SELECT FROM customers_event e WHERE (e.transaction, e.id) > (c.transaction, c.event_id))"
    )
    known = house.value("SELECT count(*) FROM customers_consumercursor")
    return bool(known and not behind)


def _assert_all_is_there_once(house: House) -> None:
    facts = {
        "SELECT count(*) FROM imports_import": 1,
        "SELECT (counts ->> 'created')::int FROM imports_import": ORDERS * LINES,
        "SELECT count(*) FROM sales_order": ORDERS,
        "SELECT count(*) FROM sales_orderline": ORDERS * LINES,
        "SELECT count(*) FROM customers_customer": 500,
        "SELECT count(*) FROM catalog_product": LINES,
        "SELECT count(*) FROM customers_event WHERE kind = 'order_placed'": ORDERS,
        "SELECT count(DISTINCT object_id) FROM imports_importchange WHERE model = 'order'": ORDERS,
        "SELECT count(*) FROM imports_importchange WHERE model = 'order'": ORDERS,
        "SELECT sum(purchases) FROM customers_summary": ORDERS,
        "SELECT count(*) FROM customers_eventfailure": 0,
    }
    assert {statement: house.value(statement) for statement in facts} == facts
    bought = house.value("SELECT sum(amount) FROM customers_summary")
    assert bought == house.value("SELECT sum(total) FROM sales_order")
