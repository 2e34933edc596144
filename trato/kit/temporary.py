"""Files that are gone when they are closed, under TRATO_HOME like all that Trato writes."""

import tempfile
import time
from contextlib import suppress
from typing import IO

from django.conf import settings

DAY = 86_400


def temporary_file(suffix: str = "") -> IO[bytes]:
    """A file with a name, for readers that want one. Who asked for it closes it."""
    return tempfile.NamedTemporaryFile(dir=settings.SCRATCH, suffix=suffix)


def forget_leftovers() -> None:
    """What processes that were killed left behind: nothing is at work for a day."""
    yesterday = time.time() - DAY
    for left in settings.SCRATCH.iterdir():
        with suppress(FileNotFoundError):
            if left.is_file() and left.stat().st_mtime < yesterday:
                left.unlink()
