"""The texts of the command, in the language of the terminal."""

import gettext as catalogues
from pathlib import Path

from trato.kit.console import translator

gettext = _ = translator(__file__)

# The library of the command asks Python's gettext, without saying where the catalogue is.
catalogues.bindtextdomain("django", Path(__file__).parent / "locale")
catalogues.textdomain("django")

OF_THE_LIBRARY = (
    _("Usage:"),
    _("Options"),
    _("Show this message and exit."),
    _("Show the version and exit."),
    _("Try '{command} {option}' for help."),
    _("Error: {message}"),
    _("Aborted!"),
    _("Missing argument"),
    _("Missing option"),
    _("Missing command."),
    _("No such option {name!r}."),
    _("No such command {name!r}."),
    _("Invalid value for {param_hint}: {message}"),
    _("{name} {filename!r} does not exist."),
    _("file"),
    _("default: {default}"),
    _("Repeat for confirmation"),
    _("Error: The two entered values do not match."),
)
