"""What granian loads in each process of the web server."""

import os
from typing import Any

from trato.cli.orphans import end_with
from trato.wsgi import application as wsgi


def application() -> Any:
    """The WSGI application, in a process that does not outlive the web server's first one."""
    end_with(os.getppid())
    return wsgi
