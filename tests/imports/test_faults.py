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
from concurrent.futures import ThreadPoolExecutor
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
READ = "SELECT rows_read FROM imports_import"
PASSED = "SELECT event_id FROM customers_consumercursor WHERE name = 'purchase figures'"
AHEAD = "SELECT count(*) FROM customers_event WHERE kind = 'order_placed' AND id > %s"
# Where who writes stops, in the middle of a transaction, until it may go on: so that whoever is
# killed has something left to do, on a fast machine and on a slow one. All but the first have
# written something before.
STOPS = {
    "receiving": ("INSERT ON imports_import", "true"),
    "checking": ("UPDATE ON imports_import", "OLD.rows_read > 0 AND NEW.rows_read > OLD.rows_read"),
    "applying": (
        "UPDATE ON imports_import",
        "OLD.position <> '' AND NEW.position <> OLD.position",
    ),
    "consuming": (
        "UPDATE ON customers_consumercursor",
        "OLD.name = 'purchase figures' AND OLD.event_id > 0 AND NEW.event_id <> OLD.event_id",
    ),
}
_STOP = """
CREATE TABLE stop AS SELECT * FROM unnest(%s::text[]) AS name;
CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext(TG_NAME));
    WHILE EXISTS (SELECT FROM stop WHERE name = TG_NAME) LOOP PERFORM pg_sleep(0.02); END LOOP;
    RETURN NEW;
END
$$
"""
_STOPPED = """
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
AND (classid::bigint << 32 | objid::bigint) = hashtext(%s)::bigint
"""


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

    def lay_stops(self) -> None:
        with psycopg.connect(address(self.home)) as connection:
            literal = ", ".join(f"'{name}'" for name in STOPS)
            connection.execute(_STOP.replace("%s", f"ARRAY[{literal}]"))
            for name, (what, when) in STOPS.items():
                connection.execute(
                    f"CREATE TRIGGER {name} BEFORE {what} FOR EACH ROW WHEN ({when})"
                    " EXECUTE FUNCTION stop_here()"
                )

    def until_it_stops(self, name: str) -> None:
        self.until(lambda: self.value(_STOPPED, name))

    def goes_on(self, name: str) -> None:
        self.clear_away(name)
        with psycopg.connect(address(self.home)) as connection:
            connection.execute("DELETE FROM stop WHERE name = %s", [name])

    def clear_away(self, name: str) -> None:
        """The server's end of who was killed while it stood there: it cannot notice by itself."""
        while pid := self.value(_STOPPED, name):
            self.value("SELECT pg_terminate_backend(%s, 10000)", pid)

    def value(self, statement: str, *given: Any) -> Any:
        with psycopg.connect(address(self.home)) as connection:
            row = connection.execute(statement, given or None).fetchone()
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
        house.lay_stops()
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
    with ThreadPoolExecutor(1) as elsewhere:
        sending = elsewhere.submit(house.send, orders())
        house.until_it_stops("receiving")
        house.kill("web")
        assert isinstance(sending.exception(), OSError)
    assert house.value("SELECT count(*) FROM imports_import") == 0
    house.goes_on("receiving")
    house.start("web")
    house.until(house.answers)
    run = house.send(orders())
    assert house.send(orders()) == run
    house.call("POST", f"/imports/{run}/check")
    house.kill("web")
    assert (house.state(), house.value(READ)) == ("staging", 0)
    return run


def _check_while_the_worker_dies(house: House, run: int) -> None:
    house.start("worker")
    house.until_it_stops("checking")
    house.kill("worker")
    assert house.state() == "staging"
    assert 0 < house.value(READ) < ORDERS * LINES
    house.goes_on("checking")
    house.start("worker")
    house.start("web")
    house.until(lambda: house.state() == "staged")
    assert house.value(READ) == ORDERS * LINES
    house.until(house.answers)
    house.call("POST", f"/imports/{run}/apply")


def _apply_while_all_die(house: House) -> None:
    house.until_it_stops("applying")
    house.until(lambda: house.value(PASSED))
    house.kill("worker")
    done = _half_applied(house)
    house.clear_away("applying")
    house.start("worker")
    house.until_it_stops("applying")
    house.kill_database()
    assert _half_applied(house) == done
    house.goes_on("applying")
    house.until(lambda: house.state() == "done")


def _half_applied(house: House) -> int:
    """How many rows are written: some are, some are not, and no order is there in part."""
    done = int(house.value("SELECT rows_done FROM imports_import"))
    assert house.state() == "applying"
    assert 0 < done < ORDERS * LINES
    assert house.value("SELECT count(*) FROM sales_order") * LINES == done
    assert house.value("SELECT count(*) FROM sales_orderline") == done
    return done


def _consume_while_all_die(house: House) -> None:
    house.until_it_stops("consuming")
    house.kill("worker")
    passed = _half_consumed(house)
    house.clear_away("consuming")
    house.start("worker")
    house.until_it_stops("consuming")
    house.kill_database()
    assert _half_consumed(house) == passed
    house.goes_on("consuming")
    house.until(lambda: _is_all_read(house))


def _half_consumed(house: House) -> int:
    """Which event was read last: more follow, and figures tell of none of them yet."""
    passed = int(house.value(PASSED) or 0)
    ahead = house.value(AHEAD, passed)
    known = house.value("SELECT coalesce(sum(purchases), 0) FROM customers_summary")
    assert not _is_all_read(house)
    assert passed
    assert ahead
    assert known == ORDERS - ahead
    return passed


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
