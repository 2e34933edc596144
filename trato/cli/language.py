"""The texts of the command, in the language of the terminal."""

from trato.kit.console import translator

gettext = translator(__file__)
