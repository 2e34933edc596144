"""Every setting that the environment can give, in one table: documented, checked at start."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import platformdirs
import psycopg
from fsspec.registry import known_implementations
from psycopg.conninfo import conninfo_to_dict

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
    if not _is_port(value):
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


def _is_port(text: str) -> bool:
    return text.isdigit() and 0 < int(text) < 65536


def _networks(value: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(word, strict=False) for word in _words(value)]
    except ValueError:
        raise ValueError(
            _("use addresses such as 10.0.0.5 or networks such as 10.0.0.0/8")
        ) from None


def _split(value: str) -> SplitResult | None:
    """The parts of an address with a host; nothing if it is none."""
    try:
        parts = urlsplit(value)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if is_whole and not re.search(r"\s", value) else None


def _database(value: str) -> str:
    if not value:
        return ""
    remedy = _("use postgresql://user:password@host:5432/name")
    if not value.startswith(("postgres://", "postgresql://")):
        raise ValueError(remedy)
    try:
        ports = str(conninfo_to_dict(value).get("port") or "5432")
    except psycopg.Error:
        # What psycopg says repeats the password.
        raise ValueError(remedy) from None
    if not all(_is_port(port or "5432") for port in ports.split(",")):
        raise ValueError(remedy)
    return value


def _mail(value: str) -> str:
    parts = _split(value)
    is_server = parts and parts.scheme in {"smtp", "smtps"}
    if value and not (is_server and parts and not parts[2].strip("/") and not any(parts[3:])):
        raise ValueError(_("use smtp://user:password@host:587 or smtps://user:password@host:465"))
    return value


def _address(value: str) -> str:
    parts = _split(value.rstrip("/"))
    is_site = parts and parts.scheme in {"http", "https"} and "@" not in parts.netloc
    if value and not (is_site and parts and not any(parts[2:])):
        raise ValueError(_("use an address such as https://crm.example.com"))
    return value.rstrip("/")


def _lake(value: str) -> str:
    """What fsspec opens, by a package that is there."""
    protocol, mark, rest = value.partition("://")
    if not mark:
        return value
    if not rest or protocol not in known_implementations:
        raise ValueError(_("use a folder, or an address such as s3://bucket/trato"))
    package = known_implementations[protocol]["class"].partition(".")[0]
    if find_spec(package) is None:
        raise ValueError(_("install the Python package {package}").format(package=package))
    return value


_SPARK = re.compile(
    r"local(\[(\*|\d+)(,\d+)?\])?|yarn|spark://[^\s/:,]+:\d+(,[^\s/:,]+:\d+)*|k8s://\S+"
)


def _spark(value: str) -> str:
    if value and not _SPARK.fullmatch(value):
        raise ValueError(_("use an address such as spark://host:7077"))
    return value


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
        "TRATO_TRUSTED_PROXIES",
        "127.0.0.1,::1",
        _(
            "Addresses or networks of the web servers in front that tell where people come from,"
            " separated by commas."
        ),
        _networks,
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
        _lake,
    ),
    Setting(
        "TRATO_SPARK",
        "",
        _(
            "Address of an Apache Spark cluster (such as spark://host:7077) that adds up purchases."
            " Empty: done here."
        ),
        _spark,
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
        shown = re.sub(r"//.*@", "//…@", text)
        raise WrongSetting(told.format(name=name, text=shown, error=error)) from None


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
