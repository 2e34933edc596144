"""Keeps child processes running until it is told to stop, then stops them all."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

_LONGEST_PAUSE = 30.0
_STEADY = 60.0  # A child that ran this long is not crashing at start.
_GRACE = 8.0
_BEAT = 0.2


@dataclass
class Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    next_start: float = field(default=0.0)

    def keep_running(self, now: float) -> None:
        if self.process and self.process.poll() is not None:
            self._note_end(self.process.returncode, now)
        if not self.process and now >= self.next_start:
            # A group of its own: Ctrl-C reaches the supervisor alone, which then ends all in order.
            self.process = subprocess.Popen(self.command, process_group=0)  # noqa: S603
            self.started = now

    def _note_end(self, status: int, now: float) -> None:
        self.process = None
        self.crashes = 0 if now - self.started > _STEADY else self.crashes + 1
        pause = min(2.0 ** (self.crashes - 1), _LONGEST_PAUSE) if self.crashes else 0.5
        self.next_start = now + pause
        logger.error("%s ended (status %s), starts again in %.0f s", self.name, status, pause)

    def ask_to_end(self) -> None:
        if self.process:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        if not self.process:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(deadline - time.monotonic(), 0.1))
        # Also what it has left behind in its group.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process, self.crashes, self.next_start = None, 0, 0.0


@dataclass
class Supervisor:
    """``rests`` says whether the children have to be at rest; they start again afterwards."""

    children: Sequence[Child]
    watch: Callable[[], None]
    rests: Callable[[], bool]
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Until a signal says to end. `watch` is called with every beat."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            hung_up_on_purpose = signal.getsignal(number) is signal.SIG_IGN  # By `nohup`.
            if number is not signal.SIGHUP or not hung_up_on_purpose:
                signal.signal(number, lambda *_: self.stop.set())
        try:
            while not self.stop.is_set():
                self.watch()
                if self.rests():
                    self._end_all()
                else:
                    for child in self.children:
                        child.keep_running(time.monotonic())
                self.stop.wait(_BEAT)
        finally:
            self._end_all()

    def _end_all(self) -> None:
        for child in self.children:
            child.ask_to_end()
        deadline = time.monotonic() + _GRACE
        for child in self.children:
            child.end(deadline)
