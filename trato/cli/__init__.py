"""The one command, ``trato``.

Table: `main` names every command and what it needs; its module is loaded only when that is there.
Start: what has to be true before a command runs; what is not is told in one line.
Up: the supervisor with its children, the web server and the worker.
"""

import sys

if sys.version_info < (3, 12):  # noqa: UP036 - pip refuses older ones, a copied folder does not.
    raise SystemExit("Trato needs Python 3.12 or later; this is " + sys.version.split()[0] + ".")
