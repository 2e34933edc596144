"""Every setting that the environment can give, in one table: documented, checked at start."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from trato.kit.console import gettext as _


class CannotStart(Exception):
    """Something outside keeps Trato from starting: its text is one line that says the remedy."""


class WrongSetting(CannotStart):
    """A variable of the environment has a value that cannot be used."""


def _text(value: str) -> str:
    return value


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _flag(value: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if value.lower() not in known:
        raise ValueError(_("use yes or no"))
    return known[value.lower()]


def _port(value: str) -> int:
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise ValueError(_("use a whole number from 1 to 65535"))
    return int(value)


def _count(value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise ValueError(_("use a whole number from 1 on"))
    return int(value)


def _limit(value: str) -> int:
    if not value.isdigit():
        raise ValueError(_("use a whole number, 0 for no limit"))
    return int(value)


def _database(value: str) -> str:
    if value and not value.startswith(("postgres://", "postgresql://")):
        raise ValueError(_("use postgresql://user:password@host:5432/name"))
    return value


def _mail(value: str) -> str:
    if value and not value.startswith(("smtp://", "smtps://")):
        raise ValueError(_("use smtp://user:password@host:587 or smtps://user:password@host:465"))
    return value


def _address(value: str) -> str:
    if value and not re.match(r"https?://[^/]", value):
        raise ValueError(_("use an address such as https://crm.example.com"))
    return value.rstrip("/")


def _level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError(_("use DEBUG, INFO, WARNING or ERROR"))
    return value.upper()


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    meaning: str
    read: Callable[[str], Any] = _text
    secret: bool = False


SETTINGS = [
    Setting(
        "DATABASE_URL",
        "",
        _("PostgreSQL to use, 15 or later. Empty: Trato starts its own."),
        _database,
        True,
    ),
    Setting(
        "TRATO_HOME",
        "",
        _("Folder for everything that Trato writes. Empty: the platform's data folder."),
    ),
    Setting(
        "TRATO_PG_BIN",
        "",
        _("Folder with the programs of PostgreSQL (initdb, postgres) for Trato's own database."),
    ),
    Setting("TRATO_BIND", "127.0.0.1", _("Address that the web server listens on.")),
    Setting("TRATO_PORT", "8000", _("Port that the web server listens on."), _port),
    Setting("TRATO_WEB_PROCESSES", "1", _("Processes of the web server."), _count),
    Setting(
        "TRATO_URL",
        "",
        _(
            "Address that people type, such as https://crm.example.com. Empty: http://localhost:PORT."
        ),
        _address,
    ),
    Setting(
        "TRATO_ALLOWED_HOSTS",
        "localhost,127.0.0.1,[::1]",
        _("Host names that Trato answers to, separated by commas. The host of TRATO_URL is added."),
        _words,
    ),
    Setting(
        "TRATO_SECRET_KEY",
        "",
        _("Key that signs sessions. Empty: made once and kept in TRATO_HOME/secret_key."),
        _text,
        True,
    ),
    Setting(
        "TRATO_MAIL_URL",
        "",
        _("Server for outgoing mail. Empty: messages are written to TRATO_HOME/mail."),
        _mail,
        True,
    ),
    Setting("TRATO_MAIL_FROM", "trato@localhost", _("Sender of Trato's own messages.")),
    Setting(
        "TRATO_API_CALLS",
        "6000",
        _("Calls a minute that a token may make to each web process. 0: as many as it likes."),
        _limit,
    ),
    Setting(
        "TRATO_LAKE",
        "",
        _(
            "Folder or address (such as s3://bucket/trato) for the copies that analysis reads."
            " Empty: TRATO_HOME/lake."
        ),
    ),
    Setting(
        "TRATO_SPARK",
        "",
        _(
            "Address of an Apache Spark cluster (such as spark://host:7077) that adds up purchases."
            " Empty: done here."
        ),
    ),
    Setting(
        "TRATO_LOG_LEVEL", "INFO", _("How much is logged: DEBUG, INFO, WARNING, ERROR."), _level
    ),
    Setting(
        "TRATO_DEBUG", "no", _("Details of errors in the browser. Never on a public server."), _flag
    ),
]
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def value(name: str, environ: Mapping[str, str] = os.environ) -> Any:
    """The checked value of one setting; raises WrongSetting with the remedy."""
    setting = _BY_NAME[name]
    text = environ.get(name) or setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        told = _("{name}: {error}.") if setting.secret else _("{name} “{text}”: {error}.")
        raise WrongSetting(told.format(name=name, text=text, error=error)) from None


def check(environ: Mapping[str, str] = os.environ) -> None:
    """Read all settings and refuse names that look like ours but are not."""
    for setting in SETTINGS:
        value(setting.name, environ)
    for name in environ:
        if name.startswith("TRATO_") and name not in _BY_NAME:
            raise WrongSetting(
                _("{name}: Trato has no such setting. To see all: trato settings").format(name=name)
            )


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder under which everything that Trato writes lies."""
    given = value("TRATO_HOME", environ)
    if given:
        return Path(given).expanduser().resolve()
    # Root's own data folder is closed to the account that PostgreSQL must run as.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/trato")
    return Path(platformdirs.user_data_dir("trato", appauthor=False))
