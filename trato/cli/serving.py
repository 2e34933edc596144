"""What granian loads in each process of the web server."""

import gc
import os
from typing import Any

from django.urls import get_resolver

from trato.cli.orphans import end_with
from trato.wsgi import application as wsgi


def application() -> Any:
    """The WSGI application, in a process that does not outlive the web server's first one."""
    end_with(os.getppid())
    # What every page needs is loaded before the first one asks. It lives as long as the process:
    # without it, Python's search for garbage holds a page up by milliseconds, not by a fifth of
    # a second.
    get_resolver().url_patterns  # noqa: B018 looking at it imports all views
    gc.collect()
    gc.freeze()
    return wsgi
