"""`trato doctor`: is all well, and if not, what to do."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import click
from django.db import DatabaseError

from trato.cli import checks, start
from trato.cli.checks import Finding
from trato.cli.language import gettext as _
from trato.customers import eventlog
from trato.kit.environment import CannotStart

_TITLES = {
    "disk": _("disk"),
    "secret key": _("secret key"),
    "mail": _("mail"),
    "database": _("database"),
    "extensions": _("extensions"),
    "tables": _("tables"),
    "clock": _("clock"),
    "worker": _("worker"),
    "event log": _("event log"),
}


@click.command(help=_("Check that all is well. The exit status is 1 if something is not."))
@click.option("--retry", is_flag=True, help=_("First try again the events that failed."))
@click.option("--json", "as_json", is_flag=True, help=_("Write the findings as JSON."))
def doctor(as_json: bool, retry: bool) -> None:
    findings = [*checks.of_this_machine(), *_of_the_database(retry)]
    well = all(finding.ok for finding in findings)
    if as_json:
        listed = [vars(finding) | {"ok": finding.ok} for finding in findings]
        click.echo(json.dumps({"ok": well, "checks": listed}, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            _show(finding)
    sys.exit(0 if well else 1)


def _of_the_database(retry: bool) -> Iterator[Finding]:
    try:
        with start.database():
            if retry:
                eventlog.retry_set_aside(at=datetime.now(UTC))
            yield from checks.of_the_database()
    except (CannotStart, DatabaseError) as error:
        yield Finding("database", _("cannot be used"), " ".join(str(error).split()))


def _show(finding: Finding) -> None:
    mark = click.style(_("ok"), fg="green") if finding.ok else click.style(_("problem"), fg="red")
    click.echo(f"{mark:<17} {_TITLES[finding.name]:<14} {finding.text}")
    if finding.remedy:
        click.echo(f"{'':8} {'':14} → {finding.remedy}")
