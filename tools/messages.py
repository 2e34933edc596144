"""The texts of the interface: ``extract`` and ``compile`` the catalogues, ``check`` them.

Texts are English in the code. Each app keeps its own Spanish beside it, in
``trato/<app>/locale/es/LC_MESSAGES/django.po``.
"""

import io
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1] / "trato"
LANGUAGE = "es"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Without dates and names: what does not change should not show in a diff.
HEADER = """msgid ""
msgstr ""
"Language: es\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

type Key = tuple[str | tuple[str, ...], str | None]
type Spanish = str | tuple[str, ...] | list[str] | None


def apps() -> list[Path]:
    """The folders that have texts of their own."""
    return sorted(path.parent for path in ROOT.glob("*/__init__.py"))


def catalogue_path(app: Path) -> Path:
    return app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def sources(app: Path) -> Iterator[tuple[Path, str]]:
    """The app's code, and its templates turned into code."""
    for path in sorted(app.rglob("*.py")):
        yield path, path.read_text()
    for pattern in ("*.html", "*.txt"):
        for path in sorted(app.glob(f"templates/**/{pattern}")):
            yield path, flat(templatize(path.read_text(), origin=str(path)))


def flat(code: str) -> str:
    """Without indentation: that of a template means nothing to Python."""
    return "\n".join(line.lstrip() for line in code.splitlines())


def found(app: Path) -> Catalog:
    """Every marked text of the app."""
    catalogue = Catalog(locale=LANGUAGE, project="Trato", charset="utf-8")
    for path, text in sources(app):
        place = path.relative_to(ROOT.parent).as_posix()
        code = io.BytesIO(text.encode())
        options = {"encoding": "utf-8"}
        for _line, message, comments, context in extract("python", code, KEYWORDS, (), options):
            catalogue.add(message, None, [(place, 0)], (), comments, context=context)
    return catalogue


def known(app: Path) -> Catalog:
    """What has been translated so far."""
    path = catalogue_path(app)
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


@cache
def elsewhere() -> dict[Key, Spanish]:
    """What any app has translated: Django looks a text up in all of them together."""
    return {
        key(message): message.string
        for app in apps()
        for message in known(app)
        if message.id and is_translated(message)
    }


def key(message: Message) -> Key:
    return (message.id if isinstance(message.id, str) else tuple(message.id), message.context)


def shown(message: Message) -> str:
    """The text in one line."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return " ".join(text.split())


def merged(app: Path) -> Catalog:
    """Every marked text with its Spanish, where there is one; a doubtful one counts as none."""
    catalogue = found(app)
    own = {key(message): message.string for message in known(app) if is_translated(message)}
    for message in catalogue:
        if message.id:
            message.string = own.get(key(message)) or elsewhere().get(key(message), message.string)
    return catalogue


def is_translated(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(strings) and all(strings) and not message.fuzzy


def missing(app: Path) -> list[Message]:
    return [message for message in merged(app) if message.id and not is_translated(message)]


def contradictions() -> Iterator[str]:
    """One text, two translations: only one of them would ever be seen."""
    seen: dict[Key, tuple[Spanish, str]] = {}
    for app in apps():
        for message in known(app):
            if not message.id or not is_translated(message):
                continue
            string, first = seen.setdefault(key(message), (message.string, app.name))
            if string != message.string:
                yield f"«{shown(message)}»: {first} says «{string}», {app.name} «{message.string}»"


def extract_all() -> int:
    for app in apps():
        catalogue = merged(app)
        if not len(catalogue):
            continue
        path = catalogue_path(app)
        path.parent.mkdir(parents=True, exist_ok=True)
        body = io.BytesIO()
        write_po(body, catalogue, width=100, sort_output=True, no_location=True, omit_header=True)
        path.write_text(HEADER + body.getvalue().decode())
        lacking = sum(not is_translated(message) for message in catalogue if message.id)
        print(f"{path.relative_to(ROOT.parent)}: {len(catalogue)} texts, {lacking} without Spanish")
    return 0


def compile_all() -> int:
    for app in apps():
        path = catalogue_path(app)
        if path.exists():
            whole = path.with_suffix(".mo.new")
            with whole.open("wb") as file:
                write_mo(file, known(app))
            # A command that starts meanwhile reads the old texts or the new ones, never half.
            whole.replace(path.with_suffix(".mo"))
    return 0


def check_all() -> int:
    lacking = [(app, message) for app in apps() for message in missing(app)]
    for app, message in lacking:
        place = ", ".join(name for name, _line in message.locations)
        print(f"{app.name}: «{shown(message)}» has no Spanish ({place})")
    doubtful = list(contradictions())
    for line in doubtful:
        print(line)
    return 1 if lacking or doubtful else 0


COMMANDS = {"extract": extract_all, "compile": compile_all, "check": check_all}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(f"usage: python tools/messages.py {'|'.join(COMMANDS)}")
        return 2
    if not settings.configured:
        settings.configure(USE_I18N=False)
        django.setup()
    return COMMANDS[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
