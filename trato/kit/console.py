"""Texts for the terminal, in the language of the person's environment (LANG and its kin).

Much of what a command says, it says before Django runs or because Django cannot run: so these
texts are translated by Python's own gettext, from the same catalogues.
"""

import gettext as catalogues
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path


@cache
def _catalogue(folder: Path) -> catalogues.NullTranslations:
    return catalogues.translation("django", folder, fallback=True)


def translator(package: str) -> Callable[[str], str]:
    """The gettext of the package whose file is given."""
    folder = Path(package).parent / "locale"
    return lambda text: _catalogue(folder).gettext(text)


gettext = translator(__file__)


def language() -> str:
    """The language of the terminal, of those that Trato speaks."""
    names = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return "es" if next(filter(None, names), "").startswith("es") else "en"
