"""What granian loads in each process of the web server."""

import gc
import os
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from django.urls import get_resolver

from trato.cli.orphans import end_with
from trato.kit import environment
from trato.wsgi import application as wsgi

# With more than this to answer at once, a process would rather have another one answer.
_MANY = 2

type Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application() -> Wsgi:
    """The WSGI application, in a process that does not outlive the web server's first one."""
    end_with(os.getppid())
    # What every page needs is loaded before the first one asks. It lives as long as the process:
    # without it, Python's search for garbage holds a page up by milliseconds, not by a fifth of
    # a second.
    get_resolver().url_patterns  # noqa: B018 looking at it imports all views
    gc.collect()
    gc.freeze()
    return Spread(wsgi) if environment.value("TRATO_WEB_PROCESSES") > 1 else wsgi


class Spread:
    """Gives connections back while there is much to answer at once.

    A connection stays with the process that took it: four people may have one process between them
    while the other has nothing to do. Who comes again is taken by either.
    """

    def __init__(self, wsgi: Wsgi) -> None:
        self.wsgi = wsgi
        self.busy, self.lock = 0, Lock()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        with self.lock:
            self.busy += 1
            is_crowded = self.busy > _MANY

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            end = [("Connection", "close")] if is_crowded else []
            return start_response(status, [*headers, *end], *more)

        try:
            return self.wsgi(environ, start)
        finally:
            with self.lock:
                self.busy -= 1
