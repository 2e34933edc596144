"""How the processes of the web server share what people ask."""

from collections.abc import Iterable
from threading import Event, Thread
from typing import Any

from trato.cli.serving import Spread

type Heads = list[list[tuple[str, str]]]


class Slow:
    """An application that answers when it is told to."""

    def __init__(self) -> None:
        self.told, self.asked = Event(), 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        self.told.wait(10)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


def answers(at_once: int) -> Heads:
    """The heads of so many answers, asked one after the other before the first is given."""
    heads: Heads = []
    slow = Slow()
    server = Spread(slow)
    asking: list[Thread] = []
    for place in range(at_once):
        asking.append(Thread(target=server, args=({}, lambda _status, head: heads.append(head))))
        asking[-1].start()
        while slow.asked <= place:
            pass
    slow.told.set()
    for one in asking:
        one.join()
    list(server({}, lambda _status, head: heads.append(head)))
    return heads


def closed(heads: Heads) -> int:
    return sum(("Connection", "close") in head for head in heads)


def test_a_process_with_little_to_do_keeps_its_connections() -> None:
    assert closed(answers(2)) == 0


def test_a_process_with_much_to_do_gives_the_latest_connections_back() -> None:
    assert closed(answers(5)) == 3


def test_an_application_that_fails_is_no_longer_counted() -> None:
    def failing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise RuntimeError

    server = Spread(failing)
    for _time in range(5):
        try:
            server({}, lambda *_head: None)
        except RuntimeError:
            continue
    assert server.busy == 0
