"""A process that ends when the one that started it has died, however it died.

Without this a killed `trato up` would leave a web server behind that holds the port.
"""

import os
import signal
import threading
import time

_GRACE = 5.0


def end_with(parent: int) -> None:
    """Watch from a thread: signals of the kernel for this are Linux only, and lost by exec."""
    threading.Thread(target=_watch, args=(parent,), daemon=True, name="orphan watch").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)
