"""The settings of production, with one page more that does nothing, and without pandas."""

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from trato.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
API_CALLS_A_MINUTE = 0


class _NotInstalled(MetaPathFinder):
    """The peers of `bench.peers` bring pandas, which pyarrow loads where it finds it: 40 MB that no
    installation takes."""

    def find_spec(self, fullname: str, *_where: Any) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)
        return None


sys.meta_path.insert(0, _NotInstalled())
